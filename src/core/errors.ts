/**
 * Exceptions are for when there is no answer. One small class a cause; the name is the cause, the fields are facts, the
 * message is for people: what happened, where, and what to do next. None holds a secret.
 */
export abstract class PgmError extends Error {
  abstract override readonly name: string;
}

/** Flags or variables that cannot be: every mistake found, each a sentence that says what would be right. */
export class ConfigurationError extends PgmError {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** The directory that was asked for is not there (or is no directory). */
export class SourceMissing extends PgmError {
  override readonly name = 'SourceMissing';
  constructor(
    readonly directory: string,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Something that passes by itself: no connection, a server that starts or stops, no memory, no room. Whoever waits,
 * waits and tries again; nothing was marked failed.
 */
export class Transient extends PgmError {
  override readonly name = 'Transient';
  constructor(
    readonly reason: string,
    /** SQLSTATE, or the error code of the system (`ECONNREFUSED`); null where there is none. */
    readonly code: string | null,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** PostgreSQL did not answer within the time that was given to it. */
export class PostgresUnreachable extends PgmError {
  override readonly name = 'PostgresUnreachable';
}

/** Another runner kept the lock for longer than we were told to wait. */
export class LockNotHad extends PgmError {
  override readonly name = 'LockNotHad';
}

/** The server answers, and its answer will stay "no" until a person changes something. */
export class Refused extends PgmError {
  override readonly name = 'Refused';
  constructor(
    message: string,
    readonly sqlstate: string | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The target database does not exist (3D000). */
export class DatabaseMissing extends PgmError {
  override readonly name = 'DatabaseMissing';
  constructor(readonly database: string) {
    super(`the database "${database}" does not exist; create it with: pgm ensure-db`);
  }
}

/** The history was laid out by a newer pgm; it is not touched. */
export class HistoryTooNew extends PgmError {
  override readonly name = 'HistoryTooNew';
}

/** The embedded PostgreSQL cannot be had: not installed, not startable. */
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

/** Said by whoever notices first. */
export const lockLost = 'the connection that holds the run lock was lost';
