import type { CatalogObject } from '../catalog/catalog.js';
import type { MigrationKey } from '../files/migration.js';
import type { DriftItem } from './drift.js';
import type { IsIgnored } from './ignored.js';
import {
  type ExpectedCatalog,
  type ExpectedObject,
  type FileTry,
  type LiveCatalog,
  nameOf,
} from './kept-catalog.js';

/** What is known of the time since the document. */
export interface Since {
  /** How the database differed from it before the files ran; empty if it did not. */
  readonly drift: readonly DriftItem[];
  /** It differed, and nobody looked before the files ran: what was not written since is as it was. */
  readonly hadUnknownDrift: boolean;
  /** What files wrote since has the number of this transaction or of a later one. */
  readonly transaction: number;
  /** What the document leaves out. */
  readonly wasIgnored: IsIgnored;
}

/**
 * The catalog as files have made it since: what they did not touch is expected to be as it was expected before, whatever the
 * database has. What somebody else does while files run is taken for theirs.
 */
export function settle(
  expected: ExpectedCatalog,
  live: LiveCatalog,
  since: Since,
): ExpectedCatalog {
  const author = authorsOf(live.tries);
  const old = new Map(expected.objects.map((object) => [nameOf(object), object]));
  const drifted = new Map(since.drift.map((item) => [nameOf(item.object), item]));
  const there = new Set(live.catalog.objects.map(nameOf));
  const kept = live.catalog.objects.flatMap((object): readonly ExpectedObject[] => {
    const name = nameOf(object);
    const was = old.get(name) ?? null;
    const writer = live.writers.get(name) ?? 0;
    const by = (): MigrationKey | null => author(writer);
    if (since.wasIgnored(object)) return [made(object, null)];
    if (was !== null && isSame(was, object)) return [was];
    const item = drifted.get(name);
    if (item === undefined) {
      const isOld = since.hadUnknownDrift && writer < since.transaction;
      if (isOld) return was === null ? [] : [was];
      return [made(object, by())];
    }
    const before = item.kind === 'missing' ? null : item.live;
    const isTouched = writer >= since.transaction && !isTable(object);
    if (before !== null && isSame(before, object) && !isTouched) return was === null ? [] : [was];
    return [made(object, by())];
  });
  const gone = expected.objects.filter((object) => {
    const name = nameOf(object);
    return !there.has(name) && drifted.get(name)?.kind === 'missing';
  });
  return { objects: [...kept, ...gone] };
}

/** The first document: everything is taken as it is. */
export function takenAsItIs(live: LiveCatalog): ExpectedCatalog {
  const author = authorsOf(live.tries);
  return {
    objects: live.catalog.objects.map((object) =>
      made(object, author(live.writers.get(nameOf(object)) ?? 0)),
    ),
  };
}

function made(object: CatalogObject, by: MigrationKey | null): ExpectedObject {
  const { kind, identity, schema, table, facts } = object;
  return { kind, identity, schema, table, facts, by };
}

/** The row of a table is written for much that is no fact of the table, such as a new column. */
function isTable({ kind }: CatalogObject): boolean {
  return kind.endsWith('table');
}

export function isSame(a: CatalogObject, b: CatalogObject): boolean {
  return JSON.stringify(a.facts) === JSON.stringify(b.facts);
}

/**
 * Which file wrote with a transaction. Subtransactions have numbers of their own, above that of their transaction; what runs
 * outside a transaction was written before it was recorded.
 */
function authorsOf(tries: readonly FileTry[]): (writer: number) => MigrationKey | null {
  const counts = new Map<number, number>();
  for (const { transaction } of tries) counts.set(transaction, (counts.get(transaction) ?? 0) + 1);
  // Rows that one transaction wrote come from a dump: they do not say when the files ran.
  const own = tries
    .filter(({ transaction }) => counts.get(transaction) === 1)
    .toSorted((a, b) => a.transaction - b.transaction);
  return (writer) => {
    const next = own.find(({ transaction }) => transaction >= writer);
    if (next?.isOutside === true) return next.key;
    if (next?.transaction === writer) return next.outcome === 'applied' ? next.key : null;
    const last = own.findLast(({ transaction }) => transaction <= writer);
    return last?.outcome === 'applied' && !last.isOutside ? last.key : null;
  };
}
