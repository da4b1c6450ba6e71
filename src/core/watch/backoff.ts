import { isSqlstate, sqlstates } from '../failure/sqlstates.js';

/** Full jitter: a random wait of up to a doubling ceiling, so that many runners do not retry at the same moment. */
export function backoffMs(attempt: number, random: number, { firstMs, mostMs }: Backoff): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** attempt);
  return Math.round(ceiling * random);
}

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** If nothing listens, or a server says that it is starting or stopping: asking again costs nothing. */
const refusedBackoff: Backoff = { firstMs: 500, mostMs: 1_000 };

/** For all other trouble with a connection or a server. */
export const connectionBackoff: Backoff = { firstMs: 500, mostMs: 5_000 };

/** For locks and serialization failures inside a run. */
export const contentionBackoff: Backoff = { firstMs: 100, mostMs: 5_000 };

/** Codes of a port, or a socket in the file system, where nothing listens, and of a server that is starting or stopping. */
const refusing: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOENT'],
  sqlstates.cannotConnectNow,
]);

/** How to wait after an error with this code: a SQLSTATE, an error code of the system, or null. */
export function backoffAfter(code: string | null): Backoff {
  return code !== null && refusing.has(code) ? refusedBackoff : connectionBackoff;
}

/** SQLSTATEs of a lost connection (08), and of a server that is starting or stopping (57P). */
const noConnection = /^(?:08|57P)/;

/**
 * For a problem that passes by itself: true if a connection was missing. Then it is over as soon as the server answers
 * on another connection.
 */
export function isOverWithAnAnswer(code: string | null): boolean {
  return code === null || !isSqlstate(code) || noConnection.test(code);
}
