import type { ServerError } from '../core/explain-failure.js';
import { identifier, literal } from './quote.js';

/**
 * What the schema of the history looks like to the transaction at hand, as one text: its relations, and how many rows of
 * each this very transaction has written, also in parts of it that were rolled back. What others write does not show.
 * Reading, grants, indexes and ANALYZE do not count as touching.
 */
function relations(historySchema: string): string {
  const written = ['inserted', 'updated', 'deleted'].map(
    (how) => `pg_catalog.pg_stat_get_xact_tuples_${how}(c.oid)`,
  );
  // A TRUNCATE gives a table another file.
  return summary(historySchema, ['c.relfilenode', ...written]);
}

/** The same without what changes by itself: a VACUUM FULL outside a transaction rewrites tables too. */
function lastingRelations(historySchema: string): string {
  return summary(historySchema, []);
}

function summary(historySchema: string, more: readonly string[]): string {
  const marks = ['oid', 'relname', 'relowner', 'relnatts', 'relhastriggers', 'relhasrules'];
  const parts = [...marks.map((mark) => `c.${mark}`), 'c.relrowsecurity', ...more].join(', ');
  return `(select pg_catalog.string_agg(pg_catalog.concat_ws(' ', ${parts}), ', ' order by c.oid)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = ${literal(historySchema)} and c.relkind <> 'i')`;
}

/** The transaction that claimed a row, and how the history looked to it then. */
export interface Claimed {
  readonly transactionId: string;
  readonly witness: string;
}

/** For the SELECT that locks the row: the row as it was locked, which may be newer than the snapshot of the statement. */
export function claimedWitness(historySchema: string): string {
  return `pg_catalog.concat_ws(' ', ctid, ${relations(historySchema)})`;
}

/**
 * A statement that fails when, in the transaction `transactionId`, the history does not look as `claimedWitness` had it.
 * Only an error keeps the COMMIT behind it from happening, and SQL without a language has no other way to raise one than
 * a cast.
 */
export function assertUntouched(
  { historySchema, isRow }: { readonly historySchema: string; readonly isRow: string },
  { transactionId, witness }: Claimed,
): string {
  const row = `(select ctid from ${identifier(historySchema)}.migrations where ${isRow})`;
  return `select case when seen <> ${literal(witness)}
    and pg_catalog.pg_current_xact_id()::text = ${literal(transactionId)}
  then (${literal(touchedMark)} || seen)::integer end as touched
from (select pg_catalog.concat_ws(' ', ${row}, ${relations(historySchema)}) as seen) as history;`;
}

const touchedMark = 'pgm: history touched ';

/** Asks how the history looks to a file that runs outside a transaction; only its own row, as others may write theirs. */
export function rowWitnessQuery(historySchema: string, isRow: string): string {
  return `select pg_catalog.concat_ws(' ', ${lastingRelations(historySchema)},
  (select pg_catalog.concat_ws(' ', state, checksum, applied_checksum, statements_done, attempts, last_error)
    from ${identifier(historySchema)}.migrations where ${isRow})) as witness`;
}

/**
 * True for what the server says of our own message when the file changed the history: our own mark, or a table or column
 * that is gone. An error with a context comes from a trigger at COMMIT.
 */
export function tellsOfTouch({ sqlstate, message, where }: ServerError): boolean {
  if (message.includes(touchedMark)) return true;
  return where === null && /^(?:42(?!501)|3F)/.test(sqlstate);
}

/** The failure of such a file. `undone`: all it did was rolled back. */
export function historyTouched(historySchema: string, undone: boolean): ServerError {
  const fate = undone ? 'all of it was rolled back' : 'what it did there could not be undone';
  return {
    // "Modifying SQL data not permitted"; see core/advice.ts.
    sqlstate: '2F002',
    message: `the file touches the schema "${historySchema}", where pgm keeps its history; ${fate}`,
    detail: null,
    hint: null,
    where: null,
    position: null,
    internalQuery: null,
    schema: null,
    table: null,
    column: null,
    constraint: null,
    atCommit: false,
  };
}
