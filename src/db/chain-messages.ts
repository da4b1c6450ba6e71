import type { Migration } from '../core/migration.js';
import { type HistoryMark, historyWritten, looksSame, relationsWritten } from './chain-witness.js';
import {
  isRow,
  type MigrationTerms,
  type Origin,
  rowColumns,
  rowValues,
  termsOf,
} from './history-row.js';
import { touchedMark } from './history-witness.js';
import type { Gate } from './lock.js';
import { identifier, literal } from './quote.js';
import { recordStatement } from './record.js';

/** What holds for all files of a chain. */
export interface ChainOptions {
  /** Names and values that hold for the transaction of each file. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Milliseconds a message of ours may wait for another runner. */
  readonly waitMs: number;
  /** Of the run lock; null where there is none to look for. */
  readonly gate: Gate | null;
  /** What the names of its prepared statements end with, so that no file can have one of that name. */
  readonly tag: string;
}

/** A file of a chain. */
export interface ChainedFile {
  readonly migration: Migration;
  /** Milliseconds a statement of it may wait for a lock; 0 is for ever. */
  readonly lockTimeoutMs: number;
}

/**
 * Begins a chain: from here on the server is in a transaction that belongs to some file, until the chain ends or
 * something fails. The session can only read outside of one: should a COMMIT fail, what was sent behind it runs without a
 * transaction, and must have no effect.
 */
export function beginMessage(options: ChainOptions): string {
  return `begin; ${ownSettings(options)} commit and chain`;
}

/** They outlive the transaction: the next file's claim finds them. */
function ownSettings({ waitMs }: ChainOptions): string {
  return `set default_transaction_read_only = on; set lock_timeout = ${waitMs};`;
}

/**
 * Taking a statement apart and planning it costs the server three times what running it does, and there is one set for
 * each file. A chain's own are named, and a file that leaves others behind, or takes these away, is found out: see
 * `isUntouched`. Each is prepared by a message of its own: the server copies that whole message at each execution.
 */
export function prepareClaim(origin: Origin, options: ChainOptions): string {
  return prepared('claim', options, claim(origin, options));
}

/** What is left to prepare when it is known what the history looks like. */
export function prepareRecords(
  mark: HistoryMark,
  origin: Origin,
  options: ChainOptions,
): readonly string[] {
  return [
    prepared('record', options, record(origin, 'migrations.statements_done = ' + relationsWritten)),
    prepared('record_change', options, record(origin, looksSame(mark))),
  ];
}

const signatures = {
  claim: 'text, text, text, text, text, text',
  record: 'text, text, text',
  record_change: 'text, text, text',
};
const ownStatements = Object.keys(signatures).length;
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
 * Takes the history row of a file, in the transaction that is open. `before`: what was recorded in front of it. Gives
 * `claim`: the number of the transaction and how long, in ms, that one took; both in one row, as each costs the driver more
 * than it costs the server to look the second up.
 */
export function claimMessage(
  file: ChainedFile,
  before: ChainedFile | null,
  options: ChainOptions,
): string {
  const { schema, filename, checksum } = termsOf(file.migration);
  const lockTimeout = literal(String(file.lockTimeoutMs));
  const recorded =
    before === null ? { schema: 'null', filename: 'null' } : termsOf(before.migration);
  const own = [schema, filename, checksum, lockTimeout];
  return execute('claim', options, ...own, recorded.schema, recorded.filename);
}

/**
 * Ends the file whose transaction this is, and records it; with `next`, that one's transaction begins, in a clean session,
 * and it is claimed. Without, the chain ends here, and all of it is on the disk; gives `duration_ms`.
 *
 * Deferred constraints are looked at before the COMMIT, so that one that does not hold leaves the transaction, in which
 * nothing behind it can run, and not the COMMIT, behind which it could. What the file left behind in the session (a role, a
 * search path, a timeout) is put away before the bookkeeping; UNLISTEN holds from the COMMIT on.
 */
export function turnMessage(
  file: ChainedFile,
  next: ChainedFile | null,
  origin: Origin,
  options: ChainOptions,
): string {
  const { migration } = file;
  const terms = termsOf(migration);
  const { schema, filename, checksum } = terms;
  const name = mayChangeRelations(migration.sql) ? 'record_change' : 'record';
  const recorded = `set constraints all immediate; unlisten *; reset session authorization; reset role; reset all; ${ownSettings(options)}
${execute(name, options, schema, filename, checksum)};`;
  return next === null
    ? `${recorded} select (${durationOf(terms, origin)})::float8 as duration_ms; commit`
    : `${recorded} set local synchronous_commit = off; commit and chain; ${cleanSession} ${claimMessage(next, file, options)}`;
}

/**
 * With what is reset before, these are DISCARD ALL, which cannot run in a transaction, by its parts; without the plans,
 * which nobody can see, and without DEALLOCATE ALL: a file that leaves anything prepared is not recorded in a chain. The
 * claim lets go of advisory locks.
 */
const cleanSession = 'close all; discard temp; discard sequences;';

/**
 * Only saves time: what makes, changes or drops relations is recorded by a statement that looks closely at those of the
 * history. Where this is mistaken, by a function that does so, the other one fails.
 */
function mayChangeRelations(sql: string): boolean {
  return sql.length > longestScanned || changingWords.test(sql);
}

/** Characters; in a longer file the closer look counts for nothing. */
const longestScanned = 20_000;
const changingWords = /create|alter|drop|truncate|grant|revoke|refresh|reindex|cluster|analyze/i;

/**
 * Takes the history row and makes the session ready for the file. Fails when the content is applied already, or the run
 * lock is gone: only an error keeps what was sent behind it from running. Until the file is recorded its row holds when it
 * began, and what this backend had written by then.
 */
function claim(origin: Origin, { settings, gate }: ChainOptions): string {
  const pgm = identifier(origin.historySchema);
  const all = [['default_transaction_read_only', 'off'] as const, ...settings];
  const setAll = all.map(([name, value]) => set(name, literal(value)));
  return `insert into ${pgm}.migrations (${rowColumns}, applied_at, attempts, duration_ms, statements_done)
values (${rowValues(parameters, origin, 'failed')}, pg_catalog.clock_timestamp(), 0, ${historyWritten(origin.historySchema)}, ${relationsWritten})
on conflict (schema, filename) do update set applied_at = excluded.applied_at, duration_ms = excluded.duration_ms,
  statements_done = excluded.statements_done,
  attempts = case when migrations.applied_checksum = excluded.checksum
    then (${literal(appliedMark)} || migrations.filename)::integer else migrations.attempts end
returning pg_catalog.concat_ws(' ', pg_catalog.pg_current_xact_id()::text,
  coalesce((${durationOf({ schema: '$5', filename: '$6' }, origin)}), 0), ${isOpen(gate)},
  pg_catalog.pg_advisory_unlock_all(), ${setAll.join(', ')}, ${set('lock_timeout', '$4')}) as claim`;
}

/** A query; of a migration that is recorded. */
function durationOf(
  migration: Pick<MigrationTerms, 'schema' | 'filename'>,
  origin: Origin,
): string {
  return `select duration_ms from ${identifier(origin.historySchema)}.migrations where ${isRow(migration)}`;
}

/** An expression. Who can take the lock of the gate is not to begin. */
function isOpen(gate: Gate | null): string {
  if (gate === null) return 'true';
  return `case when pg_catalog.pg_try_advisory_xact_lock_shared(${gate.key})
    then (${literal(gateMark)} || migrations.filename)::boolean else true end`;
}

const appliedMark = 'pgm: already applied ';
/** What the server says in a message about a file that is not to begin. */
export const gateMark = 'pgm: nothing begins ';

/** `isSame`: an expression, whether the relations of the history are those that they were. */
function record(origin: Origin, isSame: string): string {
  // Behind the first look there is the claim itself; and a row that is ours is as old as this transaction.
  const isOurs = `migrations.xmin = pg_catalog.pg_current_xact_id()::xid
    and migrations.duration_ms = ${historyWritten(origin.historySchema)} - 1
    and (select pg_catalog.count(*) from pg_catalog.pg_prepared_statement()) = ${ownStatements} and ${isSame}`;
  // Not an integer: that cast would be tried when the statement is planned.
  const failure = `(${literal(touchedMark)} || $2)::timestamptz`;
  return recordStatement(parameters, origin, {
    startedAt: 'migrations.applied_at',
    isOurs,
    failure,
  });
}

/** Makes durable what was committed without waiting for the disk, by a commit that does: it has to write something. */
export function flushMessage({ historySchema }: Origin): string {
  return `update ${identifier(historySchema)}.layout set version = version`;
}

/** `value` is an expression. */
function set(name: string, value: string, scope: 'local' | 'lasting' = 'local'): string {
  return `pg_catalog.set_config(${literal(name)}, ${value}, ${String(scope === 'local')})`;
}
