import {
  ConfigurationError,
  DatabaseMissing,
  EmbeddedUnavailable,
  HistoryTooNew,
  LockNotHad,
  PostgresUnreachable,
  Refused,
  SourceMissing,
  Transient,
} from '../core/errors.js';

/** What the exit codes mean; the README lists the same. */
export const exitCodes = {
  fine: 0,
  migrationFailed: 1,
  usage: 2,
  notUpToDate: 3,
  unreachable: 4,
  lockNotHad: 5,
  bug: 70,
} as const;

const usageErrors = [
  ConfigurationError,
  DatabaseMissing,
  EmbeddedUnavailable,
  HistoryTooNew,
  Refused,
  SourceMissing,
];

/** The exit code of an error that ended a command; an error that is none of ours is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  if (usageErrors.some((kind) => error instanceof kind)) return exitCodes.usage;
  if (error instanceof PostgresUnreachable || error instanceof Transient) {
    return exitCodes.unreachable;
  }
  if (error instanceof LockNotHad) return exitCodes.lockNotHad;
  return exitCodes.bug;
}
