import { type LockMode, lockModes, shutOutBy } from './lock-modes.js';
import type { Place } from '../../text/position.js';
import { type LockWait, lockWaitOf, type StatementWait } from './lock-wait.js';
import type { Lock, Relations, Rewrite, Witness, WitnessedRelation } from './proof-database.js';

/** What one statement did to tables that existed before its file. */
export interface StatementTrace {
  readonly place: Place;
  /** Its name in messages: `CREATE INDEX`. */
  readonly command: string;
  readonly tables: readonly TableTrace[];
}

export interface TableTrace {
  /** `public.users` */
  readonly table: string;
  /** The strongest lock that the file has on it when the statement ends. */
  readonly lock: LockMode;
  readonly wait: LockWait;
  readonly isRewritten: boolean;
  /** Why, as reported by the server; empty if it was not asked. */
  readonly rewriteReasons: readonly RewriteReason[];
  /** All its rows were read. */
  readonly isScanned: boolean;
}

/** What ALTER TABLE changes, by the bits of `pg_event_trigger_table_rewrite_reason`. */
const rewriteReasons = {
  persistence: 1,
  default: 2,
  type: 4,
  'access method': 8,
} as const;

export type RewriteReason = keyof typeof rewriteReasons;

function strongest(modes: readonly LockMode[]): LockMode | null {
  const ranks = modes.map((mode) => lockModes.indexOf(mode));
  return lockModes[Math.max(-1, ...ranks)] ?? null;
}

/**
 * What a statement did to relations that existed before the file and that others have to wait for, from what the server
 * reports before and after it. A lock on an index counts as one on its table, which nobody can use without it.
 */
export function traceTables(
  there: Relations,
  before: Witness,
  after: Witness,
  statementsAfter: number,
): readonly TableTrace[] {
  const known = new Map(before.relations.map((relation) => [relation.oid, relation]));
  const held = lockOf(before.relations.map(({ name, modes }) => ({ table: name, modes })));
  const rewrites = rewritesSince(before, after);
  const seen = after.relations
    .filter(({ oid, kind }) => there.has(oid) && kind !== 'other')
    .flatMap((relation) => seenOf(relation, known.get(relation.oid), { there, rewrites }));
  const { lockTimeoutMs } = before;
  return merge(seen, held, { until: 'commit', statementsAfter, lockTimeoutMs });
}

/** What was seen of a table or one of its indexes. */
type Seen = Omit<TableTrace, 'wait'>;

function seenOf(
  { oid, name, kind, modes, file, rowsRead }: WitnessedRelation,
  was: WitnessedRelation | undefined,
  { there, rewrites }: { readonly there: Relations; readonly rewrites: readonly Rewrite[] },
): readonly Seen[] {
  const lock = strongest(modes);
  if (lock === null || shutOutBy(lock) === 'nobody') return [];
  const isNew = lock !== strongest(was?.modes ?? []);
  const isTable = kind !== 'index';
  const isRewritten = isTable && file !== (was?.file ?? there.get(oid));
  const isScanned = isTable && rowsRead > (was?.rowsRead ?? 0);
  if (!isNew && !isRewritten && !isScanned) return [];
  const reasons = isRewritten ? reasonsOf(rewrites.filter((each) => each.oid === oid)) : [];
  return [{ table: name, lock, isRewritten, rewriteReasons: reasons, isScanned }];
}

/** A file may have reset them. */
function rewritesSince({ rewrites: was }: Witness, { rewrites: now }: Witness): readonly Rewrite[] {
  return now.slice(now.length >= was.length ? was.length : 0);
}

function reasonsOf(rewrites: readonly Rewrite[]): readonly RewriteReason[] {
  const names = Object.keys(rewriteReasons) as RewriteReason[];
  return names.filter((name) => rewrites.some(({ reason }) => (reason & rewriteReasons[name]) > 0));
}

/** One entry per table. `held`: the lock that the file had before. */
function merge(
  seen: readonly Seen[],
  held: (table: string) => LockMode | null,
  statement: StatementWait,
): readonly TableTrace[] {
  const tables = new Set(seen.map(({ table }) => table));
  return [...tables].map((table) => {
    const own = seen.filter((each) => each.table === table);
    const lock = strongest(own.map((each) => each.lock)) ?? 'ACCESS SHARE';
    const before = held(table);
    const isHeldBefore = before !== null && lockModes.indexOf(before) >= lockModes.indexOf(lock);
    const reasons = new Set(own.flatMap((each) => each.rewriteReasons));
    return {
      table,
      lock,
      wait: lockWaitOf(statement, shutOutBy(lock), isHeldBefore),
      isRewritten: own.some((each) => each.isRewritten),
      rewriteReasons: [...reasons],
      isScanned: own.some((each) => each.isScanned),
    };
  });
}

/** The strongest lock on each table or one of its indexes. */
function lockOf(
  locked: readonly { readonly table: string; readonly modes: readonly LockMode[] }[],
): (table: string) => LockMode | null {
  return (table) =>
    strongest(locked.filter((each) => each.table === table).flatMap(({ modes }) => modes));
}

/** The same for a statement outside a transaction, from its locks and from the files that store the rows afterwards. */
export function traceOutside(
  there: Relations,
  { before, after }: { readonly before: Relations; readonly after: Relations },
  locks: readonly Lock[],
  lockTimeoutMs: number,
): readonly TableTrace[] {
  const seen = locks
    .filter(({ oid, mode }) => there.has(oid) && shutOutBy(mode) !== 'nobody')
    .map(({ oid, name, mode, isTable }) => ({
      table: name,
      lock: mode,
      isRewritten: isTable && after.has(oid) && after.get(oid) !== before.get(oid),
      rewriteReasons: [],
      isScanned: false,
    }));
  const statement = { until: 'end of statement', statementsAfter: 0, lockTimeoutMs } as const;
  return merge(seen, () => null, statement);
}
