import type { MigrationFailure } from '../failure/failure.js';
import type { MigrationKey } from '../files/migration.js';

/** What the history says about one migration: the last try, and the last one that succeeded. */
export interface HistoryRow {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  /** Outcome of the last try; `held`: the last run did not try this content. */
  readonly state: 'applied' | 'failed' | 'held';
  /** Checksum of the content last tried. */
  readonly checksum: string;
  /** Checksum of the content whose effects are in the database; null when it never got there. */
  readonly appliedChecksum: string | null;
  /** Server time, ISO 8601; null if it never succeeded. */
  readonly appliedAt: string | null;
  /** When its effects first got there; earlier than `appliedAt` if it was edited and run again. Null if `appliedAt` is. */
  readonly firstAppliedAt: string | null;
  readonly durationMs: number | null;
  readonly attempts: number;
  /** Null when the last try succeeded; for `held`, its message is the reason. */
  readonly lastError: MigrationFailure | null;
  /** When the runner that failed planned to try it again, at the latest: server time, ISO 8601. Null if no retry was planned. */
  readonly nextTryAt: string | null;
  /** Revision of the snapshot that the last try was made from. */
  readonly revision: string;
  readonly pgmVersion: string;
  /** `user@host` of the runner that made the last try. */
  readonly appliedBy: string;
}

/** The whole history; `layout` is null when there is none yet. */
export interface History {
  readonly layout: number | null;
  readonly rows: ReadonlyMap<MigrationKey, HistoryRow>;
}

export const emptyHistory: History = { layout: null, rows: new Map() };

/** One line of the append-only record of tries. */
export interface AttemptRow {
  readonly key: MigrationKey;
  readonly checksum: string;
  /** `baselined`: marked as applied without running. */
  readonly outcome: 'applied' | 'failed' | 'baselined';
  /** Server time, ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly error: MigrationFailure | null;
  readonly revision: string;
  readonly pgmVersion: string;
  readonly appliedBy: string;
}

/** The layout of the history tables that this version of pgm writes. */
export const historyLayout = 4;

/** Every table of a history, in the order in which transactions lock them: otherwise two could deadlock. */
export const historyTables = ['migrations', 'attempts', 'layout', 'intents', 'catalogs'] as const;
