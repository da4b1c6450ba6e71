import { backoffMs, connectionBackoff } from '../core/backoff.js';
import { PostgresUnreachable, Refused, Transient } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { Clock } from '../core/ports.js';
import { standbyCode } from './run-once.js';

export interface RetryContext {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly target: string;
  /** Milliseconds to go on for; null is for ever. */
  readonly withinMs: number | null;
}

/**
 * Does `work` again as long as its trouble passes by itself, with a growing random wait between. Throws
 * `PostgresUnreachable` when the time is over, `Interrupted` when the signal fires, and at once whatever does not pass.
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { clock, emit, signal, target, withinMs }: RetryContext,
): Promise<T> {
  const started = clock.now();
  let refusedLogins = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (isWrongPassword(error)) refusedLogins += 1;
      else if (!(error instanceof Transient)) throw error;
      if (refusedLogins === loginTries) throw error;
      const left = withinMs === null ? Infinity : withinMs - (clock.now() - started);
      if (left <= 0) throw givingUp(error, target, withinMs ?? 0);
      const retryInMs = Math.min(left, backoffMs(attempt, clock.random(), connectionBackoff));
      if (error instanceof Transient) {
        emit({ kind: 'waiting-for-postgres', target, reason: error.message, retryInMs });
      }
      await clock.sleep(retryInMs, signal);
    }
  }
}

/** A rotated Secret may reach us a moment after the server; a wrong password stays wrong. */
const loginTries = 3;

function isWrongPassword(error: unknown): error is Refused {
  return error instanceof Refused && error.sqlstate === '28P01';
}

function givingUp(error: Transient | Refused, target: string, withinMs: number): Error {
  if (error instanceof Refused) return error;
  const { became, advice } = afterAll(error.code);
  return new PostgresUnreachable(
    `PostgreSQL at ${target} was not ${became} within ${withinMs / 1_000} s: ${error.message}; ${advice}`,
    { cause: error },
  );
}

interface Outcome {
  /** What it was waited for to become. */
  readonly became: 'reachable' | 'ready' | 'writable';
  readonly advice: string;
}

const longer = 'wait longer with --wait-timeout';

/** Codes that a wrong host or port gives, and the right ones of a server that is down. */
const nobodyThere: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'EACCES'],
  ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT'],
]);

/** Codes of a certificate that does not convince; the error itself says what would. */
const mistrust = /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;

/** SQLSTATEs hold a digit, which the codes of the system do not. */
const sqlstate = /^(?=.*\d)[\dA-Z]{5}$/;

function afterAll(code: string | null): Outcome {
  if (code === standbyCode) {
    const advice = `name its primary in DATABASE_URL, alone or as one of several hosts, or ${longer} if it is about to be promoted`;
    return { became: 'writable', advice };
  }
  if (code !== null && nobodyThere.has(code)) {
    return { became: 'reachable', advice: `check host and port in DATABASE_URL, or ${longer}` };
  }
  if (code !== null && mistrust.test(code)) {
    return { became: 'reachable', advice: 'waiting does not mend a certificate' };
  }
  if (code !== null && sqlstate.test(code)) {
    return { became: 'ready', advice: serverAdvice[code] ?? `see the server's log, or ${longer}` };
  }
  return { became: 'reachable', advice: `see the server's log, or ${longer}` };
}

/** By SQLSTATE: what a server that answers is in want of. */
const serverAdvice: Readonly<Record<string, string>> = {
  '53100': `make room on its disk, or ${longer}`,
  '53200': `give it memory, or ${longer}`,
  '53300': `end idle sessions or raise max_connections, or ${longer}`,
  '57P03': longer,
};
