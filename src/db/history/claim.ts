import type { Migration } from '../../core/files/migration.js';
import { historyTables } from '../../core/run/history.js';
import {
  asLiterals,
  asParameters,
  attemptColumns,
  attemptValues,
  isRow,
  type Origin,
  provenance,
  rowColumns,
  type RowParts,
  rowValues,
} from './history-row.js';
import { identifier, literal } from '../wire/quote.js';

/**
 * The start of a file's first message. The claim ends with the savepoint; without it, and outside a transaction, the
 * server refuses this and with it the rest of the message: if BEGIN fails, for whatever reason, the file has no effect.
 */
export const afterClaim = 'release savepoint pgm; ';

interface ClaimOptions {
  /** Statements that make the settings at the start of the file's transaction. */
  readonly settings: string;
  /** Milliseconds to wait for another runner that is inside the file. */
  readonly waitMs: number;
  /** Milliseconds a statement of the file may wait for a lock; 0 waits forever. */
  readonly lockTimeoutMs: number;
  readonly way: Way;
}

/**
 * How a session gets the two statements that every file needs, as parsing and planning them takes the server longer than most
 * files do: in full; prepared and executed; executed only, as the session has both of them prepared.
 */
export type Way = 'in full' | 'prepare' | 'execute';

/**
 * Begins a file's transaction and locks its history row: two runners never get past this together, run lock or not. Returns
 * `transaction_id` and `pid`, in one row. Fails on the NOT NULL of `checksum` if this content is already applied. Until the
 * file is recorded, `duration_ms` and `statements_done` of the row hold how many rows this backend had already written to the
 * history, and to `pg_class`.
 */
export function claimMessage(
  migration: Migration,
  origin: Origin,
  { settings, waitMs, lockTimeoutMs, way }: ClaimOptions,
): string {
  const statement = (row: RowParts) => claimStatement(identifier(origin.historySchema), row);
  return `begin; ${settings} set local lock_timeout = ${waitMs};
${inWay(way, 'pgm claim', statement, asLiterals(migration, origin))};
set local lock_timeout = ${lockTimeoutMs}; savepoint pgm`;
}

function claimStatement(pgm: string, row: RowParts): string {
  return `insert into ${pgm}.migrations (${rowColumns}, attempts, duration_ms, statements_done)
values (${rowValues(row, "'failed'")}, 0, ${rowsWritten(pgm)}, ${relationsWritten})
on conflict (schema, filename) do update set
  duration_ms = excluded.duration_ms, statements_done = excluded.statements_done,
  checksum = case when migrations.applied_checksum is distinct from excluded.checksum then migrations.checksum end
returning pg_catalog.pg_current_xact_id()::text as transaction_id, pg_catalog.pg_backend_pid() as pid`;
}

/** `statementOf` makes the statement of expressions: of the values of this file, or of parameters that get them. */
function inWay(
  way: Way,
  name: string,
  statementOf: (row: RowParts) => string,
  values: RowParts,
): string {
  if (way === 'in full') return statementOf(values);
  const call = `execute ${identifier(name)}(${values.join(', ')})`;
  if (way === 'execute') return call;
  const types = values.map(() => 'text').join(', ');
  return `prepare ${identifier(name)}(${types}) as ${statementOf(asParameters)};\n${call}`;
}

/** Cleans a session after a file as DISCARD ALL does, but keeps what is prepared, and plans. */
export const cleanKeeping = `close all; reset session authorization; reset all; unlisten *;
select pg_catalog.pg_advisory_unlock_all(); discard temp; discard sequences`;

/** An expression: whether the session has both statements prepared, and no others. */
const isPrepared = `(select pg_catalog.count(*) = 2 and pg_catalog.bool_and(name in ('pgm claim', 'pgm record'))
  from pg_catalog.pg_prepared_statement())`;

/**
 * Records the claimed migration as applied and commits, without waiting for the disk. Returns, in one row, `duration_ms`, from
 * the claim to the end of the file, and whether the session `is_prepared` for the next file. Fails on the NOT NULL of
 * `outcome` if the transaction is not the one that claimed, the file touched the history (the claim is the only row that may
 * have been written), or the file left settings behind that make the server misread strings.
 */
export function appliedMessage(migration: Migration, origin: Origin, way: Way): string {
  const statement = (row: RowParts) => appliedStatement(identifier(origin.historySchema), row);
  return `${ownSettings}
${inWay(way, 'pgm record', statement, asLiterals(migration, origin))};
set local synchronous_commit = off; commit`;
}

function appliedStatement(pgm: string, row: RowParts): string {
  const [, , checksum] = row;
  const outcome = "(select 'applied' from done)";
  return `with done as (
  update ${pgm}.migrations set state = 'applied', checksum = ${checksum}, applied_checksum = ${checksum},
    applied_at = pg_catalog.clock_timestamp(), duration_ms = ${tookMs}, attempts = attempts + 1, last_error = null,
    statements_done = 0, ${provenance(row)}
  where ${isRow(row)} and xmin = pg_catalog.pg_current_xact_id()::xid
    and duration_ms + 1 = ${rowsWritten(pgm)}
    and pg_catalog.current_setting('client_encoding') in ('UTF8', ${unchecked})
    and pg_catalog.current_setting('standard_conforming_strings') = 'on'
    and (statements_done = ${relationsWritten} or not ${holdsTellingLock(pgm)})
  returning duration_ms)
insert into ${pgm}.attempts (${attemptColumns}, duration_ms)
values (${attemptValues(row, outcome, 'pg_catalog.now()')}, (select duration_ms from done))
returning duration_ms::float8 as duration_ms, ${isPrepared} as is_prepared`;
}

/** An expression: another encoding of the client with which the server reads what we send as it is meant; or null. */
const unchecked =
  "case pg_catalog.current_setting('server_encoding') when 'SQL_ASCII' then 'SQL_ASCII' end";

/**
 * Deferred constraints and triggers run now instead of at COMMIT: with what the file left behind in the session (a role, a
 * search path, a timeout), which must not affect the bookkeeping after them. Without the last setting the server would plan the
 * record anew for each of the first files, although their values make no difference.
 */
const ownSettings = `set constraints all immediate; set local statement_timeout = 0;
reset session authorization; reset role; set local search_path = pg_catalog;
set local plan_cache_mode = force_generic_plan;`;

/** An expression: the time from BEGIN until the server received the message that contains it. */
const tookMs =
  "(pg_catalog.date_part('epoch', pg_catalog.statement_timestamp() - pg_catalog.now()) * 1000)::bigint";

/** Makes durable what was committed without waiting for the disk, by a commit that waits: it has to write something. */
export function flushMessage(historySchema: string): string {
  return `update ${identifier(historySchema)}.layout set version = version`;
}

/**
 * An expression: how many rows of the history this backend has written since it last reported its statistics, which it
 * never does inside a transaction. Rows rolled back to a savepoint count too.
 */
function rowsWritten(pgm: string): string {
  return historyTables.map((table) => writtenIn(relation(pgm, table))).join(' + ');
}

/** An expression: the same for relations of any schema that were created, altered or dropped. */
const relationsWritten = `(${writtenIn("'pg_catalog.pg_class'::pg_catalog.regclass")})::integer`;

function writtenIn(table: string): string {
  return ['inserted', 'updated', 'deleted']
    .map((how) => `pg_catalog.pg_stat_get_xact_tuples_${how}(${table})`)
    .join(' + ');
}

/**
 * An expression that is true if this transaction changed more of the history than its rows: it then has a lock on a table
 * that ALTER, DROP, TRUNCATE, CREATE TRIGGER and CREATE RULE take, but not GRANT, ANALYZE and CREATE INDEX; or a lock on the
 * schema, in which there is a relation that is not pgm's: in PostgreSQL 18 GRANT USAGE takes the lock of CREATE. Asking takes
 * the server as long as a small file, so it is asked only if a relation of any schema was written.
 */
function holdsTellingLock(pgm: string): string {
  const tables = historyTables.map((table) => relation(pgm, table));
  return `exists (select from pg_catalog.pg_lock_status() as held where held.pid = pg_catalog.pg_backend_pid() and (
    held.relation in (${tables.join(', ')})
      and held.mode in ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    or held.locktype = 'object' and held.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
      and held.objid = ${literal(pgm)}::pg_catalog.regnamespace
      and (held.mode <> 'AccessShareLock' or ${holdsForeign(pgm)})))`;
}

/** An expression: whether there is a relation in the schema that pgm did not make; others may index its tables. */
function holdsForeign(pgm: string): string {
  return `exists (select from pg_catalog.pg_class c where c.relnamespace = ${literal(pgm)}::pg_catalog.regnamespace
    and c.relname not in (${historyTables.map(literal).join(', ')}) and c.relkind not in ('i', 't')
    and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'i'))`;
}

function relation(pgm: string, table: string): string {
  return `${literal(`${pgm}.${table}`)}::pg_catalog.regclass`;
}
