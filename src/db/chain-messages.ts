import type { Migration } from '../core/migration.js';
import { assertAsMarked, type HistoryMark } from './chain-witness.js';
import { isRow, type Origin, rowColumns, rowValues } from './history-row.js';
import { identifier, literal } from './quote.js';
import { gateClosed } from './lock.js';
import { ownSettings, recordStatement } from './record.js';
import type { Orphan } from './client.js';

/** How a file's transaction begins. */
export interface ClaimOptions {
  /** Names and values that hold for this transaction. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Milliseconds a statement of the file may wait for a lock. */
  readonly lockTimeoutMs: number;
  /** Milliseconds the claim may wait for another runner. */
  readonly waitMs: number;
  /** The backend that holds the run lock; null where there is none to look for. */
  readonly lockHolder: Orphan | null;
}

/**
 * The first message of a chain: from here on the server is in a transaction that belongs to some file, until the chain
 * ends or something fails. The session can only read outside of one: should a COMMIT fail, what was sent behind it runs
 * without a transaction, and must have no effect.
 */
export function openMessage(migration: Migration, origin: Origin, options: ClaimOptions): string {
  return `begin; set default_transaction_read_only = on; commit and chain;
${claim(migration, origin, options)}`;
}

/** The next file of a chain: a clean session, in the transaction that the record in front of it began, and its claim. */
export function nextMessage(migration: Migration, origin: Origin, options: ClaimOptions): string {
  return `${cleanSession}
${claim(migration, origin, options)}`;
}

/** DISCARD ALL, which cannot run in a transaction, by its parts; without the plans, which nobody can see. */
const cleanSession = `reset all; deallocate all; close all; unlisten *; discard temp; discard sequences;
select pg_catalog.pg_advisory_unlock_all(), pg_catalog.set_config('default_transaction_read_only', 'on', false);`;

/**
 * Takes the history row; gives one row, with the transaction. Fails when the content is applied already, or the run lock
 * is gone: only an error keeps what was sent behind it from running.
 */
function claim(
  migration: Migration,
  origin: Origin,
  { settings, lockTimeoutMs, waitMs, lockHolder }: ClaimOptions,
): string {
  const pgm = identifier(origin.historySchema);
  const setAll = [
    ['default_transaction_read_only', 'off'] as const,
    ['lock_timeout', String(waitMs)] as const,
    ...settings,
  ].map(set);
  return `select ${setAll.join(', ')};
insert into ${pgm}.migrations (${rowColumns}, applied_at, attempts)
values (${rowValues(migration, origin, 'failed')}, pg_catalog.clock_timestamp(), 0)
on conflict (schema, filename) do update set applied_at = excluded.applied_at,
  attempts = case when migrations.applied_checksum = excluded.checksum
    then (${literal(appliedMark)} || migrations.filename)::integer else migrations.attempts end
returning pg_catalog.pg_current_xact_id()::text as transaction_id, ${holdsLock(lockHolder)} as holds_lock,
  ${set(['lock_timeout', String(lockTimeoutMs)])}`;
}

/** The lock lives as long as its backend, which does nothing else, and says by its name when nothing is to begin. */
function holdsLock(holder: Orphan | null): string {
  if (holder === null) return 'true';
  const { pid, backendStart } = holder;
  // Who has another role by default may not see when a session of its own began.
  const isIt = `backend_start is null or backend_start::text = ${literal(backendStart)}`;
  return `coalesce((select case when application_name = ${literal(gateClosed)}
      then (${literal(gateClosedMark)} || migrations.filename)::boolean else true end
    from pg_catalog.pg_stat_get_activity(${pid}) where ${isIt}),
    (${literal(lockLostMark)} || migrations.filename)::boolean)`;
}

const appliedMark = 'pgm: already applied ';
/** What the server says in a message about a file that is not to begin any more. */
export const gateClosedMark = 'pgm: nothing begins ';
/** What the server says in a message about a run lock that is gone. */
export const lockLostMark = 'pgm: run lock lost ';

/**
 * Records the file whose transaction this is. Deferred constraints are looked at before the COMMIT, so that one that does
 * not hold leaves the transaction, in which nothing behind it can run, and not the COMMIT, behind which it could.
 * `last`: the chain ends here, and all of it is on the disk; else the transaction of the next file begins.
 */
export function chainedRecordMessage(
  migration: Migration,
  origin: Origin,
  mark: HistoryMark,
  { nth, last }: { readonly nth: number; readonly last: boolean },
): string {
  const pgm = identifier(origin.historySchema);
  const same = `migrations.xmin = pg_catalog.pg_current_xact_id()::xid`;
  const isOurs = `(select ${same} from ${pgm}.migrations where ${isRow(migration)})`;
  return `${ownSettings(last ? 'on' : 'off')}
${assertAsMarked(mark, nth, isOurs)}
${recordStatement(migration, origin, { startedAt: 'migrations.applied_at', same })}
set constraints all immediate;
commit${last ? '' : ' and chain'}`;
}

/** Makes durable what was committed without waiting for the disk, by a commit that does: it has to write something. */
export function flushMessage({ historySchema }: Origin): string {
  return `update ${identifier(historySchema)}.layout set version = version`;
}

function set([name, value]: readonly [name: string, value: string]): string {
  return `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`;
}
