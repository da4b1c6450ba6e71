import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import type { MigrationKey } from '../../files/migration.js';
import type { Adopted } from './adopted.js';
import { authorsOf } from './authors.js';
import type { DriftItem } from '../drift.js';
import type { IsIgnored } from '../ignored.js';
import { type ExpectedCatalog, type ExpectedObject, type LiveCatalog } from '../kept-catalog.js';

/** What is known about the time since the document was kept. */
interface Since {
  /** How the database differed from it before the files ran; empty if it did not. */
  readonly drift: readonly DriftItem[];
  /** It differed, and nobody looked before the files ran: what was not written since is taken as it was. */
  readonly hadUnknownDrift: boolean;
  /** What files wrote since has the number of this transaction or of a later one. */
  readonly transaction: number;
  /** What the document left out. */
  readonly wasIgnored: IsIgnored;
  readonly adopted: Adopted;
}

/**
 * The catalog as files have made it since: what they did not touch is expected as before, whatever the database has.
 * Changes that others make while files run are attributed to the files.
 */
export function settle(
  expected: ExpectedCatalog,
  live: LiveCatalog,
  since: Since,
): ExpectedCatalog {
  const author = authorsOf(live.tries);
  const old = new Map(expected.objects.map((object) => [nameOf(object), object]));
  const drifted = new Map(since.drift.map((item) => [nameOf(item.object), item]));
  const kept = live.catalog.objects.flatMap((object): readonly ExpectedObject[] => {
    const name = nameOf(object);
    const was = old.get(name) ?? null;
    // With the same facts, so that they are not compared again.
    if (was !== null && isSame(was, object)) return [made(object, was.by)];
    const writer = live.writers.get(name) ?? 0;
    const isTouched = writer >= since.transaction;
    const item = drifted.get(name) ?? null;
    const asBefore = was === null ? [] : [was];
    if (item === null && since.hadUnknownDrift && !isTouched && !since.wasIgnored(object))
      return asBefore;
    const now = made(object, author(writer));
    return item === null ? [now] : ofDrifted({ item, was, now, isTouched }, since.adopted);
  });
  return { objects: [...kept, ...goneBefore(expected, live, { drifted, adopted: since.adopted })] };
}

interface Drifted {
  readonly item: DriftItem;
  readonly was: ExpectedObject | null;
  readonly now: ExpectedObject;
  readonly isTouched: boolean;
}

/** An object that was not as expected before the files ran. */
function ofDrifted(
  { item, was, now, isTouched }: Drifted,
  adopted: Adopted,
): readonly ExpectedObject[] {
  if (item.kind === 'missing') return [now];
  const asBefore = was === null ? [] : [was];
  if (was === null && adopted.makes(now)) return [now];
  const isChanged = !isSame(item.live, now);
  if (!isTouched && !(isChanged && withoutWriters.has(now.kind))) {
    // Statements that find their work done write nothing.
    return asBefore.map((each) => withFactsSet(each, now, now, (fact) => adopted.sets(fact, now)));
  }
  if (!isTable(now)) return [now];
  // Its row is also written for what is not a fact of the table, such as a new column.
  if (was === null) return isChanged ? [now] : [];
  return [withFactsSet(was, now, item.live, (fact) => adopted.sets(fact, null))];
}

/** Kinds of which nothing says who wrote them last, so that it is the change that tells. */
const withoutWriters: ReadonlySet<string> = new Set([
  ...['setting', 'user mapping', 'subscription', 'large object', 'publication namespace'],
  ...['access method', 'transform', 'text search parser', 'text search template'],
]);

/** With the facts that the files have changed, or say to set. */
function withFactsSet(
  was: ExpectedObject,
  now: ExpectedObject,
  before: CatalogObject,
  isSet: (fact: string) => boolean,
): ExpectedObject {
  const names = [...new Set([...Object.keys(was.facts), ...Object.keys(now.facts)])].toSorted();
  const facts = names.flatMap((name) => {
    const isByFiles = !isEqual(before.facts[name], now.facts[name]) || isSet(name);
    const fact = (isByFiles ? now : was).facts[name];
    return fact === undefined ? [] : [[name, fact] as const];
  });
  return { ...now, facts: Object.fromEntries(facts), by: was.by };
}

/** What was missing before the files ran, unless they dropped it or what it belongs to. */
function goneBefore(
  expected: ExpectedCatalog,
  { catalog }: LiveCatalog,
  {
    drifted,
    adopted,
  }: { readonly drifted: ReadonlyMap<string, DriftItem>; readonly adopted: Adopted },
): readonly ExpectedObject[] {
  const there = new Set(catalog.objects.map(nameOf));
  const wasMissing = ({ kind, identity }: Pick<CatalogObject, 'kind' | 'identity'>): boolean =>
    drifted.get(nameOf({ kind, identity }))?.kind === 'missing';
  const dropped = expected.objects.filter(
    (object) => !there.has(nameOf(object)) && !wasMissing(object),
  );
  const tables = new Set(dropped.map(({ identity }) => identity));
  const schemas = new Set(
    dropped.flatMap(({ kind, schema }) => (kind === 'schema' ? [schema] : [])),
  );
  return expected.objects.filter((object) => {
    if (there.has(nameOf(object)) || !wasMissing(object) || adopted.drops(object)) return false;
    const isOfDropped = object.table !== null && tables.has(object.table);
    return !isOfDropped && !(object.schema !== null && schemas.has(object.schema));
  });
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

function isTable({ kind }: CatalogObject): boolean {
  return kind === 'table' || kind === 'foreign table' || kind === 'materialized view';
}

function isSame(a: CatalogObject, b: CatalogObject): boolean {
  return isEqual(a.facts, b.facts);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
