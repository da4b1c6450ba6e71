import { DatabaseMissing, errnoOf, PgmError, Refused, Transient } from '../../core/errors.js';
import type { LoginOrigins } from '../../core/connection/connection.js';
import { adviceFor } from '../../core/failure/explain/advice.js';
import { isSecondHand, lackedCharacter, named } from '../../core/failure/server-error.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { isContended, sqlstates } from '../../core/failure/sqlstates.js';
import { isServerError } from './driver.js';

/** What the server said about a statement, in the types of core. Null for an error that did not come from the server. */
export function serverErrorOf(error: unknown): ServerError | null {
  if (!isServerError(error)) return null;
  return {
    sqlstate: error.code,
    message: error.message,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
    where: error.where ?? null,
    // The driver's types say number; the wire, and the driver, deliver text.
    position: Number(error.position) || null,
    statementsDone: error.statementsDone ?? 0,
    routine: error.routine,
    schema: error.schema_name ?? null,
    table: error.table_name ?? null,
    column: error.column_name ?? null,
    constraint: error.constraint_name ?? null,
    atCommit: false,
    endsSession: error.severity !== 'ERROR',
  };
}

/**
 * Codes of trouble that passes by itself: lost connections (08), a server that starts, stops or was told to drop us
 * (57P01–57P05), no connections, memory or room left (53), disk trouble (58030), a name already reserved by a start-up
 * race.
 */
const passing = /^(?:08...|57P0[1-5]|53...|58030)$/;

/** Limits on a session's time: reached while a file runs, they are that file's failure. */
const timeLimits: ReadonlySet<string> = new Set([
  sqlstates.idleInTransactionSessionTimeout,
  sqlstates.transactionTimeout,
  sqlstates.idleSessionTimeout,
]);

/** True if the server ended the session because of the file that ran in it. */
export function isOwnEnd(said: ServerError, mayEndSession: boolean): boolean {
  return isTimeLimit(said) || (mayEndSession && said.sqlstate === sqlstates.adminShutdown);
}

/** True if the server ended the session because the file in it took too long. */
export function isTimeLimit({ sqlstate }: ServerError): boolean {
  return timeLimits.has(sqlstate);
}

/** True for a server error that has nothing to do with the SQL it was sent. */
function isPassing({ sqlstate }: ServerError): boolean {
  return passing.test(sqlstate);
}

/**
 * The server lacks room, handles or connections, has disk trouble, or is still starting. What SQL may use up by itself is not
 * among them.
 */
const serverLacks = /^(?:53[013]00|58030|57P03)$/;

/**
 * The same for errors while a file runs. If the session goes on, a code of a lost connection or of a server that stops is
 * about another server, which the SQL connects to, or comes from a RAISE in the SQL.
 */
export function isPassingInFile(said: ServerError): boolean {
  if (said.endsSession) return isPassing(said);
  return serverLacks.test(said.sqlstate) && !isSecondHand(said);
}

/**
 * Turns any driver error into one of ours. An error without SQLSTATE is a connection error, never a file's. `origins`: of a
 * login that the server may refuse.
 */
export function translate(
  error: unknown,
  target: string,
  database: string,
  origins: LoginOrigins | null = null,
): PgmError {
  if (error instanceof PgmError) return error;
  const said = serverErrorOf(error);
  if (said === null) return connectionError(error, target);
  if (said.sqlstate === sqlstates.invalidCatalogName) return new DatabaseMissing(database);
  // A file that was cancelled, or waited for a lock too long, never gets here; this was a message of our own.
  if (isPassing(said) || isContended(said.sqlstate) || said.sqlstate === sqlstates.queryCanceled) {
    return new Transient(`${target}: ${said.message}${limitAdvice(said)}`, said.sqlstate, {
      cause: error,
    });
  }
  // A standby, which may be promoted, or a server set to read-only: `translateAsking` tells them apart.
  if (said.sqlstate === sqlstates.readOnlySqlTransaction) {
    return new Transient(`${target} can only be read: ${said.message}`, said.sqlstate, {
      cause: error,
    });
  }
  return new Refused(refusal(said, target, origins), said.sqlstate, { cause: error });
}

/** Which of three limits on connections is reached. */
function limitAdvice(said: ServerError): string {
  if (said.sqlstate !== sqlstates.tooManyConnections) return '';
  const advice = adviceFor(said, { text: '', literals: [], index: null, statementStart: null });
  return advice === null ? '' : `; ${advice}`;
}

function refusalAdvice(sqlstate: string, origins: LoginOrigins | null): string | null {
  if (sqlstate === sqlstates.insufficientPrivilege)
    return 'grant what is missing to the role that pgm connects as';
  if (origins === null) return null;
  if (sqlstate === sqlstates.invalidPassword) return `check the password in ${origins.password}`;
  return sqlstate === sqlstates.invalidAuthorizationSpecification
    ? `check the user in ${origins.user} and the rules of pg_hba.conf`
    : null;
}

function refusal(said: ServerError, target: string, origins: LoginOrigins | null): string {
  const { sqlstate, message, hint } = said;
  const character = lackedCharacter(said);
  if (character !== null)
    return `${target}: the encoding of the database has no character ${named(character)} (${sqlstate}), which a name here has; rename it`;
  const advice = refusalAdvice(sqlstate, origins) ?? hint;
  return `${target}: ${message} (${sqlstate})${advice === null ? '' : `; ${advice}`}`;
}

const unknownAuthority =
  'its certificate cannot be verified: it was issued by a CA that is not trusted; set sslrootcert to that CA';

/** Common cases in words; anything else by its code. */
const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing is listening there',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up at the moment',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOENT: 'there is no such socket',
  EACCES: 'the socket may not be opened',
  EPIPE: 'the connection was closed',
  CONNECT_TIMEOUT: 'no answer in time',
  CONNECTION_CLOSED: 'the connection was closed',
  CONNECTION_ENDED: 'the connection was closed',
  CONNECTION_DESTROYED: 'the connection was closed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; set sslrootcert to its CA',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate was issued by a CA that is not trusted; see sslrootcert',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it on the server',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another host name; use a host name from the certificate, or sslmode=verify-ca',
};

/** Node's message when the other side hangs up during the TLS handshake. */
const hungUpOnTls = /before secure TLS connection was established/;

function connectionError(error: unknown, target: string): Transient {
  const code = codeOf(error);
  const message = plainMessage(error);
  if (hungUpOnTls.test(message)) {
    return new Transient(
      `${target}: the connection was closed while TLS was being set up; see the log of the server`,
      code,
      { cause: error },
    );
  }
  const words = connectionWords[code ?? ''] ?? message;
  const shown = code !== null && !words.includes(code) ? ` (${code})` : '';
  return new Transient(`${target}: ${words}${shown}`, code, { cause: error });
}

/** If several addresses were tried, the first one's error is shown. */
function codeOf(error: unknown): string | null {
  return errnoOf(error instanceof AggregateError ? error.errors[0] : error);
}

function plainMessage(error: unknown): string {
  return error instanceof Error ? error.message : 'the connection failed';
}
