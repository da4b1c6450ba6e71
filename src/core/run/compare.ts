import { failureOfRefusal, type MigrationFailure } from '../failure/failure.js';
import type { History, HistoryRow } from './history.js';
import type { Migration, MigrationKey, RefusedFile, Snapshot } from '../files/migration.js';
import { compareMigrations } from '../files/order.js';
import { appliedOrder, type AppliedOrder, isOutOfOrder, leadingNumber } from './applied.js';

/**
 * `pending`: never applied. `applied`: in the database as the file says. `changed`: applied, then edited. `failed`: the
 * last try of this very content failed. `held`: not tried because of an earlier failure. `missing`: applied, and no
 * longer in the source.
 */
export type MigrationState = 'pending' | 'applied' | 'changed' | 'failed' | 'held' | 'missing';

/** In the order in which a summary lists them. */
export const migrationStates: readonly MigrationState[] = [
  'applied',
  'pending',
  'changed',
  'failed',
  'held',
  'missing',
];

/** The state of one migration, according to the source and the history. */
export interface MigrationStanding {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  /** Path in the source, which in a ConfigMap is not the key; null for `missing`. */
  readonly path: string | null;
  readonly state: MigrationState;
  /** Null for `missing`, and for a file that cannot be read as a migration (which is `failed`). */
  readonly migration: Migration | null;
  /** The failure of the last try, as long as it applies to the file's current content. */
  readonly failure: MigrationFailure | null;
  /** Why it is held; null in every other state. */
  readonly heldBecause: string | null;
  /** Key of the missing migration with the same content: most likely this file's old name. */
  readonly renamedFrom: MigrationKey | null;
}

/** The same, with what only the rows of the history say. */
export interface MigrationStatus extends MigrationStanding {
  /** Null if it was never tried. */
  readonly row: HistoryRow | null;
  /** A later file of its schema was applied before this one ever was; it may still be due. */
  readonly outOfOrder: boolean;
}

/** When a runner tries a failed file again, at the latest; null if none has planned to. */
export function nextTryOf({ state, migration, row }: MigrationStatus): string | null {
  return state === 'failed' && migration !== null ? (row?.nextTryAt ?? null) : null;
}

/** Compares a snapshot with the history. In order of application; then refused files, then missing ones. */
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

/** How many migrations are in each state; states without any are 0. */
export function countStates(
  statuses: readonly { readonly state: MigrationState }[],
): Readonly<Record<MigrationState, number>> {
  const counts = { pending: 0, applied: 0, changed: 0, failed: 0, held: 0, missing: 0 };
  for (const { state } of statuses) counts[state] += 1;
  return counts;
}

/** Applied migrations that are no longer in the source; a schema excluded by `--schemas` is not missing. */
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
    path: migration.path,
    state,
    migration,
    row,
    failure: state === 'failed' ? (row?.lastError ?? null) : null,
    heldBecause: state === 'held' ? (row?.lastError?.message ?? null) : null,
    outOfOrder: isOutOfOrder(migration, order, (row?.firstAppliedAt ?? null) !== null),
    renamedFrom: isNewIn(revision, row) ? (goneByChecksum.get(checksum) ?? null) : null,
  };
}

/** True for what was first tried from this very snapshot, so that the run that tried it can still report the rename. */
function isNewIn(revision: string, row: HistoryRow | null): boolean {
  return row === null || (row.attempts === 1 && row.revision === revision);
}

/**
 * A file reverted to its applied content counts as applied again, whatever was tried in between; an edit after a failure
 * is pending or changed again.
 */
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
    path,
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
    path: null,
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

/** The same with the failures of a run, which need not be in the history. */
export function withFailures<Standing extends MigrationStanding>(
  standings: readonly Standing[],
  failures: ReadonlyMap<MigrationKey, MigrationFailure>,
): readonly Standing[] {
  return standings.map((standing) => {
    const failure = failures.get(standing.key);
    const isApplied = standing.state === 'applied';
    return failure === undefined || isApplied
      ? standing
      : { ...standing, state: 'failed', failure };
  });
}
