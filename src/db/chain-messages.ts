import type { Migration } from '../core/migration.js';
import { assertion, type HistoryMark, wantedLook } from './chain-witness.js';
import {
  isRow,
  type MigrationTerms,
  type Origin,
  rowColumns,
  rowValues,
  termsOf,
} from './history-row.js';
import { identifier, literal } from './quote.js';
import { gateClosed } from './lock.js';
import { ownSettings, recordStatement } from './record.js';
import type { Orphan } from './client.js';

/** What holds for all files of a chain. */
export interface ChainOptions {
  /** Names and values that hold for the transaction of each file. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Milliseconds the claim may wait for another runner. */
  readonly waitMs: number;
  /** The backend that holds the run lock; null where there is none to look for. */
  readonly lockHolder: Orphan | null;
  /** What the names of its prepared statements end with, so that no file can have one of that name. */
  readonly tag: string;
}

/**
 * The first message of a chain: from here on the server is in a transaction that belongs to some file, until the chain
 * ends or something fails. The session can only read outside of one: should a COMMIT fail, what was sent behind it runs
 * without a transaction, and must have no effect. `lockTimeoutMs`: how long a statement of the file may wait for a lock.
 */
export function openMessage(
  migration: Migration,
  lockTimeoutMs: number,
  origin: Origin,
  options: ChainOptions,
): string {
  return `begin; set default_transaction_read_only = on; commit and chain;
${prepared('claim', options, claim(origin, options))};
${prepared('record', options, chainedRecord(origin))};
${claimMessage(migration, lockTimeoutMs, options)}`;
}

/** For the second message: looks at the history as the first one found it. */
export function prepareAssertion(mark: HistoryMark, origin: Origin, options: ChainOptions): string {
  const pgm = identifier(origin.historySchema);
  const isOurs = `(select ${same} from ${pgm}.migrations where ${isRow(parameters)})`;
  return prepared('assert', options, assertion(mark, { isOurs, wanted: '$3' }));
}

/** The next file of a chain: a clean session, in the transaction that the record in front of it began, and its claim. */
export function nextMessage(
  migration: Migration,
  lockTimeoutMs: number,
  options: ChainOptions,
): string {
  return `${cleanSession}
${claimMessage(migration, lockTimeoutMs, options)}`;
}

/**
 * Taking a statement apart and planning it costs the server three times what running it does, and there is one set for
 * each file. A chain's own are named, and a file that leaves others behind, or takes these away, is found out: see
 * `assertion`.
 */
const signatures = {
  claim: 'text, text, text, text',
  assert: 'text, text, text',
  record: 'text, text, text',
};
const parameters: MigrationTerms = { schema: '$1', filename: '$2', checksum: '$3' };

type Name = keyof typeof signatures;
type Tagged = Pick<ChainOptions, 'tag'>;

function prepared(name: Name, { tag }: Tagged, statement: string): string {
  return `prepare pgm_${name}_${tag}(${signatures[name]}) as ${statement}`;
}

function execute(name: Name, { tag }: Tagged, ...values: readonly string[]): string {
  return `execute pgm_${name}_${tag}(${values.join(', ')})`;
}

/**
 * DISCARD ALL, which cannot run in a transaction, by its parts; without the plans, which nobody can see, and without
 * DEALLOCATE ALL: a file that leaves anything prepared is not recorded in a chain. The claim lets go of advisory locks.
 */
const cleanSession =
  'reset all; set default_transaction_read_only = on; close all; unlisten *; discard temp; discard sequences;';

function claimMessage(migration: Migration, lockTimeoutMs: number, options: ChainOptions): string {
  const { schema, filename, checksum } = termsOf(migration);
  return `set local lock_timeout = ${options.waitMs};
${execute('claim', options, schema, filename, checksum, literal(String(lockTimeoutMs)))}`;
}

/**
 * Takes the history row and makes the session ready for the file; gives one row, with the transaction. Fails when the
 * content is applied already, or the run lock is gone: only an error keeps what was sent behind it from running.
 */
function claim(origin: Origin, { settings, lockHolder }: ChainOptions): string {
  const pgm = identifier(origin.historySchema);
  const all = [['default_transaction_read_only', 'off'] as const, ...settings];
  const setAll = all.map(([name, value]) => set(name, literal(value)));
  return `insert into ${pgm}.migrations (${rowColumns}, applied_at, attempts)
values (${rowValues(parameters, origin, 'failed')}, pg_catalog.clock_timestamp(), 0)
on conflict (schema, filename) do update set applied_at = excluded.applied_at,
  attempts = case when migrations.applied_checksum = excluded.checksum
    then (${literal(appliedMark)} || migrations.filename)::integer else migrations.attempts end
returning pg_catalog.pg_current_xact_id()::text as transaction_id, ${holdsLock(lockHolder)} as holds_lock,
  pg_catalog.pg_advisory_unlock_all() as unlocked, ${setAll.join(', ')}, ${set('lock_timeout', '$4')}`;
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

const same = 'migrations.xmin = pg_catalog.pg_current_xact_id()::xid';

function chainedRecord(origin: Origin): string {
  return recordStatement(parameters, origin, { startedAt: 'migrations.applied_at', same });
}

/**
 * Records the file whose transaction this is. Deferred constraints are looked at before the COMMIT, so that one that does
 * not hold leaves the transaction, in which nothing behind it can run, and not the COMMIT, behind which it could.
 * `last`: the chain ends here, and all of it is on the disk; else the transaction of the next file begins.
 */
export function chainedRecordMessage(
  migration: Migration,
  mark: HistoryMark,
  { nth, last, ...tagged }: Tagged & { readonly nth: number; readonly last: boolean },
): string {
  const { schema, filename, checksum } = termsOf(migration);
  return `${ownSettings(last ? 'on' : 'off')}
${execute('assert', tagged, schema, filename, literal(wantedLook(mark, nth)))};
${execute('record', tagged, schema, filename, checksum)};
set constraints all immediate;
commit${last ? '' : ' and chain'}`;
}

/** Makes durable what was committed without waiting for the disk, by a commit that does: it has to write something. */
export function flushMessage({ historySchema }: Origin): string {
  return `update ${identifier(historySchema)}.layout set version = version`;
}

/** `value` is an expression. */
function set(name: string, value: string): string {
  return `pg_catalog.set_config(${literal(name)}, ${value}, true)`;
}
