import {
  BeingRestored,
  ConfigurationError,
  LockUnavailable,
  noPrimary,
  type PgmError,
  PostgresUnreachable,
  Transient,
} from '../../core/errors.js';
import type { PgmEvent } from '../../core/events.js';
import type { RunReport, Verdict } from '../../core/run/report.js';
import type { ReconcileEvent } from '../../core/watch/reconcile.js';
import { isOverWithAnAnswer } from '../../core/watch/backoff.js';
import { sqlstates } from '../../core/failure/sqlstates.js';

export function isStandby(error: PgmError): boolean {
  return error instanceof Transient && error.code === sqlstates.readOnlySqlTransaction;
}

/** What an interrupted run means for the loop. */
export function brokenBy(
  error: PgmError,
  when: { readonly now: number; readonly random: number },
): ReconcileEvent {
  if (isStandby(error) || error instanceof BeingRestored) return { kind: 'run-follows', ...when };
  const { code } = error;
  const awaitsServer = error instanceof Transient && isOverWithAnAnswer(code);
  return { kind: 'run-broken', ...when, code, awaitsServer };
}

/** Worded for a public endpoint: the error's own message may name hosts and users. */
export function waitingFor(error: PgmError): string {
  if (isStandby(error)) return 'following a standby';
  if (error instanceof BeingRestored) return 'waiting: the database may be being restored';
  if (error instanceof ConfigurationError) return 'pgm.lint.yaml is wrong; trying again';
  if (error instanceof LockUnavailable) return 'waiting for the lock';
  if (error instanceof Transient && error.code === noPrimary) return 'waiting for a primary';
  const isAway = error instanceof Transient || error instanceof PostgresUnreachable;
  return isAway ? 'waiting for PostgreSQL' : 'PostgreSQL refuses; trying again';
}

/** What an event says about the loop's activity; null when it says nothing. */
export function activityAfter(event: PgmEvent): string | null {
  if (event.kind === 'waiting-for-lock') {
    return `waiting for the lock, ${Math.round(event.waitedMs / 1_000)} s`;
  }
  return event.kind === 'migration-started' ? `applying ${event.at} of ${event.of}` : null;
}

/** How a run ended, for the loop. */
export function endOf({ supersededBy, heldByLint }: RunReport, verdict: Verdict): RunEnd {
  if (supersededBy !== null) return 'run-superseded';
  if (verdict.kind !== 'behind') return 'run-settled';
  if (heldByLint !== null) return 'run-held';
  return verdict.failing ? 'run-incomplete' : 'run-overtaken';
}

type RunEnd = Extract<
  ReconcileEvent['kind'],
  'run-settled' | 'run-incomplete' | 'run-overtaken' | 'run-superseded' | 'run-held'
>;
