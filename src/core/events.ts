import type { MigrationFailure } from './failure.js';
import type { MigrationKey, Snapshot } from './migration.js';
import type { FileProgress, ServerNotice, SourceHint } from './ports.js';
import type { AppliedMigration, LockHolder, RunReport, Verdict } from './report.js';

/** Everything worth telling. Core and operations emit; the spinner, the log lines and the JSON are subscribers. */
export type PgmEvent =
  | { readonly kind: 'source-chosen'; readonly directory: string; readonly reason: string }
  | { readonly kind: 'source-read'; readonly directory: string; readonly snapshot: Snapshot }
  | { readonly kind: 'source-missing'; readonly directory: string; readonly reason: string }
  | {
      readonly kind: 'embedded';
      readonly level: 'debug' | 'info' | 'done' | 'warn';
      readonly message: string;
      /** What is going on from here on; null when it is over, undefined when this says nothing of it. */
      readonly activity: string | null | undefined;
    }
  | {
      readonly kind: 'waiting-for-postgres';
      readonly target: string;
      readonly reason: string;
      readonly retryInMs: number;
    }
  | { readonly kind: 'postgres-answered'; readonly target: string; readonly version: string }
  | {
      readonly kind: 'database-ensured';
      readonly database: string;
      readonly outcome: 'existed' | 'created';
    }
  | { readonly kind: 'pooler-found'; readonly target: string }
  | {
      readonly kind: 'waiting-for-lock';
      readonly holder: LockHolder | null;
      readonly waitedMs: number;
    }
  /** The run lock is ours after a wait. */
  | { readonly kind: 'lock-acquired'; readonly waitedMs: number }
  | {
      readonly kind: 'run-planned';
      readonly revision: string;
      readonly steps: number;
      readonly total: number;
    }
  | {
      readonly kind: 'migration-started';
      readonly key: MigrationKey;
      readonly at: number;
      readonly of: number;
    }
  | ({ readonly kind: 'migration-applied' } & AppliedMigration)
  | { readonly kind: 'migration-skipped'; readonly key: MigrationKey }
  | { readonly kind: 'migration-baselined'; readonly key: MigrationKey }
  | {
      readonly kind: 'migration-failed';
      readonly key: MigrationKey;
      /** Path below the source. */
      readonly path: string;
      readonly failure: MigrationFailure;
    }
  | { readonly kind: 'migration-held'; readonly key: MigrationKey; readonly because: string }
  | {
      readonly kind: 'migration-slow';
      readonly key: MigrationKey;
      readonly progress: FileProgress;
    }
  | {
      readonly kind: 'migration-retried';
      readonly key: MigrationKey;
      readonly sqlstate: string;
      readonly inMs: number;
    }
  | { readonly kind: 'notice'; readonly key: MigrationKey; readonly notice: ServerNotice }
  | { readonly kind: 'notices-dropped'; readonly key: MigrationKey; readonly count: number }
  | {
      readonly kind: 'run-finished' | 'dry-run-finished';
      readonly report: RunReport;
      readonly verdict: Verdict;
    }
  | {
      readonly kind: 'run-failed';
      readonly reason: string;
      readonly retryInMs: number;
      readonly revision: string;
      readonly durationMs: number;
    }
  /** Something said that the source may have changed. */
  | { readonly kind: 'source-hinted'; readonly hint: SourceHint['kind'] }
  /** File events cannot be had; polls and re-scans go on. */
  | { readonly kind: 'watch-lost'; readonly directory: string; readonly reason: string }
  | { readonly kind: 'health-listening'; readonly address: string }
  | {
      readonly kind: 'watching';
      readonly directory: string;
      /** False for a plain directory. */
      readonly mounted: boolean;
      /** Where the probes are. */
      readonly address: string;
    }
  | { readonly kind: 'stopping'; readonly signal: string }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'warning'; readonly message: string };

export type Emit = (event: PgmEvent) => void;
