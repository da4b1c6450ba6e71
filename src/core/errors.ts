import { sqlstates } from './failure/sqlstates.js';

/**
 * Exceptions are for when there is no result. One small class per cause; the name is the cause, the fields are facts, the
 * message is for people: what happened, where, and what to do next. None contains a secret.
 */
export abstract class PgmError extends Error {
  /** The cause, the same in every version: look at this instead of the message. */
  abstract override readonly name: string;
  /** SQLSTATE, or the system's code (`ECONNREFUSED`); null if there is neither. */
  readonly code: string | null = null;
}

/** Invalid flags or variables: every mistake found, each a sentence that says what would be valid. */
export class ConfigurationError extends PgmError {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** The directory that was asked for does not exist (or is not a directory). */
export class SourceMissing extends PgmError {
  override readonly name = 'SourceMissing';
  constructor(
    readonly directory: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** Files of the source failed or are refused, and the result is worth nothing without them. */
export class FilesFailed extends PgmError {
  override readonly name = 'FilesFailed';
}

/** Files of the source that could not be copied. */
export class NotCopied extends PgmError {
  override readonly name = 'NotCopied';
}

/**
 * Something that passes by itself: no connection, a server that starts or stops, no memory, no space. A caller that waits
 * may simply try again; nothing was marked failed.
 */
export class Transient extends PgmError {
  override readonly name = 'Transient';
  constructor(
    readonly reason: string,
    override readonly code: string | null,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The database is most likely being restored, and filling it now would spoil that. */
export class BeingRestored extends Transient {
  constructor(reason: string) {
    super(reason, null);
  }
}

/** The code of a `Transient` for a connection string that asks for a primary when there is none at the moment. */
export const noPrimary = 'NO_PRIMARY';

/** The code of a `Transient` for a connection attempt that was aborted: it says nothing about the server. */
export const brokenOff = 'BROKEN_OFF';

/** The server is a standby: this passes when it is promoted, or another server takes over its name. */
export class OnStandby extends Transient {
  constructor(
    /** `host:port/database`. */
    readonly server: string,
    sqlstate: string,
  ) {
    super(`${server} is a standby, nothing can be written`, sqlstate);
  }
}

/** PostgreSQL did not answer within the given time. */
export class PostgresUnreachable extends PgmError {
  override readonly name = 'PostgresUnreachable';
}

/** Another runner held the lock for longer than we were told to wait. */
export class LockUnavailable extends PgmError {
  override readonly name = 'LockUnavailable';
}

/** The server answers, and will keep saying "no" until a person changes something. */
export class Refused extends PgmError {
  override readonly name = 'Refused';
  constructor(
    message: string,
    override readonly code: string | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server does not accept the password. */
type WrongPassword = Refused & { readonly code: typeof sqlstates.invalidPassword };

export function isWrongPassword(error: unknown): error is WrongPassword {
  return error instanceof Refused && error.code === sqlstates.invalidPassword;
}

/** The target database does not exist (3D000). */
export class DatabaseMissing extends PgmError {
  override readonly name = 'DatabaseMissing';
  constructor(readonly database: string) {
    super(`the database "${database}" does not exist; create it with: pgm ensure-db`);
  }
}

/** The history has the layout of a newer pgm; it is left alone. */
export class HistoryTooNew extends PgmError {
  override readonly name = 'HistoryTooNew';
}

/** The embedded PostgreSQL cannot be used: not installed, or cannot start. */
export class EmbeddedUnavailable extends PgmError {
  override readonly name = 'EmbeddedUnavailable';
}

/** A person or the cluster asked to stop. */
export class Interrupted extends PgmError {
  override readonly name = 'Interrupted';
  constructor() {
    super('interrupted');
  }
}

/** The same message, wherever it is noticed first. */
export const lockLost = 'the connection that holds the run lock was lost';

/**
 * The system's code for an error (`ENOENT`); null for one that did not come from the system. Does not use `instanceof
 * Error`, because under Jest such errors come from another realm.
 */
export function errnoOf(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}

/** The same, or the text of an error that did not come from the system: for messages. */
export function errnoOrText(error: unknown): string {
  return errnoOf(error) ?? String(error);
}
