import type { MigrationFailure } from './failure.js';
import type { ServerError } from './explain-failure.js';
import type { AttemptRow, History } from './history.js';
import type { Judgement } from './judge-file.js';
import type { Migration, Snapshot } from './migration.js';
import type { LockHolder, ServerFacts } from './report.js';
import type { SqlReading, TextRange } from './sql-reading.js';
import type { SqlText } from './sql-text.js';

/** Time and chance, so that decisions about them can be tested. */
export interface Clock {
  /** Milliseconds that only ever grow; no date. */
  now(): number;
  /** Milliseconds since 1970, for people to read; it may jump, so nothing is decided by it. */
  wallMs(): number;
  /** Rejects with `Interrupted` when the signal fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** Where migrations come from. */
export interface Source {
  readonly directory: string;
  /** Why this directory: which flag or variable named it. */
  readonly origin: string;
  /** Reads everything at one instant; nothing is kept open. Throws `SourceMissing`. */
  read(): Promise<Snapshot>;
}

/** Tells when a source may have changed. A hint is never the truth: whoever gets one reads the source. */
export interface SourceWatch {
  /** Settles with what was noticed, at once when something came up since the last call. Rejects with `Interrupted`. */
  next(signal: AbortSignal): Promise<SourceHint>;
  close(): Promise<void>;
}

export interface SourceHint {
  readonly kind: 'event' | 'poll' | 'rescan';
}

/** Reads SQL without a server. */
export interface SqlReader {
  read(text: SqlText): Promise<SqlReading>;
  /** Every string literal of the text, for masking. */
  literals(text: SqlText): readonly TextRange[];
}

/** The server and the target database. Every method throws `Transient` for what passes and `Refused` for what does not. */
export interface Database {
  /** Host, port and database name; safe to print, not for an open HTTP body. */
  readonly target: string;
  readonly name: string;
  /** Creates the target database when it is missing. */
  ensure(): Promise<'existed' | 'created'>;
  /** Opens one backend of its own. Throws `DatabaseMissing` too. */
  connect(ahead?: AskedAhead): Promise<Session>;
  /** Opens the backend on which the run lock is going to be taken. */
  openLock(): Promise<RunLock>;
}

/** What is going to be asked of a session first, so that the question can travel with the first message. */
export interface AskedAhead {
  /** Of `agreement`. */
  readonly schemas: readonly string[] | null;
}

/** How the history stands to a source. */
export type Agreement = 'in place' | 'differs' | 'no history';

/** The politeness between runners: held as long as its backend lives. */
export interface RunLock {
  /** Asks once and does not wait. True when it is held from now on. */
  tryAcquire(): Promise<boolean>;
  /** Who has it, if that can be told; costs the server ten times what a try does. */
  holder(): Promise<LockHolder | null>;
  /** False before it is held, and once the backend is gone: somebody else may be running. */
  isHeld(): boolean;
  /** From now on no file begins, not even one that was sent already. Does not wait; never throws. */
  closeGate(): void;
  /** Gives it back, held or not. */
  release(): Promise<void>;
}

/** One backend. After a `Transient` it is of no use any more; close it and connect anew. */
export interface Session {
  facts(): Promise<ServerFacts>;
  /**
   * Whether what the history has as applied, of `schemas` or (null) of all, are these very migrations with these very
   * checksums: one question with a short answer, however many they are. Throws `HistoryTooNew`.
   */
  agreement(
    migrations: readonly Migration[],
    schemas: readonly string[] | null,
  ): Promise<Agreement>;
  /** The empty history when there is none. Throws `HistoryTooNew`. */
  history(): Promise<History>;
  /** Newest first. */
  attempts(limit: number): Promise<readonly AttemptRow[]>;
  lockHolder(): Promise<LockHolder | null>;
  /**
   * Makes the history's schema and tables where there are none, and gives what is in them: nothing. Null when they were
   * there, which are left as they are; so it needs no run lock. Safe in a race.
   */
  makeHistory(): Promise<History | null>;
  /**
   * The same, but brings older tables up to date, for which the run lock has to be held, and gives what is in them in any
   * case. Throws `HistoryTooNew`.
   */
  ensureHistory(): Promise<History>;
  /**
   * Runs the files that `feed` gives, in that order, and records each: both or neither. A file may be sent before those in
   * front of it are answered, but has no effect unless all of them were applied. Ends with the first that was not, or when
   * `feed` gives null; all that was reported as applied is then as durable as the server makes a commit.
   */
  apply(feed: Feed): Promise<Stopped | null>;
  /** Records a failed try in a transaction of its own. */
  recordFailure(
    work: Pick<Work, 'migration' | 'revision'>,
    failure: MigrationFailure,
  ): Promise<void>;
  /** Records that a run did not try a migration, and why; writes nothing when that stands there already. */
  recordHeld(work: Pick<Work, 'migration' | 'revision'>, because: string): Promise<void>;
  /** Records a migration as applied without running it, in a transaction of its own. */
  recordBaseline(work: Pick<Work, 'migration' | 'revision'>): Promise<void>;
  /** Asks the server to end what it is doing for this session; the call under way then fails with 57014. */
  cancel(): void;
  close(): Promise<void>;
}

/** Gives the next file, asked before those in front of it are answered; null when there is none, or none for now. */
export type Feed = () => Promise<Work | null>;

/** Where a row of files came to its end early; those behind it had no effect. */
export interface Stopped {
  readonly work: Work;
  /** `applied` is reported to `onApplied` as well. */
  readonly outcome: ApplyOutcome;
}

/** One file to apply, judged. */
export interface Work {
  readonly migration: Migration;
  readonly judgement: Exclude<Judgement, { kind: 'refused' }>;
  readonly revision: string;
  /** Milliseconds a statement may wait for a lock; 0 is for ever. */
  readonly lockTimeoutMs: number;
  /** Called when the server comes to this file; of several in flight, only the first that is not answered. */
  readonly onStarted: () => void;
  readonly onApplied: (durationMs: number) => void;
  readonly onNotice: (notice: ServerNotice) => void;
  /** Called every half minute as long as the file runs. */
  readonly onProgress: (progress: FileProgress) => void;
}

/** What a file that takes long is doing, as the server sees it. */
export interface FileProgress {
  /** Of the statement, or of the message with all statements. */
  readonly runningMs: number;
  /** `Lock: relation`, in PostgreSQL's words; null when it works. */
  readonly waitingFor: string | null;
  /** Who is in its way. */
  readonly blockers: readonly Blocker[];
  /** Phase and share of a CREATE INDEX; null when there is none. */
  readonly indexBuild: string | null;
}

export interface Blocker {
  readonly pid: number;
  readonly application: string | null;
  readonly user: string | null;
  readonly state: string | null;
  /** Age of its transaction. */
  readonly sinceMs: number | null;
}

export interface ServerNotice {
  readonly severity: string;
  readonly message: string;
}

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly durationMs: number }
  /** Another runner had applied this very content when we came to it. */
  | { readonly kind: 'already-applied' }
  | {
      readonly kind: 'failed';
      readonly error: ServerError;
      /** UTF-16 index in the file at which the text begins that was sent. */
      readonly pieceStart: number;
      /** True when that text was one statement of the file, so that the error is of that statement. */
      readonly singleStatement: boolean;
    };

/** What the history needs to know of the process that runs. */
export interface Runner {
  readonly version: string;
  readonly host: string;
}

/** How somebody asks to stop. */
export interface Stop {
  /** Begin nothing new. */
  readonly soon: AbortSignal;
  /** Break off what is under way. */
  readonly now: AbortSignal;
}
