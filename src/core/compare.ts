import { failureOfRefusal, type MigrationFailure } from './failure.js';
import type { History, HistoryRow } from './history.js';
import type { Migration, MigrationKey, RefusedFile, Snapshot } from './migration.js';
import { compareMigrations } from './order.js';
import { appliedOrder, type AppliedOrder, isOutOfOrder, leadingNumber } from './out-of-order.js';

/**
 * `pending`: never applied. `applied`: in the database as the file says. `changed`: applied, then edited. `failed`: the
 * last try of this very content failed. `held`: not tried because of an earlier failure. `missing`: applied, and no
 * longer in the source.
 */
export type MigrationState = 'pending' | 'applied' | 'changed' | 'failed' | 'held' | 'missing';

export const migrationStates: readonly MigrationState[] = [
  'applied',
  'pending',
  'changed',
  'failed',
  'held',
  'missing',
];

/** Where one migration stands, seen from the source and from the history. */
export interface MigrationStanding {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  readonly state: MigrationState;
  /** Null for `missing`, and for a file that cannot be read as a migration (which is `failed`). */
  readonly migration: Migration | null;
  /** Of the last try, as long as it says something about the file as it is now. */
  readonly failure: MigrationFailure | null;
  /** Why it is held; null in every other state. */
  readonly heldBecause: string | null;
  /** Key of the missing migration with the same content: most likely this file's old name. */
  readonly renamedFrom: MigrationKey | null;
}

/** The same with what only the rows of the history tell. */
export interface MigrationStatus extends MigrationStanding {
  /** Null for what was never tried. */
  readonly row: HistoryRow | null;
  /** A later one of its schema was applied before it ever was; it may still have to be. */
  readonly outOfOrder: boolean;
}

/** Compares a snapshot with the history. In the order of application; then refused files, then what is missing. */
export function compare(
  snapshot: Snapshot,
  history: History,
  schemas: readonly string[] | null = null,
): readonly MigrationStatus[] {
  const missing = missingRows(snapshot, history, schemas);
  const order = appliedOrder(history);
  const goneByChecksum = new Map(missing.map((row) => [row.appliedChecksum, row.key]));
  const present = snapshot.migrations.map((migration) =>
    statusOf(migration, history.rows.get(migration.key) ?? null, {
      order,
      goneByChecksum,
      revision: snapshot.revision,
    }),
  );
  const refused = snapshot.refused.map((file) => refusedStatus(file, history));
  return [...present, ...refused, ...missing.map(missingStatus).sort(byKey)];
}

/** How many migrations there are in each state; states without any are 0. */
export function countStates(
  statuses: readonly { readonly state: MigrationState }[],
): Readonly<Record<MigrationState, number>> {
  const counts = { pending: 0, applied: 0, changed: 0, failed: 0, held: 0, missing: 0 };
  for (const { state } of statuses) counts[state] += 1;
  return counts;
}

/** What was applied and is not in the source any more; a schema that `--schemas` leaves out is not missing. */
function missingRows(
  snapshot: Snapshot,
  history: History,
  schemas: readonly string[] | null,
): readonly HistoryRow[] {
  const present = new Set<string | null>([
    ...snapshot.migrations.map(({ key }) => key),
    ...snapshot.refused.map(({ key }) => key),
  ]);
  return [...history.rows.values()].filter(
    ({ key, schema, appliedChecksum }) =>
      appliedChecksum !== null && !present.has(key) && (schemas?.includes(schema) ?? true),
  );
}

interface Surroundings {
  readonly order: AppliedOrder;
  readonly goneByChecksum: ReadonlyMap<string | null, MigrationKey>;
  readonly revision: string;
}

function statusOf(
  migration: Migration,
  row: HistoryRow | null,
  { order, goneByChecksum, revision }: Surroundings,
): MigrationStatus {
  const { key, schema, filename, checksum } = migration;
  const state = stateOf(migration, row);
  return {
    key,
    schema,
    filename,
    state,
    migration,
    row,
    failure: state === 'failed' ? (row?.lastError ?? null) : null,
    heldBecause: state === 'held' ? (row?.lastError?.message ?? null) : null,
    outOfOrder: isOutOfOrder(migration, order, (row?.firstAppliedAt ?? null) !== null),
    renamedFrom: isNewIn(revision, row) ? (goneByChecksum.get(checksum) ?? null) : null,
  };
}

/** True for what was tried for the first time from this very snapshot, so that the run which did it can still tell. */
function isNewIn(revision: string, row: HistoryRow | null): boolean {
  return row === null || (row.attempts === 1 && row.revision === revision);
}

/** A file reverted to what was applied is applied again, whatever was tried in between; an edit after a failure is pending or changed anew. */
function stateOf({ checksum }: Migration, row: HistoryRow | null): MigrationState {
  if (row === null) return 'pending';
  if (row.appliedChecksum === checksum) return 'applied';
  if (row.state !== 'applied' && row.checksum === checksum) return row.state;
  return row.appliedChecksum === null ? 'pending' : 'changed';
}

function refusedStatus(file: RefusedFile, history: History): MigrationStatus {
  const { key, schema, path } = file;
  return {
    key: key ?? path,
    schema: schema ?? '',
    filename: key === null ? path : key.slice(key.indexOf('/') + 1),
    state: 'failed',
    migration: null,
    row: key === null ? null : (history.rows.get(key) ?? null),
    failure: failureOfRefusal(file),
    heldBecause: null,
    outOfOrder: false,
    renamedFrom: null,
  };
}

function missingStatus(row: HistoryRow): MigrationStatus {
  return {
    key: row.key,
    schema: row.schema,
    filename: row.filename,
    state: 'missing',
    migration: null,
    row,
    failure: null,
    heldBecause: null,
    outOfOrder: false,
    renamedFrom: null,
  };
}

function byKey(a: MigrationStatus, b: MigrationStatus): number {
  return compareMigrations(
    { ...a, number: leadingNumber(a.filename) },
    { ...b, number: leadingNumber(b.filename) },
  );
}
