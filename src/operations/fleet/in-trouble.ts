import {
  Interrupted,
  isWrongPassword,
  LockUnavailable,
  PgmError,
  PostgresUnreachable,
  Transient,
} from '../../core/errors.js';

/** The state of a target whose run could not finish, and why. */
export interface Trouble {
  readonly state: 'interrupted' | 'locked' | 'away' | 'refused';
  readonly reason: string;
}

/** Rethrows an error that is not one of ours. */
export function troubleBy(error: unknown): Trouble {
  if (!(error instanceof PgmError)) throw error;
  if (error instanceof Interrupted) return { state: 'interrupted', reason: 'it was told to stop' };
  if (error instanceof LockUnavailable) return { state: 'locked', reason: error.message };
  if (error instanceof Transient) return { state: 'away', reason: error.message };
  if (!(error instanceof PostgresUnreachable)) return { state: 'refused', reason: error.message };
  // Its advice is about one database that is waited for.
  const { cause } = error;
  return { state: 'away', reason: cause instanceof Transient ? cause.message : error.message };
}

/** Worth another try later: it may pass, or a rotated Secret may reach us a moment after it reached the server. */
export function mayPass(error: unknown): boolean {
  return error instanceof Transient || isWrongPassword(error);
}
