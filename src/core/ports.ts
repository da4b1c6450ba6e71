import type { MigrationFailure } from './failure/failure.js';
import type { ServerError } from './failure/server-error.js';
import type { AttemptRow, History } from './run/history.js';
import type { Intents, OwnIntent } from './run/intents.js';
import type { CatalogQuestions } from './drift/kept-catalog.js';
import type { FileProgress } from './blockers.js';
import type { Judgement } from './statements/judge-file.js';
import type { Identified } from './fleet/identity.js';
import type { Named } from './named.js';
import type { Migration, Snapshot } from './files/migration.js';
import type { ToolTables } from './foreign/tool-history.js';
import type { Bystanders, LockHolder, ServerFacts } from './run/report.js';
import type { StatementEffect } from './statements/effects.js';
import type { SqlReading } from './statements/sql-reading.js';
import type { TextRange } from './text/text-range.js';

/** Time and chance, so that decisions about them can be tested. */
export interface Clock {
  /** Monotonic milliseconds; not a date. */
  now(): number;
  /** Milliseconds since 1970, for people to read; it may jump, so no decision depends on it. */
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
  /** Reads everything at a single point in time; nothing is kept open. Throws `SourceMissing`. */
  read(): Promise<Snapshot>;
}

/** Reports when a source may have changed. A hint proves nothing: its receiver reads the source. */
export interface SourceWatch {
  /** Settles with what was noticed, at once if there was anything since the last call. Rejects with `Interrupted`. */
  next(signal: AbortSignal): Promise<SourceHint>;
  close(): Promise<void>;
}

export interface SourceHint {
  readonly kind: 'event' | 'poll' | 'rescan';
}

/** Reads SQL without a server. */
export interface SqlReader {
  read(text: string): Promise<SqlReading>;
  /** What each statement does to the database; for a text that cannot be read to its end, what could be read. */
  effects(text: string): Promise<readonly StatementEffect[]>;
  /** Every string literal and comment of the text, for masking. */
  literals(text: string): readonly TextRange[];
}

/**
 * The server and the target database. Every method throws `Transient` for errors that pass by themselves and `Refused`
 * for others.
 */
export interface Database extends Named {
  readonly name: string;
  /** Creates the target database if it does not exist. */
  ensure(): Promise<'existed' | 'created'>;
  /** Who else is connected to the target database, whether it exists or not; null if we may not know. */
  bystanders(): Promise<Bystanders | null>;
  /** Opens a separate backend. Throws `DatabaseMissing` too. */
  connect(ahead?: AskedAhead): Promise<Session>;
  /** For the run lock, on the process's second backend; behind a pooler, on a third one that has no other use. */
  openLock(): Promise<RunLock>;
  /** For probes, on the same backend. Throws `DatabaseMissing` too. */
  observe(): Promise<Observer>;
  /** Asks the last session's server for another connection, without logging in. Throws `Transient` if it accepts none (57P03). */
  look(): Promise<void>;
  /** Aborts all calls that are not connected yet: they throw `Transient` at once. */
  breakOff(): void;
}

/** The first question of a session, given beforehand so that it can travel with the first message. */
export interface AskedAhead {
  /** The argument of `agreement`. */
  readonly schemas: readonly string[] | null;
}

/** How the history compares with a source. */
export type Agreement = 'in place' | 'differs' | 'no history';

/** Keeps runners out of each other's way: held as long as its backend lives. */
export interface RunLock {
  /** Tries once without waiting. True if it is held from now on. */
  tryAcquire(): Promise<boolean>;
  /** Who holds it, if known; ten times as expensive for the server as a try. */
  holder(): Promise<LockHolder | null>;
  /** False before it is held, and once the backend is gone: then another runner may be at work. */
  isHeld(): boolean;
  /** Releases it, held or not. */
  release(): Promise<void>;
}

/**
 * What may be asked while a run goes on. Unusable after a `Transient`. Closing it during a question gives up the
 * backend, unless a run needs it.
 */
export type Observer = Pick<
  Session,
  'facts' | 'history' | 'intents' | 'attempts' | 'lockHolder' | 'glance' | 'close'
>;

/** One backend. After a `Transient` it is unusable; close it and connect again. */
export interface Session extends CatalogQuestions, Identified, ToolTables {
  facts(): Promise<ServerFacts>;
  /**
   * Whether the migrations recorded as applied, in `schemas` or (null) in all, are exactly these with exactly these
   * checksums: one question with a short answer, however many there are. Throws `HistoryTooNew`.
   */
  agreement(
    migrations: readonly Migration[],
    schemas: readonly string[] | null,
  ): Promise<Agreement>;
  /** Returns the empty history if there is none. Throws `HistoryTooNew`. */
  history(): Promise<History>;
  /** From the last answer of `agreement` (the newest for its schemas), `history` or `ensureHistory`; null: there is no table. */
  intents(): Intents | null;
  /** Records an intent, or that it is newer than recorded, and whether all its files are now applied. */
  recordIntent(own: OwnIntent, inFull: boolean): Promise<void>;
  /** Newest first. */
  attempts(limit: number): Promise<readonly AttemptRow[]>;
  lockHolder(): Promise<LockHolder | null>;
  /**
   * Creates the history's schema and tables if there are none, upgrades older ones, for which the run lock must be held,
   * and returns their content. Safe in a race. Throws `HistoryTooNew`.
   */
  ensureHistory(): Promise<History>;
  /** Runs one file and records it, or neither; a server crash may undo both until `flush`. `Transient`: not the file's fault. */
  apply(work: Work): Promise<ApplyOutcome>;
  /** Settles when everything applied and recorded is as durable as the server makes a commit. */
  flush(): Promise<void>;
  /** Records a failed try in a separate transaction. A server crash may undo it until `flush`. */
  recordFailure(failed: FailedWork, failure: MigrationFailure): Promise<void>;
  /** The same for one that a run did not try, with the reason; writes nothing if that is already recorded. */
  recordHeld(work: Pick<Work, 'migration' | 'revision'>, because: string): Promise<void>;
  /** Records migrations as applied without running them, all in one transaction of their own. */
  recordBaseline(migrations: readonly Migration[], revision: string): Promise<void>;
  /** Asks the server to cancel what it is doing for this session; the pending call then fails with 57014. */
  cancel(): void;
  close(): Promise<void>;
}

/** A file whose try failed. */
export interface FailedWork extends Pick<Work, 'migration' | 'revision'> {
  /** It is tried again within this many milliseconds; null if no retry is planned. */
  readonly nextTryInMs: number | null;
}

/** One file to apply, judged; its `literals` (see `SqlReader`) are read when they are asked for. */
export interface Work {
  readonly migration: Migration;
  readonly judgement: Exclude<Judgement, { kind: 'refused' }>;
  readonly literals: () => readonly TextRange[];
  readonly revision: string;
  /** Milliseconds a statement may wait for a lock; 0 waits forever. */
  readonly lockTimeoutMs: number;
  readonly onNotice: (notice: ServerNotice) => void;
  /** Called while the file runs, after five seconds and then every ten. */
  readonly onProgress: (progress: FileProgress) => void;
}

export interface ServerNotice {
  readonly severity: string;
  readonly message: string;
}

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly durationMs: number }
  /** Another runner had already applied this very content before we got to it. */
  | { readonly kind: 'already-applied' }
  | {
      readonly kind: 'failed';
      readonly error: ServerError;
      /** UTF-16 index in the file at which the sent text begins. */
      readonly pieceStart: number;
      /** Where in the file the statement that failed begins; null if none did, as at COMMIT. */
      readonly statementStart: number | null;
    };

/** What the history stores about the process that runs. */
export interface Runner {
  readonly version: string;
  readonly host: string;
}

/** How to ask for a stop. */
export interface Stop {
  /** Start nothing new. */
  readonly soon: AbortSignal;
  /** Abort what is running. */
  readonly now: AbortSignal;
}
