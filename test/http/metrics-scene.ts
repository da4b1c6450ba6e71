import { compare, type MigrationStatus } from '../../src/core/run/compare.js';
import type { DriftSeen } from '../../src/core/drift/drift-seen.js';
import type { LintHold } from '../../src/core/run/lint-hold.js';
import type { PgmEvent } from '../../src/core/events.js';
import type { MigrationFailure } from '../../src/core/failure/failure.js';
import type { Beats } from '../../src/core/watch/heartbeat.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import { assessReadiness, notReady, type Sight } from '../../src/core/watch/readiness.js';
import { judge, type Verdict } from '../../src/core/run/report.js';
import { createMetrics, type Metrics } from '../../src/http/metrics/metrics.js';
import { HandClock } from '../support/memory/clock.js';
import { historyOf, type Tried } from '../support/memory/history.js';
import { type Files, snapshotOf } from '../support/memory/snapshot.js';
import { valueOf } from './metrics-text.js';

/** Metrics in a world that a test sets up: what the probes see, the loops' heartbeats, the time. */
export class Scene {
  readonly clock = new HandClock();
  sight: Sight | null = { kind: 'no-source', found: null };
  beats: Beats = { event: 0, reconcile: null };
  drift: DriftSeen | null = null;
  /** How often the probes were asked. */
  asked = 0;
  readonly metrics: Metrics;

  constructor(options: Partial<Parameters<typeof createMetrics>[0]> = {}) {
    this.metrics = createMetrics({
      role: 'runner',
      version: '1.2.3',
      nodeVersion: '20.20.0',
      labels: { namespace: 'ns', configMap: 'cm' },
      clock: this.clock,
      sight: () => {
        this.asked += 1;
        return Promise.resolve(this.sight);
      },
      health: () =>
        Promise.resolve(
          this.sight === null
            ? notReady('starting', 'unknown', null)
            : assessReadiness(this.sight, anyRevision),
        ),
      drift: () => this.drift,
      beats: () => this.beats,
      ...options,
    });
  }

  tell(...events: readonly PgmEvent[]): void {
    for (const event of events) this.metrics.observe(event);
  }

  /** What a scrape of this moment says: the time moves on until the answer before is out of date. */
  async scrape(): Promise<string> {
    await this.clock.advance(1_000);
    return (await this.metrics.text()).text;
  }

  /** The value of one series at this moment. */
  async value(
    name: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<number | undefined> {
    return valueOf(await this.scrape(), name, labels);
  }
}

const anyRevision = {
  readiness: 'applied',
  wanted: null,
  activity: null,
} as const;

export function comparedSight(
  files: Files,
  tried: Readonly<Record<string, Tried>> = {},
): Extract<Sight, { kind: 'compared' }> {
  return sightOf(compare(snapshotOf(files), historyOf(tried)));
}

export function sightOf(
  statuses: readonly MigrationStatus[],
): Extract<Sight, { kind: 'compared' }> {
  const verdict = judge(statuses, { allowEmpty: false, onChange: 'rerun' });
  return {
    kind: 'compared',
    revision: 'r1',
    statuses,
    verdict,
    isHeld: false,
    kept: new Set(),
    standing: null,
    wasInFull: false,
    everInFull: false,
  };
}

/** A swap of the mount to this revision. */
export function swapTo(revision: string, swappedAt: number | null): PgmEvent {
  const snapshot: Snapshot = {
    ...snapshotOf({ 'gcp/001_a.sql': 'select 1' }),
    revision,
    swappedAt,
  };
  return { kind: 'source-read', directory: '/m', snapshot };
}

export function runFinished(
  verdict: Verdict = { kind: 'up-to-date' },
  revision = 'r1',
  heldByLint: LintHold | null = null,
): PgmEvent {
  const nothing = { generation: null, statuses: [], details: null };
  const done = {
    applied: [],
    kept: [],
    beyond: [],
    supersededBy: null,
    heldByLint,
    durationMs: 5,
  };
  return { kind: 'run-finished', report: { ...nothing, ...done, revision }, verdict };
}

export const failing: Verdict = { kind: 'behind', reason: 'gcp/001_a.sql failed', failing: true };

export function runBroke(reason = 'connection lost'): PgmEvent {
  return { kind: 'run-failed', reason, retryInMs: 500, revision: 'r1', durationMs: 5 };
}

export function applied(durationMs: number): PgmEvent {
  const done = { key: 'gcp/001_a.sql', reason: 'pending', durationMs, outOfOrder: false } as const;
  return { kind: 'migration-applied', ...done };
}

export function failed(key: string, sqlstate: string | null, words = 'no'): PgmEvent {
  const failure: MigrationFailure = {
    kind: sqlstate === null ? 'refused' : 'sql',
    sqlstate,
    message: words,
    detail: words,
    hint: words,
    context: words,
    place: null,
    excerpt: { text: words, caret: 1 },
    advice: words,
  };
  return { kind: 'migration-failed', key, path: key, failure };
}

/** A run that sent nothing, because of as many errors. */
export function runHeld(errors: number): PgmEvent {
  const hold = { revision: 'r1', errors, warnings: 0, findings: [] };
  return runFinished({ kind: 'behind', reason: 'lint', failing: true }, 'r1', hold);
}
