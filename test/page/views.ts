import { compare } from '../../src/core/run/compare.js';
import type { MigrationFailure } from '../../src/core/failure/failure.js';
import type { DriftSeen } from '../../src/core/drift/drift-seen.js';
import type { AttemptRow, History, HistoryRow } from '../../src/core/run/history.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import { assessReadiness, type Readiness, type Sight } from '../../src/core/watch/readiness.js';
import type { LintHold } from '../../src/core/run/lint-hold.js';
import { judgeRun, type LockHolder, type StatusReport } from '../../src/core/run/report.js';
import type { RunSummary } from '../../src/core/watch/run-log.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import { rowOf, syntaxError } from '../support/memory/history.js';
import { type Files, snapshotOf } from '../support/memory/snapshot.js';

/** The instant of every view here, unless told. */
export const now = Date.parse('2026-11-23T12:05:22Z');

export interface Scene {
  readonly snapshot: Snapshot | null;
  /** By key; what is not in it was never tried. */
  readonly rows: Readonly<Record<string, Partial<HistoryRow>>>;
  readonly activity: string | null;
  readonly lock: LockHolder | null;
  readonly attempts: readonly AttemptRow[];
  readonly heldByLint: LintHold | null;
  readonly runs: readonly RunSummary[];
  /** How long ago the database said it, milliseconds; null when it never did. */
  readonly seenAgo: number | null;
  readonly isUp: boolean;
  readonly readiness: Readiness;
  readonly drift: DriftSeen | null;
  readonly server: Partial<NonNullable<StatusReport['server']>> | null;
}

/** A view made as pgm makes it, out of a source and a history. */
export function viewOf(scene: Partial<Scene>): StatusView {
  const { snapshot = null, activity = null, runs = [], seenAgo = 400, heldByLint = null } = scene;
  const report = snapshot === null || seenAgo === null ? null : reportOf(snapshot, scene);
  return {
    version: '1.0.0',
    at: now,
    labels: {
      namespace: 'secret-manager-controller-pact-broker',
      configMap: 'postgres-migrations',
    },
    health: assessReadiness(sightOf(snapshot, report, scene), {
      readiness: scene.readiness ?? 'applied',
      wanted: null,
      activity,
      drift: scene.drift,
    }),
    activity,
    target: place.target,
    source: place.source,
    snapshot,
    heldByLint,
    seen: report === null || seenAgo === null ? null : { at: now - seenAgo, report },
    drift: scene.drift ?? null,
    runs,
  };
}

const place = {
  target: 'postgres:5432/pact_mock_servers',
  source: { directory: '/migrations-configmap', origin: 'CONFIGMAP_PATH' },
};

function sightOf(
  snapshot: Snapshot | null,
  report: StatusReport | null,
  scene: Partial<Scene>,
): Sight {
  const { isUp = true } = scene;
  const everInFull = scene.readiness === 'once';
  if (snapshot === null) {
    return { kind: 'no-source', found: everInFull ? { everInFull, allGone: true } : null };
  }
  const { revision } = snapshot;
  if (!isUp || report === null) return { kind: 'unreachable', revision };
  const { statuses, verdict } = report;
  return {
    kind: 'compared',
    revision,
    statuses,
    verdict,
    isHeld: (scene.heldByLint ?? null) !== null,
    kept: new Set(),
    standing: null,
    wasInFull: false,
    everInFull,
  };
}

function reportOf(snapshot: Snapshot, scene: Partial<Scene>): StatusReport {
  const { rows = {}, lock = null, attempts = [], server = {} } = scene;
  const statuses = compare(snapshot, historyFrom(rows));
  return {
    ...place,
    databaseExists: server !== null,
    server:
      server === null ? null : { version: '18.1', inRecovery: false, pooled: false, ...server },
    snapshot,
    statuses,
    verdict: judgeRun(
      { statuses, supersededBy: null, heldByLint: scene.heldByLint ?? null },
      { allowEmpty: false, onChange: 'rerun' },
    ),
    lock,
    intent: null,
    isSuperseded: false,
    attempts,
  };
}

function historyFrom(rows: Scene['rows']): History {
  const whole = Object.entries(rows).map(([key, row]): [string, HistoryRow] => [
    key,
    { ...rowOf(key, { applied: '' }), ...row },
  ]);
  return { layout: 2, rows: new Map(whole) };
}

/** Rows of a history in which every migration of the snapshot is applied, one a second. */
export function allRows(snapshot: Snapshot): Record<string, Partial<HistoryRow>> {
  return Object.fromEntries(
    snapshot.migrations.map(({ key, checksum }, at) => {
      const appliedAt = new Date(now - 86_400_000 + at * 1_000).toISOString();
      const durationMs = 4 + ((at * 37) % 90);
      return [
        key,
        { checksum, appliedChecksum: checksum, appliedAt, firstAppliedAt: appliedAt, durationMs },
      ];
    }),
  );
}

/** The row of a migration whose last try failed. */
export function failedRow(
  snapshot: Snapshot,
  key: string,
  failure: Partial<MigrationFailure>,
): Partial<HistoryRow> {
  return {
    ...notApplied(snapshot, key),
    state: 'failed',
    lastError: { ...syntaxError, ...failure },
  };
}

export function heldRow(snapshot: Snapshot, key: string, because: string): Partial<HistoryRow> {
  const lastError = { ...syntaxError, message: because, place: null };
  return { ...notApplied(snapshot, key), state: 'held', lastError };
}

function notApplied(snapshot: Snapshot, key: string): Partial<HistoryRow> {
  const checksum = snapshot.migrations.find((one) => one.key === key)?.checksum ?? '';
  return { checksum, appliedChecksum: null, appliedAt: null, firstAppliedAt: null, attempts: 4 };
}

/** A run that took a while and ended some time ago, both in milliseconds. */
export function run(ago: number, durationMs: number, told: Partial<RunSummary> = {}): RunSummary {
  return {
    endedAt: now - ago,
    durationMs,
    revision: '5a3f'.repeat(16),
    result: 'settled',
    applied: 0,
    failed: 0,
    held: 0,
    reason: null,
    ...told,
  };
}

/** Files `<schema>/<NNN>_<name>.sql`, as many as asked. */
export function manyFiles(schema: string, number: number, digits = 3): Files {
  const names = ['create_schema', 'add_secrets', 'add_index', 'backfill_versions', 'add_labels'];
  return Object.fromEntries(
    Array.from({ length: number }, (_, at) => {
      const name = `${String(at + 1).padStart(digits, '0')}_${names[at % names.length] ?? 'x'}`;
      return [`${schema}/${name}.sql`, `select ${at}, '${schema}';`];
    }),
  );
}

export function snapshotOfMount(files: Files): Snapshot {
  return snapshotOf(files, { generation: '..2026_11_23_12_03_08.2471038' });
}
