import { countStates, type MigrationStatus, nextTryOf } from './run/compare.js';
import { ConfigurationError } from './errors.js';
import type { RefusedFile } from './files/migration.js';
import { intentDocument } from './run/intents.js';
import type { RunReport, ServerFacts, StatusReport, Verdict } from './run/report.js';

/** What `pgm migrate --json` prints; `details` are the report's, `lint` what `--lint` found. Durations are milliseconds, times ISO 8601 of the server. */
export function migrateDocument(
  report: RunReport,
  details: readonly MigrationStatus[],
  verdict: Verdict,
  { dryRun, lint }: { readonly dryRun: boolean; readonly lint: object | null },
): object {
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

/** What `pgm status --json` prints. */
export function statusDocument(report: StatusReport): object {
  const { target, databaseExists, server, source, snapshot, statuses, verdict, lock, attempts } =
    report;
  return {
    ...verdictFields(verdict),
    target,
    databaseExists,
    server: server === null ? null : serverDocument(server),
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

/** What either prints when it has no result. */
export function errorDocument(error: Error, exitCode: number): object {
  const problems = error instanceof ConfigurationError ? { problems: error.problems } : {};
  return { error: { name: error.name, message: error.message, exitCode, ...problems } };
}

/** Copied field by field: the source object has more fields than are shown. */
function serverDocument({ version, inRecovery, pooled }: ServerFacts): object {
  return { version, inRecovery, pooled };
}

function verdictFields(verdict: Verdict): object {
  const reason =
    verdict.kind === 'behind'
      ? verdict.reason
      : verdict.kind === 'no-migrations'
        ? 'no migrations found'
        : null;
  return { upToDate: verdict.kind === 'up-to-date', reason };
}

function migrationDocument(status: MigrationStatus): object {
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

function refusedDocument({ path, reason, byteOffset }: RefusedFile): object {
  return { path, reason, byteOffset };
}
