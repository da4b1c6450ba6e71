import { type LockMode, lockModes } from './lock-modes.js';
import type { Place } from '../text/position.js';
import type { Lock, Relations, Witness, WitnessedRelation } from './proof-database.js';

/** What one statement did to tables that were there before its file. */
export interface StatementTrace {
  readonly place: Place;
  /** Its name in messages: `CREATE INDEX`. */
  readonly command: string;
  readonly tables: readonly TableTrace[];
}

export interface TableTrace {
  /** `public.users` */
  readonly table: string;
  /** The strongest lock that the file has on it when the statement is over. */
  readonly lock: LockMode;
  readonly isRewritten: boolean;
  /** All its rows were read. */
  readonly isScanned: boolean;
}

/** Who has to wait while a lock is held: nobody, those who change the table's definition, writers, everybody. */
export type ShutOut = 'nobody' | 'other definitions' | 'writers' | 'readers and writers';

export function shutOutBy(mode: LockMode): ShutOut {
  const rank = lockModes.indexOf(mode);
  if (rank === lockModes.indexOf('ACCESS EXCLUSIVE')) return 'readers and writers';
  if (rank >= lockModes.indexOf('SHARE')) return 'writers';
  return rank === lockModes.indexOf('SHARE UPDATE EXCLUSIVE') ? 'other definitions' : 'nobody';
}

export function strongest(modes: readonly LockMode[]): LockMode | null {
  const ranks = modes.map((mode) => lockModes.indexOf(mode));
  return lockModes[Math.max(-1, ...ranks)] ?? null;
}

/**
 * What a statement did, by what the server says before and after it, to relations that were there before the file and that
 * others have to wait for. A lock on an index counts as one on its table, which nobody can use without it.
 */
export function traceTables(
  there: Relations,
  before: Witness,
  after: Witness,
): readonly TableTrace[] {
  const known = new Map(before.relations.map((relation) => [relation.oid, relation]));
  const traces = after.relations
    .filter(({ oid, kind }) => there.has(oid) && kind !== 'other')
    .flatMap((relation) => traceRelation(relation, known.get(relation.oid), there));
  return mergeTraces(traces);
}

function traceRelation(
  { oid, name, kind, modes, file, rowsRead }: WitnessedRelation,
  was: WitnessedRelation | undefined,
  there: Relations,
): readonly TableTrace[] {
  const lock = strongest(modes);
  if (lock === null || shutOutBy(lock) === 'nobody') return [];
  const isNew = lock !== strongest(was?.modes ?? []);
  const isTable = kind !== 'index';
  const isRewritten = isTable && file !== (was?.file ?? there.get(oid));
  const isScanned = isTable && rowsRead > (was?.rowsRead ?? 0);
  return isNew || isRewritten || isScanned ? [{ table: name, lock, isRewritten, isScanned }] : [];
}

/** One a table. */
export function mergeTraces(traces: readonly TableTrace[]): readonly TableTrace[] {
  const tables = new Set(traces.map(({ table }) => table));
  return [...tables].map((table) => {
    const own = traces.filter((each) => each.table === table);
    const lock = strongest(own.map((each) => each.lock)) ?? 'ACCESS SHARE';
    const isRewritten = own.some((each) => each.isRewritten);
    return { table, lock, isRewritten, isScanned: own.some((each) => each.isScanned) };
  });
}

/** The same for a statement outside a transaction, by its locks and by what stores the rows afterwards. */
export function traceOutside(
  there: Relations,
  { before, after }: { readonly before: Relations; readonly after: Relations },
  locks: readonly Lock[],
): readonly TableTrace[] {
  return mergeTraces(
    locks
      .filter(({ oid, mode }) => there.has(oid) && shutOutBy(mode) !== 'nobody')
      .map(({ oid, name, mode, isTable }) => ({
        table: name,
        lock: mode,
        isRewritten: isTable && after.has(oid) && after.get(oid) !== before.get(oid),
        isScanned: false,
      })),
  );
}
