import { backoffMs, connectionBackoff } from '../core/backoff.js';
import { PostgresUnreachable, Refused, Transient } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { Clock } from '../core/ports.js';

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
  return new PostgresUnreachable(
    `PostgreSQL at ${target} was not reachable within ${withinMs / 1_000} s: ${error.message}; ` +
      'check host and port in DATABASE_URL, or wait longer with --wait-timeout',
    { cause: error },
  );
}
