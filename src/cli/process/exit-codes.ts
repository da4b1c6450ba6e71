import {
  ConfigurationError,
  DatabaseMissing,
  EmbeddedUnavailable,
  FilesFailed,
  HistoryTooNew,
  LockUnavailable,
  NotCopied,
  PostgresUnreachable,
  Refused,
  SourceMissing,
  Transient,
} from '../../core/errors.js';

/** What the exit codes mean; docs/exit-codes.md lists the same. */
export const exitCodes = {
  fine: 0,
  /** A migration failed, a file was not copied, or output was not written. */
  failed: 1,
  usage: 2,
  notUpToDate: 3,
  unreachable: 4,
  lockUnavailable: 5,
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

/** The exit code of an error that ended a command; an unexpected error is a bug in pgm. */
export function exitCodeOf(error: unknown): number {
  if (usageErrors.some((kind) => error instanceof kind)) return exitCodes.usage;
  if (error instanceof PostgresUnreachable || error instanceof Transient) {
    return exitCodes.unreachable;
  }
  if (error instanceof LockUnavailable) return exitCodes.lockUnavailable;
  if (error instanceof NotCopied || error instanceof FilesFailed) return exitCodes.failed;
  return exitCodes.bug;
}
