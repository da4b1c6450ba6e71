import {
  countStates,
  migrationStates,
  type MigrationStanding,
  type MigrationState,
  type MigrationStatus,
} from './compare.js';
import { headersOf } from '../statements/headers.js';
import type { AttemptRow } from './history.js';
import type { Intent } from './intents.js';
import { heldReason, type LintHold } from './lint-hold.js';
import { printable } from '../files/names.js';
import { short } from '../text/words.js';
import type { MigrationKey, Snapshot } from '../files/migration.js';

/** What one run did, and the state in which it left every migration. */
export interface RunReport {
  readonly revision: string;
  readonly generation: string | null;
  /** After the run; for a dry run, before it. */
  readonly statuses: readonly MigrationStanding[];
  /** The same with the history's row for each; null if everything is in place and nobody asked for it (`RunOptions.detailed`). */
  readonly details: readonly MigrationStatus[] | null;
  readonly applied: readonly AppliedMigration[];
  /** Edited after they were applied and not run again, by policy or because of `-- pgm:once`. */
  readonly kept: readonly MigrationKey[];
  /** Due, but after `--to`. */
  readonly beyond: readonly MigrationKey[];
  /** Who wants another revision, so that this run did not apply what was due; null if nobody does. */
  readonly supersededBy: Intent | null;
  /** What `--lint` found in what is due, so that this run did not apply it; null if nothing, or if not asked. */
  readonly heldByLint: LintHold | null;
  readonly durationMs: number;
}

export interface AppliedMigration {
  readonly key: MigrationKey;
  /** Why it was due. */
  readonly reason: 'pending' | 'changed' | 'failed' | 'held';
  /** Measured by the server, from claim to record. */
  readonly durationMs: number;
  /** A later file of its schema was applied before it. */
  readonly outOfOrder: boolean;
}

/** Whether the database matches the snapshot. */
export type Verdict =
  | { readonly kind: 'up-to-date' }
  | { readonly kind: 'no-migrations' }
  | { readonly kind: 'behind'; readonly reason: string; readonly failing: boolean };

export interface VerdictOptions {
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
}

/**
 * The one place that decides whether everything is applied: `migrate`'s exit code, `status --check` and the probes all
 * use it. `missing` migrations do not count. The reason names files and numbers only, so a public endpoint may show it.
 */
export function judge(
  statuses: readonly MigrationStanding[],
  { allowEmpty, onChange }: VerdictOptions,
): Verdict {
  const present = statuses.filter(({ state }) => state !== 'missing');
  if (present.length === 0) return allowEmpty ? { kind: 'up-to-date' } : { kind: 'no-migrations' };
  const pinned = pinnedKeys(present);
  const counted = present.filter(
    ({ state, key }) => state !== 'changed' || (onChange !== 'warn' && !pinned.has(key)),
  );
  const failed = counted.filter(({ state }) => state === 'failed');
  const { pending, changed, held } = countStates(counted);
  const parts = [
    failed[0] && `${printable(failed[0].key)} failed`,
    failed.length > 1 && `${failed.length - 1} more failed`,
    held > 0 && `${held} held`,
    changed > 0 && `${changed} changed`,
    pending > 0 && `${pending} pending`,
  ].filter((part) => typeof part === 'string');
  if (parts.length === 0) return { kind: 'up-to-date' };
  const failing = failed.length + held > 0 || (changed > 0 && onChange === 'fail');
  return { kind: 'behind', reason: parts.join(', '), failing };
}

/** The same for a run: if something is left because of another wanted revision or of lint, the reason says so. */
export function judgeRun(
  {
    statuses,
    supersededBy,
    heldByLint,
  }: Pick<RunReport, 'statuses' | 'supersededBy' | 'heldByLint'>,
  options: VerdictOptions,
): Verdict {
  const verdict = judge(statuses, options);
  if (verdict.kind !== 'behind') return verdict;
  if (supersededBy === null) {
    if (heldByLint === null) return verdict;
    const reason = `${heldReason(heldByLint)}: ${verdict.reason}`;
    return { kind: 'behind', reason, failing: true };
  }
  return {
    kind: 'behind',
    reason: `superseded by revision ${short(supersededBy.revision)}: ${verdict.reason}`,
    failing: true,
  };
}

/** Keys of changed files that `-- pgm:once` keeps from running again. */
export function pinnedKeys(statuses: readonly MigrationStanding[]): ReadonlySet<MigrationKey> {
  return new Set(
    statuses
      .filter(({ state, migration }) => state === 'changed' && headersOf(migration?.sql ?? '').once)
      .map(({ key }) => key),
  );
}

/** Everything that `pgm status` knows. */
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
  /** The newest intent for these schemas; null if there is none. */
  readonly intent: Intent | null;
  /** True if it is for another revision, and newer than the newest for the source's revision. */
  readonly isSuperseded: boolean;
  /** Newest first; empty unless asked for. */
  readonly attempts: readonly AttemptRow[];
}

/** What a server reports about itself in its first answer. */
export interface ServerFacts {
  readonly version: string;
  /** A standby: nothing can be written. */
  readonly inRecovery: boolean;
  /** Which of the hosts it is, as `host:port`; undefined if it did not come from a real server. */
  readonly host?: string | undefined;
  /** This host, as the history names it after the user's name; undefined as above. */
  readonly askedFrom?: string | undefined;
  /** A pooler stands between us and the server, so session locks do not hold. */
  readonly pooled: boolean;
}

/** The server, and who is connected to the target database apart from pgm's runners. */
export interface Bystanders {
  /** Its system identifier, which stays the same with the same data directory. */
  readonly server: string;
  readonly sessions: number;
}

/** Who holds the run lock. */
export interface LockHolder {
  /** Its backend on the server. */
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  /** Server time at which the backend connected, ISO 8601. */
  readonly since: string;
}

/** `12 applied, 1 failed` */
export function summarize(statuses: readonly { readonly state: MigrationState }[]): string {
  const counts = countStates(statuses);
  return migrationStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ');
}

/** What `compare` returns for a snapshot without refused files when all of it, and nothing else, is applied. */
export function standingsInPlace({ migrations }: Snapshot): readonly MigrationStanding[] {
  return migrations.map((migration) => ({
    key: migration.key,
    schema: migration.schema,
    filename: migration.filename,
    path: migration.path,
    state: 'applied',
    migration,
    failure: null,
    heldBecause: null,
    renamedFrom: null,
  }));
}
