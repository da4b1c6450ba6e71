import {
  Interrupted,
  LockUnavailable,
  PgmError,
  PostgresUnreachable,
  Refused,
  Transient,
} from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';

/** Where a target stands that a run could not come to an end with, and why. */
export interface Trouble {
  readonly state: 'interrupted' | 'locked' | 'away' | 'refused';
  readonly reason: string;
}

/** Throws what is no error of ours. */
export function troubleBy(error: unknown): Trouble {
  if (!(error instanceof PgmError)) throw error;
  if (error instanceof Interrupted) return { state: 'interrupted', reason: 'it was told to stop' };
  if (error instanceof LockUnavailable) return { state: 'locked', reason: error.message };
  if (error instanceof Transient) return { state: 'away', reason: error.message };
  if (!(error instanceof PostgresUnreachable)) return { state: 'refused', reason: error.message };
  // What it says of DATABASE_URL is not about a target.
  const { cause } = error;
  return { state: 'away', reason: cause instanceof Transient ? cause.message : error.message };
}

/** Worth another try later: it may pass, or be a Secret that reaches us a moment after it reached the server. */
export function mayPass(error: unknown): boolean {
  const isWrongPassword = error instanceof Refused && error.code === sqlstates.invalidPassword;
  return error instanceof Transient || isWrongPassword;
}
