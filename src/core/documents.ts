import {
  countStates,
  type MigrationState,
  type MigrationStatus,
  nextTryOf,
} from './run/compare.js';
import { ConfigurationError } from './errors.js';
import type { MigrationFailure } from './failure/failure.js';
import type { MigrationKey, RefusedFile, Snapshot } from './files/migration.js';
import type { AttemptRow } from './run/history.js';
import { type IntentDocument, intentDocument } from './run/intents.js';
import type {
  AppliedMigration,
  LockHolder,
  RunReport,
  ServerFacts,
  StatusReport,
  Verdict,
} from './run/report.js';

/** What `pgm migrate --json` prints. Durations are milliseconds, times ISO 8601 of the server. */
export interface MigrateDocument<Lint = object> {
  readonly upToDate: boolean;
  /** Why not; null if it is. */
  readonly reason: string | null;
  readonly dryRun: boolean;
  /** Identifies the files as they were read. */
  readonly revision: string;
  /** The directory that `..data` of a mount points to; null if the source is not a mount. */
  readonly generation: string | null;
  readonly durationMs: number;
  /** How many files are in each state, after the run; for a dry run, before it. */
  readonly counts: Readonly<Record<MigrationState, number>>;
  /** In the order of the run; for a dry run, what it would apply. */
  readonly applied: readonly AppliedMigration[];
  /** Edited after they were applied, and left as they are. */
  readonly kept: readonly MigrationKey[];
  /** Due, but after `to`. */
  readonly beyond: readonly MigrationKey[];
  /** What `lint` found, for which the run applied nothing; null if nothing, or if not asked. */
  readonly lint: Lint | null;
  /** Who wants another revision, for which the run applied nothing; null if nobody does. */
  readonly supersededBy: IntentDocument | null;
  readonly migrations: readonly MigrationDocument[];
}

/** One file, or what the history has of one that no longer exists. */
export interface MigrationDocument {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  readonly state: MigrationState;
  /** Of the file; null if it no longer exists. */
  readonly checksum: string | null;
  /** The one it was last applied with; null if it never was. */
  readonly appliedChecksum: string | null;
  readonly appliedAt: string | null;
  readonly durationMs: number | null;
  readonly attempts: number;
  /** When `watch` tries it again at the latest; null unless it failed. */
  readonly nextTryAt: string | null;
  /** A later file of its schema was applied before it. */
  readonly outOfOrder: boolean;
  readonly renamedFrom: MigrationKey | null;
  readonly heldBecause: string | null;
  readonly failure: MigrationFailure | null;
}

/** What `pgm status --json` prints. */
export interface StatusDocument {
  readonly upToDate: boolean;
  readonly reason: string | null;
  /** `host:port/database`. */
  readonly target: string;
  readonly databaseExists: boolean;
  /** Null when the database does not exist. */
  readonly server: Pick<ServerFacts, 'version' | 'inRecovery' | 'pooled'> | null;
  readonly source: { readonly directory: string; readonly origin: string };
  readonly revision: string;
  readonly generation: string | null;
  readonly counts: Readonly<Record<MigrationState, number>>;
  /** Who holds the run lock. */
  readonly lock: LockHolder | null;
  /** The newest intent; null if there is none. */
  readonly intent: IntentDocument | null;
  /** True if that intent is for another revision, and rules. */
  readonly superseded: boolean;
  readonly migrations: readonly MigrationDocument[];
  /** Files that are not migrations. */
  readonly ignored: Snapshot['ignored'];
  /** Files that are never sent, and why. */
  readonly refused: readonly Pick<RefusedFile, 'path' | 'reason' | 'byteOffset'>[];
  /** Files of schemas that were not asked for. */
  readonly leftOut: Snapshot['leftOut'];
  readonly warnings: readonly string[];
  readonly orderDiffersFromBytes: boolean;
  /** Newest first; empty unless asked for. */
  readonly attempts: readonly AttemptRow[];
}

/** `details` are those of the report, `lint` is what `--lint` found. */
export function migrateDocument<Lint>(
  report: RunReport,
  details: readonly MigrationStatus[],
  verdict: Verdict,
  { dryRun, lint }: { readonly dryRun: boolean; readonly lint: Lint | null },
): MigrateDocument<Lint> {
  const { revision, generation, applied, kept, beyond, supersededBy, durationMs } = report;
  return {
    ...verdictFields(verdict),
    dryRun,
    revision,
    generation,
    durationMs: Math.round(durationMs),
    counts: countStates(details),
    applied,
    kept,
    beyond,
    lint,
    supersededBy: supersededBy === null ? null : intentDocument(supersededBy),
    migrations: details.map(migrationDocument),
  };
}

export function statusDocument(report: StatusReport): StatusDocument {
  const { target, databaseExists, server, source, snapshot, statuses, verdict, lock, attempts } =
    report;
  return {
    ...verdictFields(verdict),
    target,
    databaseExists,
    server: server && serverDocument(server),
    source,
    revision: snapshot.revision,
    generation: snapshot.generation,
    counts: countStates(statuses),
    lock,
    intent: report.intent === null ? null : intentDocument(report.intent),
    superseded: report.isSuperseded,
    migrations: statuses.map(migrationDocument),
    ignored: snapshot.ignored,
    refused: snapshot.refused.map(refusedDocument),
    leftOut: snapshot.leftOut,
    warnings: snapshot.warnings,
    orderDiffersFromBytes: snapshot.orderDiffersFromBytes,
    attempts,
  };
}

/** What both commands print when there is no result. */
export function errorDocument(error: Error, exitCode: number): object {
  const problems = error instanceof ConfigurationError ? { problems: error.problems } : {};
  return { error: { name: error.name, message: error.message, exitCode, ...problems } };
}

/** Copied field by field: the source object has more fields than are shown. */
function serverDocument(server: ServerFacts): NonNullable<StatusDocument['server']> {
  return { version: server.version, inRecovery: server.inRecovery, pooled: server.pooled };
}

function verdictFields(verdict: Verdict): Pick<MigrateDocument, 'upToDate' | 'reason'> {
  const reason =
    verdict.kind === 'behind'
      ? verdict.reason
      : verdict.kind === 'no-migrations'
        ? 'no migrations found'
        : null;
  return { upToDate: verdict.kind === 'up-to-date', reason };
}

function migrationDocument(status: MigrationStatus): MigrationDocument {
  const { key, schema, filename, state, migration, row } = status;
  return {
    key,
    schema,
    filename,
    state,
    checksum: migration?.checksum ?? null,
    appliedChecksum: row?.appliedChecksum ?? null,
    appliedAt: row?.appliedAt ?? null,
    durationMs: row?.durationMs ?? null,
    attempts: row?.attempts ?? 0,
    nextTryAt: nextTryOf(status),
    outOfOrder: status.outOfOrder,
    renamedFrom: status.renamedFrom,
    heldBecause: status.heldBecause,
    failure: status.failure,
  };
}

function refusedDocument({
  path,
  reason,
  byteOffset,
}: RefusedFile): StatusDocument['refused'][number] {
  return { path, reason, byteOffset };
}
