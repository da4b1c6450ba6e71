import type { MigrationFailure } from './failure/failure.js';
import type { FleetReport } from './fleet/fleet-report.js';
import type { TargetOutcome } from './fleet/outcome.js';
import type { DriftSeen } from './drift/drift-seen.js';
import type { MigrationKey, Snapshot } from './files/migration.js';
import type { FileProgress } from './blockers.js';
import type { ServerNotice, SourceHint } from './ports.js';
import type { HoldingFinding } from './run/lint-hold.js';
import type { Intent } from './run/intents.js';
import type { AppliedMigration, LockHolder, RunReport, Verdict } from './run/report.js';

/**
 * Everything worth reporting. Core and operations emit; the spinner, the log lines and the JSON are subscribers. A field
 * is a fact in the JSON log under the same name, unless the event's entry there names others.
 */
export type PgmEvent =
  | { readonly kind: 'source-chosen'; readonly directory: string; readonly reason: string }
  | { readonly kind: 'source-read'; readonly directory: string; readonly snapshot: Snapshot }
  | { readonly kind: 'source-missing'; readonly directory: string; readonly reason: string }
  | {
      readonly kind: 'embedded';
      readonly level: 'debug' | 'info' | 'done' | 'warn';
      readonly message: string;
      /** What is going on from now; null when it has ended, undefined when this event does not say. */
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
  /** We got the run lock after a wait. */
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
  /** `done` of `of` file runs are over. */
  | {
      readonly kind: 'verify-progress';
      readonly key: MigrationKey;
      readonly done: number;
      readonly of: number;
    }
  | { readonly kind: 'verify-finished' }
  /** Another runner has wanted another revision since this runner first read its own, which it no longer applies. */
  | { readonly kind: 'superseded'; readonly revision: string; readonly by: Intent }
  /** From now on, or after a run that is not dry, this revision is the newest that a runner wants. */
  | {
      readonly kind: 'supersedes';
      readonly revision: string;
      readonly other: Intent;
      readonly isDryRun: boolean;
    }
  | ({ readonly kind: 'migration-applied' } & AppliedMigration)
  /** The BEGIN and COMMIT around parts of a file were left out. */
  | {
      readonly kind: 'pairs-dissolved';
      readonly key: MigrationKey;
      readonly pairs: number;
    }
  /** A finding for which `--lint` keeps a revision from being applied. */
  | ({ readonly kind: 'lint-finding'; readonly revision: string } & HoldingFinding)
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
      readonly kind: 'baseline-finished' | 'dry-baseline-finished';
      /** What was, or would be, marked as applied. */
      readonly keys: readonly MigrationKey[];
    }
  | {
      readonly kind: 'run-failed';
      readonly reason: string;
      readonly retryInMs: number;
      readonly revision: string;
      readonly durationMs: number;
    }
  /** A hint that the source may have changed. */
  | { readonly kind: 'source-hinted'; readonly hint: SourceHint['kind'] }
  /** File events are not available; polls and re-scans go on. */
  | { readonly kind: 'watch-lost'; readonly directory: string; readonly reason: string }
  /** The probes have answered "not ready" for more than a moment, or are ready again. */
  | {
      readonly kind: 'readiness-turned';
      readonly ready: boolean;
      /** Why not; null when ready. */
      readonly reason: string | null;
      /** For how long it has not been ready, or had not been. */
      readonly forMs: number;
    }
  /** The database is not as the files made it, or differs in another way than last reported. */
  | { readonly kind: 'drift-found'; readonly seen: DriftSeen }
  /** It is again as this revision left it. */
  | { readonly kind: 'drift-over'; readonly revision: string }
  | { readonly kind: 'health-listening'; readonly address: string }
  | {
      readonly kind: 'watching';
      readonly directory: string;
      /** False for a plain directory. */
      readonly mounted: boolean;
      /** Where the probes are. */
      readonly address: string;
    }
  | FleetEvent
  | { readonly kind: 'stopping'; readonly signal: string }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'warning'; readonly message: string };

/** What a run over many databases reports; targets are given by name. */
type FleetEvent =
  | {
      readonly kind: 'fleet-planned';
      readonly targets: number;
      readonly waves: readonly { readonly name: string; readonly targets: number }[];
    }
  | { readonly kind: 'wave-started'; readonly wave: string; readonly targets: number }
  | { readonly kind: 'target-started'; readonly name: string }
  /** What the run of one target reports. */
  | { readonly kind: 'target-event'; readonly name: string; readonly event: PgmEvent }
  /** It could not be reached, and is tried again at the end of its wave. */
  | { readonly kind: 'target-postponed'; readonly name: string; readonly reason: string }
  | { readonly kind: 'target-finished'; readonly outcome: TargetOutcome }
  /** Each minute. */
  | ({ readonly kind: 'fleet-progress' } & FleetProgress)
  | { readonly kind: 'fleet-pausing'; readonly forMs: number; readonly before: string }
  /** Nothing new is started any more. */
  | { readonly kind: 'fleet-stopped'; readonly reason: string }
  | { readonly kind: 'fleet-finished'; readonly report: FleetReport };

export interface FleetProgress {
  /** Targets that are done, of all; `trouble`: those that a person has to look at. */
  readonly ended: number;
  readonly of: number;
  readonly trouble: number;
  /** The names of those that are worked on. */
  readonly running: readonly string[];
}

export type Emit = (event: PgmEvent) => void;
