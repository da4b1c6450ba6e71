import { backoffAfter, backoffMs } from '../../core/watch/backoff.js';
import {
  brokenOff,
  Interrupted,
  isWrongPassword,
  noPrimary,
  PostgresUnreachable,
  Refused,
  Transient,
} from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Clock, Database, Stop } from '../../core/ports.js';
import { isSqlstate, sqlstates } from '../../core/failure/sqlstates.js';
import { breakingOff } from './connect.js';

export interface RetryPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Pick<Stop, 'soon'>;
  /** What `work` connects to. */
  readonly database: Pick<Database, 'target' | 'serverOrigin' | 'breakOff'>;
}

/**
 * Repeats `work` as long as its error is one that passes by itself, with a growing random pause in between. Throws
 * `PostgresUnreachable` after `withinMs` (null: never), `Interrupted` when told to stop, and any other error at once. The
 * first two abort a connection attempt, and nothing else that `work` does.
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  ports: RetryPorts,
  withinMs: number | null,
): Promise<T> {
  const { stop, database } = ports;
  const over = new AbortController();
  if (withinMs !== null) breakOffAfter(withinMs, over.signal, ports);
  try {
    return await breakingOff(database, stop.soon, () => retry(work, ports, withinMs));
  } finally {
    over.abort();
  }
}

/** Milliseconds that the first connection attempt always has: a wait of 0 still means one try. */
const leastMs = 1_000;

/** An attempt that begins at the very end gets no more than this. */
function breakOffAfter(
  ms: number,
  over: AbortSignal,
  { clock, database }: Pick<RetryPorts, 'clock' | 'database'>,
): void {
  const next = (wait: number): Promise<void> =>
    clock.sleep(wait, over).then(() => {
      database.breakOff();
      return next(leastMs);
    });
  next(Math.max(ms, leastMs)).catch(() => undefined);
}

async function retry<T>(
  work: () => Promise<T>,
  { clock, emit, stop: { soon: signal }, database }: RetryPorts,
  withinMs: number | null,
): Promise<T> {
  const started = clock.now();
  let refusedLogins = 0;
  let reason: Transient | Refused | null = null;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (isWrongPassword(error)) refusedLogins += 1;
      else if (!(error instanceof Transient)) throw error;
      if (refusedLogins === loginTries) throw error;
      if (signal.aborted) throw new Interrupted();
      const left = withinMs === null ? Infinity : withinMs - (clock.now() - started);
      // The error of an earlier attempt says more than that the last one was aborted.
      const isTold = error instanceof Refused || error.code !== brokenOff;
      if (isTold || reason === null) reason = error;
      // A timer may be a millisecond early.
      if (left <= 1) throw givingUp(reason, database, withinMs ?? 0);
      const backoff = backoffAfter(error.code);
      const retryInMs = Math.min(left, backoffMs(attempt, clock.random(), backoff));
      if (error instanceof Transient) {
        const { target } = database;
        emit({ kind: 'waiting-for-postgres', target, reason: error.message, retryInMs });
      }
      await clock.sleep(retryInMs, signal);
    }
  }
}

/** A rotated Secret may reach us a moment after it reaches the server; a wrong password stays wrong. */
const loginTries = 3;

function givingUp(
  error: Transient | Refused,
  { target, serverOrigin = 'the connection string' }: RetryPorts['database'],
  withinMs: number,
): Error {
  if (error instanceof Refused) return error;
  const { became, advice } = afterAll(error, serverOrigin);
  const more = advice === '' ? '' : `; ${advice}`;
  return new PostgresUnreachable(
    `PostgreSQL at ${target} was not ${became} within ${withinMs / 1_000} s: ${error.message}${more}`,
    { cause: error },
  );
}

interface Outcome {
  /** The state we waited for it to reach. */
  readonly became: 'reachable' | 'ready' | 'writable';
  /** Empty if the trouble itself says what to do. */
  readonly advice: string;
}

const longer = 'wait longer with --wait-timeout';

/** Codes caused by a wrong host or port, or by a server that is down. */
const nobodyThere: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'EACCES'],
  ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT', brokenOff],
]);

/** Codes for a certificate that is not trusted; the error itself says what would fix it. */
const mistrust = /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;

function afterAll({ code, message }: Transient, origin: string): Outcome {
  const isAdvised = message.includes('; ');
  if (code === sqlstates.readOnlySqlTransaction) {
    const advice = `name its primary in ${origin}, alone or as one of several hosts, or ${longer} if it is about to be promoted`;
    return { became: 'writable', advice };
  }
  if (code === noPrimary) {
    const advice = `${longer} if one is about to be promoted; target_session_attrs asks for a primary`;
    return { became: 'writable', advice };
  }
  if (code !== null && nobodyThere.has(code)) {
    return { became: 'reachable', advice: `check host and port in ${origin}, or ${longer}` };
  }
  if (code !== null && mistrust.test(code)) {
    return { became: 'reachable', advice: 'waiting does not fix a certificate' };
  }
  if (code !== null && isSqlstate(code)) {
    const isFull = code === sqlstates.tooManyConnections;
    if (isFull && isAdvised) return { became: 'ready', advice: `or ${longer}` };
    return { became: 'ready', advice: serverAdvice[code] ?? `see the server's log, or ${longer}` };
  }
  const advice = code === null && isAdvised ? '' : `see the server's log, or ${longer}`;
  return { became: 'reachable', advice };
}

/** By SQLSTATE: what an answering server lacks. */
const serverAdvice: Readonly<Record<string, string>> = {
  [sqlstates.diskFull]: `make room on its disk, or ${longer}`,
  [sqlstates.outOfMemory]: `give it memory, or ${longer}`,
  [sqlstates.tooManyConnections]: `end idle sessions or raise max_connections, or ${longer}`,
  [sqlstates.cannotConnectNow]: longer,
};
