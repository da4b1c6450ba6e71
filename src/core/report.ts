import {
  countStates,
  type MigrationStanding,
  type MigrationState,
  type MigrationStatus,
} from './compare.js';
import type { AttemptRow } from './history.js';
import type { MigrationKey, Snapshot } from './migration.js';

/** What one run did, and where it left every migration. */
export interface RunReport {
  readonly revision: string;
  readonly generation: string | null;
  /** After the run; for a dry run, before it. */
  readonly statuses: readonly MigrationStanding[];
  /** The same with what the history says of each; null where all is in place and nobody asked for it (`RunOptions.detailed`). */
  readonly details: readonly MigrationStatus[] | null;
  readonly applied: readonly AppliedMigration[];
  /** Edited after they were applied and left alone, by policy or by `-- pgm:once`. */
  readonly kept: readonly MigrationKey[];
  /** Due, but after `--to`. */
  readonly beyond: readonly MigrationKey[];
  readonly durationMs: number;
}

export interface AppliedMigration {
  readonly key: MigrationKey;
  /** Why it was due. */
  readonly reason: 'pending' | 'changed' | 'failed' | 'held';
  /** Measured by the server, claim to record. */
  readonly durationMs: number;
  /** A later one of its schema was applied before it. */
  readonly outOfOrder: boolean;
}

/** Whether the database is as the snapshot says. */
export type Verdict =
  | { readonly kind: 'up-to-date' }
  | { readonly kind: 'no-migrations' }
  | { readonly kind: 'behind'; readonly reason: string; readonly failing: boolean };

export interface VerdictOptions {
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** Keys that `-- pgm:once` pins. */
  readonly pinned: ReadonlySet<MigrationKey>;
}

/**
 * The one place that says whether all is applied: `migrate` ends by it, `status --check` and the probes answer by it.
 * `missing` migrations do not count. The reason names files and numbers only, so an open endpoint may show it.
 */
export function judge(
  statuses: readonly MigrationStanding[],
  { allowEmpty, onChange, pinned }: VerdictOptions,
): Verdict {
  const present = statuses.filter(({ state }) => state !== 'missing');
  if (present.length === 0) return allowEmpty ? { kind: 'up-to-date' } : { kind: 'no-migrations' };
  const counted = present.filter(
    ({ state, key }) => state !== 'changed' || (onChange !== 'warn' && !pinned.has(key)),
  );
  const failed = counted.filter(({ state }) => state === 'failed');
  const { pending, changed, held } = countStates(counted);
  const parts = [
    failed[0] && `${failed[0].key} failed`,
    failed.length > 1 && `${failed.length - 1} more failed`,
    held > 0 && `${held} held`,
    changed > 0 && `${changed} changed`,
    pending > 0 && `${pending} pending`,
  ].filter((part) => typeof part === 'string');
  if (parts.length === 0) return { kind: 'up-to-date' };
  const failing = failed.length + held > 0 || (changed > 0 && onChange === 'fail');
  return { kind: 'behind', reason: parts.join(', '), failing };
}

/** Everything `pgm status` knows. */
export interface StatusReport {
  /** `host:port/database`. */
  readonly target: string;
  readonly databaseExists: boolean;
  /** Null when the database does not exist. */
  readonly server: ServerFacts | null;
  readonly source: { readonly directory: string; readonly origin: string };
  readonly snapshot: Snapshot;
  readonly statuses: readonly MigrationStatus[];
  readonly verdict: Verdict;
  readonly lock: LockHolder | null;
  /** Newest first; empty unless asked for. */
  readonly attempts: readonly AttemptRow[];
}

/** What a server says of itself when it answers first. */
export interface ServerFacts {
  readonly version: string;
  /** A standby: nothing can be written. */
  readonly inRecovery: boolean;
  /** A pooler stands between us and the server, so session locks do not hold. */
  readonly pooled: boolean;
}

/** Who has the run lock. */
export interface LockHolder {
  /** The backend on the server. */
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  /** Server time the backend connected, ISO 8601. */
  readonly since: string;
}

/** States in the order in which a summary names them. */
export function summarize(statuses: readonly { readonly state: MigrationState }[]): string {
  const counts = countStates(statuses);
  const order: readonly MigrationState[] = [
    'applied',
    'pending',
    'changed',
    'failed',
    'held',
    'missing',
  ];
  return order
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ');
}
