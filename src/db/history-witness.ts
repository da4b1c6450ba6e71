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
  return summary(historySchema, [tableFile, ...written]);
}

/** The same where the server does not count. */
function refilledRelations(historySchema: string): string {
  return summary(historySchema, [tableFile]);
}

/** A TRUNCATE gives a table another one. */
const tableFile = 'c.relfilenode';

/** Without what changes by itself: a VACUUM FULL outside a transaction rewrites tables too. */
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

/**
 * How many rows there are beside the migration's own, and of which age: whoever writes a row makes it a younger one. Others
 * may write them too, but only a runner that has the run lock.
 */
function otherRows(historySchema: string, isRow: string): string {
  const pgm = identifier(historySchema);
  const ages = `pg_catalog.concat_ws('/', pg_catalog.count(*), pg_catalog.sum(xmin::text::bigint))`;
  const tables = [`migrations where not (${isRow})`, 'attempts', 'layout'];
  return tables.map((table) => `(select ${ages} from ${pgm}.${table})`).join(', ');
}

/** A migration in the history. */
export interface Place {
  readonly historySchema: string;
  /** The condition that finds its row. */
  readonly isRow: string;
}

/** The transaction that claimed a row, and how the history looked to it then. */
export interface Claimed {
  readonly transactionId: string;
  readonly witness: string;
  /** The server counts what a transaction writes, which tells exactly; else rows are compared. */
  readonly counted: boolean;
}

/** For a SELECT behind the one that locks the row, as what was waited for shows only then; `counted` as in `Claimed`. */
export function claimedWitness(place: Place): string {
  const counts = `pg_catalog.current_setting('track_counts')::boolean`;
  return `case when ${counts} then ${look(place, true)} else ${look(place, false)} end as witness, ${counts} as counted`;
}

function look({ historySchema, isRow }: Place, counted: boolean): string {
  const row = `(select ctid from ${identifier(historySchema)}.migrations where ${isRow})`;
  const rest = counted
    ? relations(historySchema)
    : `${refilledRelations(historySchema)}, ${otherRows(historySchema, isRow)}`;
  return `pg_catalog.concat_ws(' ', ${row}, ${rest})`;
}

/**
 * A statement that fails when, in the transaction `transactionId`, the history does not look as `claimedWitness` had it.
 * Only an error keeps the COMMIT behind it from happening, and SQL without a language has no other way to raise one than
 * a cast.
 */
export function assertUntouched(
  place: Place,
  { transactionId, witness, counted }: Claimed,
): string {
  return `select case when seen <> ${literal(witness)}
    and pg_catalog.pg_current_xact_id()::text = ${literal(transactionId)}
  then (${literal(touchedMark)} || seen)::integer end as touched
from (select ${look(place, counted)} as seen) as history;`;
}

/** What the server says in a message about a history that a file changed. */
export const touchedMark = 'pgm: history touched ';

/** Asks how the history looks to a file that runs outside a transaction. Who has the run lock may change that, too. */
export function lastingWitness({ historySchema, isRow }: Place): string {
  return `select pg_catalog.concat_ws(' ', ${lastingRelations(historySchema)},
  (select pg_catalog.concat_ws(' ', state, checksum, applied_checksum, statements_done, attempts, last_error)
    from ${identifier(historySchema)}.migrations where ${isRow}),
  ${otherRows(historySchema, isRow)}) as witness`;
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
