import { ownError, type ServerError } from '../../core/failure/server-error.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import { identifier, literal } from '../wire/quote.js';

/** A migration in the history. */
export interface Place {
  readonly historySchema: string;
  /** The condition that matches its row. */
  readonly isRow: string;
}

/**
 * Asks for the state of the history while a file runs outside a transaction: its relations, its row, and the number and
 * age of the other rows. Any write makes a row younger; only the runner with the run lock may write.
 */
export function lastingWitness({ historySchema, isRow }: Place): string {
  const pgm = identifier(historySchema);
  const ages = `pg_catalog.concat_ws('/', pg_catalog.count(*), pg_catalog.sum(xmin::text::bigint))`;
  const others = [`migrations where not (${isRow})`, 'attempts', 'layout'];
  return `select pg_catalog.concat_ws(' ', ${relationsIn(historySchema)},
  (select pg_catalog.concat_ws(' ', state, checksum, applied_checksum, statements_done, attempts, last_error)
    from ${pgm}.migrations where ${isRow}),
  ${others.map((table) => `(select ${ages} from ${pgm}.${table})`).join(', ')}) as witness`;
}

/** Without the tables' file nodes: a VACUUM FULL outside a transaction changes them too. */
function relationsIn(historySchema: string): string {
  const marks = ['oid', 'relname', 'relowner', 'relnatts', 'relhastriggers', 'relhasrules'];
  const parts = [...marks, 'relrowsecurity'].map((mark) => `c.${mark}`).join(', ');
  return `(select pg_catalog.string_agg(pg_catalog.concat_ws(' ', ${parts}), ', ' order by c.oid)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = ${literal(historySchema)} and c.relkind <> 'i')`;
}

/**
 * True for the server's error on a message of our own when a table or column of the history is gone. An error with a
 * context comes from a trigger at COMMIT.
 */
export function saysHistoryIsGone({ sqlstate, where }: ServerError): boolean {
  return where === null && /^(?:42(?!501|P05)|3F)/.test(sqlstate);
}

/** True for the server's error if the session does not have a prepared statement of ours (any more). */
export function saysStatementIsGone({ sqlstate, message }: ServerError): boolean {
  return sqlstate === sqlstates.invalidSqlStatementName && /pgm (?:claim|record)/.test(message);
}

/**
 * True for its error on such a message if a table of the history has rules, which rewrite the statement. Only for the
 * rewriter's error, as COMMIT can refuse the work of a file with the same SQLSTATE.
 */
export function saysHistoryHasRules({ sqlstate, where, routine }: ServerError): boolean {
  return where === null && sqlstate === sqlstates.featureNotSupported && routine === 'RewriteQuery';
}

/** The failure of a file that changed the history. `undone`: everything it did was rolled back. */
export function historyTouched(historySchema: string, undone: boolean): ServerError {
  const fate = undone ? 'all of it was rolled back' : 'what it did there could not be undone';
  return ownError(
    // See core/failure/explain/advice.ts.
    sqlstates.modifyingSqlDataNotPermitted,
    `the file touches the schema "${historySchema}", where pgm keeps its history; ${fate}`,
  );
}
