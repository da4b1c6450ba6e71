import postgres from 'postgres';
import { DatabaseMissing, PgmError, Refused, Transient } from '../core/errors.js';
import type { ServerError } from '../core/explain-failure.js';

/** What the server said of a statement, in the words of core. Null for an error that the server did not make. */
export function serverErrorOf(error: unknown, atCommit = false): ServerError | null {
  if (!(error instanceof postgres.PostgresError)) return null;
  return {
    sqlstate: error.code,
    message: error.message,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
    where: error.where ?? null,
    // The driver's types say number; the wire, and the driver, give text.
    position: Number(error.position) || null,
    internalQuery: error.internal_query ?? null,
    schema: error.schema_name ?? null,
    table: error.table_name ?? null,
    column: error.column_name ?? null,
    constraint: error.constraint_name ?? null,
    atCommit,
  };
}

/**
 * Codes of what passes by itself: lost connections (08), a server that starts, stops or was told to drop us (57P01–57P05),
 * no connections, memory or room left (53), trouble of its disk (58030), a name already reserved by a start-up race.
 */
const passing = /^(?:08...|57P0[1-5]|53...|58030)$/;

/**
 * Of a statement of ours: a standby, which may be promoted, or a server that was made read-only (`translateAsking` tells
 * them apart). Of a file it is the file's own doing, so it does not count as passing there.
 */
export const readOnly = '25006';

/** True for what the server said that has nothing to do with the SQL it was sent. */
export function isPassing({ sqlstate }: ServerError): boolean {
  return passing.test(sqlstate);
}

/** Any error of the driver as one of ours. An error without SQLSTATE is an error of the connection, never of a file. */
export function translate(error: unknown, target: string, database: string): PgmError {
  if (error instanceof PgmError) return error;
  const said = serverErrorOf(error);
  if (said === null) return connectionError(error, target);
  if (said.sqlstate === '3D000') return new DatabaseMissing(database);
  // What was cancelled of a file is the file's failure and never comes here; this was a message of our own.
  if (isPassing(said) || said.sqlstate === '57014') {
    return new Transient(`${target}: ${said.message}`, said.sqlstate, { cause: error });
  }
  if (said.sqlstate === readOnly) {
    return new Transient(`${target} can only be read: ${said.message}`, readOnly, { cause: error });
  }
  return new Refused(refusal(said, target), said.sqlstate, { cause: error });
}

const refusalAdvice: Readonly<Record<string, string>> = {
  '28P01': 'check the password in DATABASE_URL, DATABASE_URL_FILE or PGPASSWORD',
  '28000': 'check the user in DATABASE_URL and the rules of pg_hba.conf',
  '42501': 'grant what is missing to the role that pgm connects as',
};

function refusal({ sqlstate, message, hint }: ServerError, target: string): string {
  const advice = refusalAdvice[sqlstate] ?? hint;
  return `${target}: ${message} (${sqlstate})${advice === null ? '' : `; ${advice}`}`;
}

const unknownAuthority =
  'its certificate cannot be verified: it comes from an authority that is not trusted; name that one with sslrootcert';

/** What people meet, in words; anything else by its code. */
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
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is self-signed; give its authority with sslrootcert',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is signed by an authority that is not trusted; see sslrootcert',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it on the server',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another host name; use a name that it is made out to, or sslmode=verify-ca',
};

/** What Node says when the other side hangs up in the middle of it. */
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

function codeOf(error: unknown): string | null {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return first instanceof Error && 'code' in first ? String(first.code) : null;
}

function plainMessage(error: unknown): string {
  return error instanceof Error ? error.message : 'the connection failed';
}
