import type { Fact } from '../catalog/catalog.js';
import type { MigrationKey } from '../files/migration.js';
import type { DriftItem } from './drift.js';
import type { ForeignHistory } from './foreign-history.js';
import { maskedFact } from './masked-fact.js';
import type { KeptHead } from './kept-catalog.js';

/** What `pgm drift` found out. */
export interface DriftReport {
  readonly target: string;
  readonly verdict: DriftVerdict;
  /** The document that it was compared with; null if there is none. */
  readonly kept: KeptHead | null;
  /** The files that it was compared with; null if it was compared with what a run left. */
  readonly files: FilesCompared | null;
  readonly items: readonly DriftItem[];
  /** Facts that were not compared because a role may not see them. */
  readonly unseen: readonly string[];
  /** History tables of other tools, which were left out. */
  readonly histories: readonly ForeignHistory[];
  /** Files whose objects are not expected to exist. */
  readonly notYet: readonly NotYet[];
}

/** The files of a comparison, applied to a throw-away database. */
export interface FilesCompared {
  readonly revision: string;
  /** How many were applied to it. */
  readonly applied: number;
  /** `18.4` */
  readonly serverVersion: string;
}

/** All from `no database` to `not comparable` mean: nothing was compared. */
export type DriftVerdict =
  'in step' | 'drift' | 'no database' | 'no history' | 'no document' | 'not comparable';

/** A file whose objects do not exist, or not in its current form; `missing`: applied, and no longer in the source. */
export interface NotYet {
  readonly key: MigrationKey;
  readonly state: 'pending' | 'changed' | 'failed' | 'held' | 'missing';
}

/** What `pgm drift --json` prints. */
export interface DriftDocument {
  readonly target: string;
  readonly verdict: DriftVerdict;
  readonly since: {
    readonly revision: string;
    readonly at: string;
    readonly by: string;
    readonly fingerprint: string;
  } | null;
  readonly files: FilesCompared | null;
  readonly objects: readonly DriftedObject[];
  readonly notCompared: readonly string[];
  readonly leftOut: readonly ForeignHistory[];
  readonly notYet: readonly NotYet[];
}

export interface DriftedObject {
  readonly drift: DriftItem['kind'];
  readonly kind: string;
  readonly identity: string;
  readonly schema: string | null;
  readonly table: string | null;
  /** The file that created it; null if that is not known. */
  readonly file: MigrationKey | null;
  /** What is expected of it, with literals masked; null if no file created it. */
  readonly expected: Readonly<Record<string, Fact>> | null;
  /** Its actual facts, with literals masked; null if it is missing. */
  readonly actual: Readonly<Record<string, Fact>> | null;
  /** The names of the facts that differ. */
  readonly differs: readonly string[];
}

export function driftDocument({ kept, items, unseen, ...report }: DriftReport): DriftDocument {
  const { target, verdict, files, histories, notYet } = report;
  return {
    target,
    verdict,
    since:
      kept === null
        ? null
        : {
            revision: kept.revision,
            at: kept.keptAt,
            by: kept.keptBy,
            fingerprint: kept.fingerprint,
          },
    files,
    objects: items.map(driftedObject),
    notCompared: unseen,
    leftOut: histories,
    notYet,
  };
}

function driftedObject(item: DriftItem): DriftedObject {
  const { kind, identity, schema, table, facts } = item.object;
  return {
    drift: item.kind,
    kind,
    identity,
    schema,
    table,
    file: item.kind === 'unknown' ? null : item.by,
    expected: item.kind === 'unknown' ? null : masked(facts),
    actual: item.kind === 'missing' ? null : masked(item.live.facts),
    differs: item.kind === 'different' ? item.facts.map(({ name }) => name) : [],
  };
}

function masked(facts: Readonly<Record<string, Fact>>): Readonly<Record<string, Fact>> {
  const shown = Object.entries(facts).map(([name, fact]) => [name, maskedFact(name, fact)]);
  return Object.fromEntries(shown) as Readonly<Record<string, Fact>>;
}

/** Without the parts of a table that is itself an item of this kind: they are counted with it. */
export function withoutParts(items: readonly DriftItem[]): readonly WholeItem[] {
  const wholes = new Set(
    items.flatMap(({ kind, object }) =>
      object.table === null ? [`${kind} ${object.identity}`] : [],
    ),
  );
  const wholeOf = ({ kind, object: { table } }: DriftItem): string | null => {
    const name = `${kind} ${table ?? ''}`;
    return kind !== 'different' && table !== null && wholes.has(name) ? name : null;
  };
  const parts = new Map<string, number>();
  const left = items.filter((item) => {
    const whole = wholeOf(item);
    if (whole !== null) parts.set(whole, (parts.get(whole) ?? 0) + 1);
    return whole === null;
  });
  return left.map((item) => {
    return { item, parts: parts.get(`${item.kind} ${item.object.identity}`) ?? 0 };
  });
}

export interface WholeItem {
  readonly item: DriftItem;
  /** How many of its columns, constraints, indexes … are items themselves. */
  readonly parts: number;
}
