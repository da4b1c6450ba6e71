import type { Migration } from '../core/migration.js';
import type { SqlText } from '../core/sql-text.js';
import {
  type HistoryMark,
  historyWritten,
  looksSame,
  relationsWritten,
  wantedWritten,
} from './chain-witness.js';
import { type MigrationTerms, type Origin, rowColumns, rowValues, termsOf } from './history-row.js';
import { touchedMark } from './history-witness.js';
import type { Gate } from './lock.js';
import { identifier, literal } from './quote.js';
import { attemptStatement, concludeStatement, took } from './record.js';

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
  readonly origin: Origin;
}

/** A file of a chain. */
export interface ChainedFile {
  /** From 0. */
  readonly nth: number;
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
 * `mayTouch`. Each is prepared by a message of its own: the server copies that whole message at each execution.
 */
export function prepareClaim(options: ChainOptions): string {
  return prepared('claim', options, claim(options));
}

/** What is left to prepare when it is known what the history looks like. */
export function prepareRecords(mark: HistoryMark, options: ChainOptions): readonly string[] {
  const { origin } = options;
  return [
    prepared('conclude', options, conclude(parameters, origin, isUntouched.nothing(mark))),
    prepared('conclude_look', options, conclude(parameters, origin, isUntouched.relations(mark))),
    prepared('record', options, record(origin)),
  ];
}

const signatures = {
  claim: 'text, text, text, text',
  conclude: 'text, text, text',
  conclude_look: 'text, text, text',
  record: 'text, text, text, bigint',
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
 * Takes the history row of a file, in the transaction that is open. Gives `claim`: the number of the transaction, and the
 * milliseconds that the file in front took; both in one row, as each row costs the driver more than it costs the server.
 */
export function claimMessage(
  { migration, lockTimeoutMs }: ChainedFile,
  options: ChainOptions,
): string {
  const { schema, filename, checksum } = termsOf(migration);
  return execute('claim', options, schema, filename, checksum, literal(String(lockTimeoutMs)));
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
  { migration, nth }: ChainedFile,
  next: ChainedFile | null,
  mark: HistoryMark,
  options: ChainOptions,
): string {
  const { schema, filename, checksum } = termsOf(migration);
  const wanted = String(wantedWritten(mark, nth));
  const recorded = `set constraints all immediate; unlisten *; reset session authorization; reset role; reset all; ${ownSettings(options)}
${conclusion(migration, mark, options)}; ${execute('record', options, schema, filename, checksum, wanted)};`;
  return next === null
    ? `${recorded} select ${took}::float8 as duration_ms; commit`
    : `${recorded} set local synchronous_commit = off; commit and chain; ${cleanSession} ${claimMessage(next, options)}`;
}

/**
 * With what is reset before, these are DISCARD ALL, which cannot run in a transaction, by its parts; without the plans,
 * which nobody can see, and without DEALLOCATE ALL: a file that leaves anything prepared is not recorded in a chain. The
 * claim lets go of advisory locks.
 */
const cleanSession = 'close all; discard temp; discard sequences;';

/** Behind a file that speaks of prepared statements it has a text of its own: such files are few. */
function conclusion(migration: Migration, mark: HistoryMark, options: ChainOptions): string {
  const touched = mayTouch(migration.sql);
  if (touched === 'prepared') {
    return conclude(termsOf(migration), options.origin, isUntouched.prepared(mark));
  }
  const { schema, filename, checksum } = termsOf(migration);
  const name = touched === 'relations' ? 'conclude_look' : 'conclude';
  return execute(name, options, schema, filename, checksum);
}

type Touched = 'nothing' | 'relations' | 'prepared';

/**
 * Only saves time: behind a file that makes, changes or drops relations it is looked closely at those of the history, and
 * behind one that speaks of prepared statements also at what is prepared. Where this is mistaken about relations, because
 * a function does that, the other look fails. A statement that a function prepares, of which the file says nothing, is
 * there until the chain ends or a file like that finds it.
 */
function mayTouch(sql: SqlText): Touched {
  if (sql.length > longestScanned) return 'prepared';
  const text = String(sql);
  if (wordsOfPrepared.test(text)) return 'prepared';
  return wordsOfRelations.test(text) ? 'relations' : 'nothing';
}

/** Characters; in a longer file the closest look counts for nothing. */
const longestScanned = 20_000;
const wordsOfPrepared = /prepare|execute|deallocate/i;
const wordsOfRelations = /create|alter|drop|truncate|grant|revoke|refresh|reindex|cluster|analyze/i;

/** Expressions, by what a file may touch: whether nothing of that was disturbed. */
const isUntouched: Readonly<Record<Touched, (mark: HistoryMark) => string>> = {
  nothing: () => `statements_done = ${relationsWritten}`,
  relations: looksSame,
  prepared: (mark) =>
    `(select pg_catalog.count(*) from pg_catalog.pg_prepared_statement()) = ${ownStatements}
  and ${looksSame(mark)}`,
};

/**
 * Takes the history row and makes the session ready for the file. Fails when the content is applied already, or the run
 * lock is gone: only an error keeps what was sent behind it from running. Until the file is concluded its row holds how
 * many relations this backend had changed before it.
 */
function claim({ settings, gate, origin }: ChainOptions): string {
  const pgm = identifier(origin.historySchema);
  const all = [['default_transaction_read_only', 'off'] as const, ...settings];
  const setAll = all.map(([name, value]) => set(name, literal(value)));
  return `insert into ${pgm}.migrations (${rowColumns}, attempts, statements_done)
values (${rowValues(parameters, origin, 'failed')}, 0, ${relationsWritten})
on conflict (schema, filename) do update set statements_done = excluded.statements_done,
  attempts = case when migrations.applied_checksum = excluded.checksum
    then (${literal(appliedMark)} || migrations.filename)::integer else migrations.attempts end
returning pg_catalog.concat_ws(' ', pg_catalog.pg_current_xact_id()::text, coalesce(${took}, ''),
  ${isOpen(gate)}, pg_catalog.pg_advisory_unlock_all(), ${setAll.join(', ')}, ${set('lock_timeout', '$4')}) as claim`;
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

/** `isSame`: an expression, whether nothing was disturbed but rows. A row that is ours is as old as this transaction. */
function conclude(terms: MigrationTerms, origin: Origin, isSame: string): string {
  const isOurs = `xmin = pg_catalog.pg_current_xact_id()::xid and ${isSame}`;
  return concludeStatement(terms, origin, { isOurs, tookFor: 'session' });
}

/** Fails unless the history has been written as often as $4 says: by us, and not by the file. */
function record(origin: Origin): string {
  // Not an integer: that cast would be tried when the statement is planned.
  const failure = `(${literal(touchedMark)} || $2)::timestamptz::text`;
  const written = historyWritten(origin.historySchema);
  const outcome = `case when ${written} = $4 then 'applied' else ${failure} end`;
  return attemptStatement(parameters, origin, outcome);
}

/** Makes durable what was committed without waiting for the disk, by a commit that does: it has to write something. */
export function flushMessage({ origin }: ChainOptions): string {
  return `update ${identifier(origin.historySchema)}.layout set version = version`;
}

/** `value` is an expression. */
function set(name: string, value: string, scope: 'local' | 'lasting' = 'local'): string {
  return `pg_catalog.set_config(${literal(name)}, ${value}, ${String(scope === 'local')})`;
}
