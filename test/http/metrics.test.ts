import type { Sight } from '../../src/core/watch/readiness.js';
import { describe, expect, test } from 'vitest';
import { driftSeen } from '../../src/core/drift/drift-seen.js';
import { migrationStates } from '../../src/core/run/compare.js';
import type { PgmEvent } from '../../src/core/events.js';
import { readMetrics, valueOf } from './metrics-text.js';
import {
  applied,
  comparedSight,
  failed,
  failing,
  runBroke,
  runFinished,
  runHeld,
  Scene,
  swapTo,
} from './metrics-scene.js';

const noon = Date.UTC(2026, 10, 23, 12) / 1_000;

describe('runs', () => {
  test('are counted by result, and start at zero', async () => {
    const scene = new Scene();
    const results = ['settled', 'incomplete', 'broken'];
    const counts = async (): Promise<unknown> =>
      Promise.all(results.map((result) => scene.value('pgm_runs_total', { result })));
    expect(await counts()).toEqual([0, 0, 0]);
    scene.tell(runFinished(), runFinished(failing), runBroke(), runBroke());
    expect(await counts()).toEqual([1, 1, 2]);
  });

  test('leave the last ones out until there was one', async () => {
    const scene = new Scene();
    const body = await scene.scrape();
    expect(valueOf(body, 'pgm_last_run_success')).toBeUndefined();
    expect(valueOf(body, 'pgm_last_run_timestamp_seconds')).toBeUndefined();
    expect(valueOf(body, 'pgm_last_run_success_timestamp_seconds')).toBeUndefined();
  });

  test('keep the time of the last success when later ones fail', async () => {
    const scene = new Scene();
    scene.tell(runFinished());
    await scene.clock.advance(60_000);
    scene.tell(runBroke());
    const body = await scene.scrape();
    expect(valueOf(body, 'pgm_last_run_success')).toBe(0);
    expect(valueOf(body, 'pgm_last_run_timestamp_seconds')).toBe(noon + 60);
    expect(valueOf(body, 'pgm_last_run_success_timestamp_seconds')).toBe(noon);
  });

  test('are a success again once the file is fixed', async () => {
    const scene = new Scene();
    scene.tell(runFinished(failing));
    expect(await scene.value('pgm_last_run_success')).toBe(0);
    expect(await scene.value('pgm_last_run_success_timestamp_seconds')).toBeUndefined();
    scene.tell(runFinished());
    expect(await scene.value('pgm_last_run_success')).toBe(1);
  });

  test('are not counted for a plan that was only printed', async () => {
    const scene = new Scene();
    scene.tell({ ...runFinished(), kind: 'dry-run-finished' } as PgmEvent);
    expect(await scene.value('pgm_runs_total', { result: 'settled' })).toBe(0);
  });
});

describe('the database', () => {
  test.each([
    ['unreachable', 0],
    ['no-database', 1],
    ['refused', 1],
  ] as const)('that is %s is up: %s, and says nothing of migrations', async (kind, up) => {
    const scene = new Scene();
    scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' });
    expect(await scene.value('pgm_database_up')).toBe(1);
    scene.sight = { kind, revision: 'r1', everInFull: false };
    const body = await scene.scrape();
    expect(valueOf(body, 'pgm_database_up')).toBe(up);
    expect(valueOf(body, 'pgm_ready')).toBe(0);
    expect(readMetrics(body).get('pgm_migrations')?.samples).toEqual([]);
  });

  test('that is asked without a source is up', async () => {
    const scene = new Scene();
    scene.sight = { kind: 'no-source', found: { everInFull: true, allGone: true } };
    expect(await scene.value('pgm_database_up')).toBe(1);
  });

  test.each<[string, Sight, 0 | 1 | undefined]>([
    ['are there', comparedSight({ 'a/1.sql': 'x' }, { 'a/1.sql': { applied: 'x' } }), 0],
    ['are all gone', comparedSight({}, { 'a/1.sql': { applied: 'x' } }), 1],
    ['never were', comparedSight({}), 0],
    [
      'are all gone, with the source',
      { kind: 'no-source', found: { everInFull: true, allGone: true } },
      1,
    ],
    ['are not known of', { kind: 'no-source', found: null }, undefined],
    ['may not be seen', { kind: 'refused', revision: 'r1', everInFull: true }, undefined],
  ])('knows of applied files that %s', async (_, sight, value) => {
    const scene = new Scene();
    scene.sight = sight;
    expect(await scene.value('pgm_applied_files_gone')).toBe(value);
  });

  test('is neither up nor down while nobody asks it', async () => {
    const scene = new Scene();
    for (const sight of [null, { kind: 'no-source', found: null }] as const) {
      scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' });
      expect(await scene.value('pgm_database_up')).toBe(1);
      scene.sight = sight;
      const body = await scene.scrape();
      expect(valueOf(body, 'pgm_database_up')).toBeUndefined();
      expect(valueOf(body, 'pgm_ready')).toBe(0);
      expect(readMetrics(body).get('pgm_migrations')?.samples).toEqual([]);
    }
  });

  test('makes ready when all is applied', async () => {
    const scene = new Scene();
    scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' }, { 'gcp/001_a.sql': { applied: 'a' } });
    expect(await scene.value('pgm_ready')).toBe(1);
  });
});

describe('migrations', () => {
  test('are counted in all six states of each schema', async () => {
    const scene = new Scene();
    scene.sight = comparedSight(
      { 'gcp/001_a.sql': 'a', 'gcp/002_b.sql': 'b', 'aws/001_c.sql': 'c' },
      { 'gcp/001_a.sql': { applied: 'a' }, 'gcp/002_b.sql': { failed: 'b' } },
    );
    const body = await scene.scrape();
    const of = (schema: string): unknown =>
      migrationStates.map((state) => valueOf(body, 'pgm_migrations', { schema, state }));
    expect(of('gcp')).toEqual([1, 0, 0, 1, 0, 0]);
    expect(of('aws')).toEqual([0, 1, 0, 0, 0, 0]);
  });

  test('follow a file that is fixed', async () => {
    const scene = new Scene();
    const state = { schema: 'gcp', state: 'failed' };
    scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' }, { 'gcp/001_a.sql': { failed: 'a' } });
    expect(await scene.value('pgm_migrations', state)).toBe(1);
    scene.sight = comparedSight({ 'gcp/001_a.sql': 'b' }, { 'gcp/001_a.sql': { applied: 'b' } });
    expect(await scene.value('pgm_migrations', state)).toBe(0);
  });

  test('of a schema that is gone are gone, and so are its failures', async () => {
    const scene = new Scene();
    scene.sight = comparedSight({ 'gcp/001_a.sql': 'a', 'aws/001_a.sql': 'a' });
    scene.tell(failed('gcp/001_a.sql', '42601'), failed('aws/001_a.sql', '42601'));
    expect(await scene.scrape()).toContain('schema="gcp"');
    scene.sight = comparedSight({ 'aws/001_a.sql': 'a' });
    const body = await scene.scrape();
    expect(body).not.toContain('schema="gcp"');
    const labels = { schema: 'aws', sqlstate_class: '42' };
    expect(valueOf(body, 'pgm_migration_failures_total', labels)).toBe(1);
  });

  test('migrations that were applied are measured in seconds', async () => {
    const scene = new Scene();
    scene.tell(applied(1), applied(400), applied(3_600_000));
    const body = await scene.scrape();
    const name = 'pgm_migration_apply_duration_seconds';
    expect(valueOf(body, `${name}_bucket`, { le: '0.001' })).toBe(1);
    expect(valueOf(body, `${name}_bucket`, { le: '0.5' })).toBe(2);
    expect(valueOf(body, `${name}_bucket`, { le: '1200' })).toBe(2);
    expect(valueOf(body, `${name}_count`)).toBe(3);
    expect(valueOf(body, `${name}_sum`)).toBeCloseTo(3_600.401);
  });

  test('what lint found is absent until it found something, and 0 once that is over', async () => {
    const scene = new Scene();
    scene.tell(runFinished());
    expect(await scene.value('pgm_lint_findings', { severity: 'error' })).toBeUndefined();
    scene.tell(runHeld(3));
    expect(await scene.value('pgm_lint_findings', { severity: 'error' })).toBe(3);
    scene.tell(runFinished());
    expect(await scene.value('pgm_lint_findings', { severity: 'error' })).toBe(0);
  });

  test('migrations that were retried or held are counted', async () => {
    const scene = new Scene();
    const key = 'gcp/001_a.sql';
    scene.tell({ kind: 'migration-retried', key, sqlstate: '55P03', inMs: 5 });
    scene.tell({ kind: 'migration-held', key, because: 'x' });
    expect(await scene.value('pgm_migration_retries_total')).toBe(1);
    expect(await scene.value('pgm_migration_holds_total')).toBe(1);
  });
});

describe('drift', () => {
  test('is counted by kind with the time of the look, and absent while it is not known', async () => {
    const scene = new Scene();
    const [objects, checked] = ['pgm_drift_objects', 'pgm_drift_checked_timestamp_seconds'];
    expect(await scene.value(objects, { kind: 'unknown' })).toBeUndefined();
    expect(await scene.value(checked)).toBeUndefined();
    const object = { kind: 'index', identity: 'a.i', schema: 'a', table: null, facts: {} };
    const since = { revision: 'r', keptAt: 't', keptBy: 'pact@pod' };
    scene.drift = driftSeen([{ kind: 'missing', object, by: null }], since, 1_500);
    expect(await scene.value(objects, { kind: 'unknown' })).toBe(0);
    expect(await scene.value(objects, { kind: 'missing' })).toBe(1);
    expect(await scene.value(objects, { kind: 'different' })).toBe(0);
    expect(await scene.value(checked)).toBe(1.5);
    scene.drift = null;
    expect(await scene.value(objects, { kind: 'missing' })).toBeUndefined();
    expect(await scene.value(checked)).toBeUndefined();
  });
});

describe('the run lock', () => {
  const waits = (waitedMs: number): PgmEvent => ({
    kind: 'waiting-for-lock',
    holder: { pid: 7, application: 'pgm', user: 'pact', since: '' },
    waitedMs,
  });

  test('is not waited for at first', async () => {
    const scene = new Scene();
    scene.tell({ kind: 'migration-started', key: 'gcp/001_a.sql', at: 1, of: 1 });
    expect(await scene.value('pgm_lock_waiting_seconds')).toBe(0);
    expect(await scene.value('pgm_lock_wait_seconds_count')).toBe(0);
  });

  test.each<[string, PgmEvent]>([
    ['the lock is ours', { kind: 'lock-acquired', waitedMs: 4_000 }],
    ['the run breaks off', runBroke()],
  ])('shows the present wait until %s', async (_, end) => {
    const scene = new Scene();
    scene.tell(waits(0));
    await scene.clock.advance(2_000);
    scene.tell(waits(2_000));
    expect(await scene.value('pgm_lock_waiting_seconds')).toBe(3);
    expect(await scene.value('pgm_lock_wait_seconds_count')).toBe(0);
    scene.tell(end);
    expect(await scene.value('pgm_lock_waiting_seconds')).toBe(0);
    expect(await scene.value('pgm_lock_wait_seconds_count')).toBe(1);
    expect(await scene.value('pgm_lock_wait_seconds_sum')).toBe(4);
  });

  test('counts a wait from its beginning, though it was told late', async () => {
    const scene = new Scene();
    scene.tell(waits(1_500), runBroke());
    expect(await scene.value('pgm_lock_wait_seconds_sum')).toBe(1.5);
  });
});

describe('the time from swap to applied', () => {
  const name = 'pgm_swap_to_applied_seconds';
  const swap = (scene: Scene, revision: string): void => {
    scene.tell(swapTo(revision, scene.clock.wallMs()));
  };

  test('is measured up to the end of the run that settled', async () => {
    const scene = new Scene();
    swap(scene, 'a');
    scene.tell(runFinished(undefined, 'a'));
    expect(await scene.value(`${name}_count`)).toBe(0);
    swap(scene, 'b');
    await scene.clock.advance(2_000);
    scene.tell(runFinished(failing, 'b'), runBroke());
    expect(await scene.value(`${name}_count`)).toBe(0);
    scene.tell(runFinished(undefined, 'b'), runFinished(undefined, 'b'));
    expect(await scene.value(`${name}_count`)).toBe(1);
    expect(await scene.value(`${name}_sum`)).toBe(3);
  });

  test('leaves out a revision that was there before', async () => {
    const scene = new Scene();
    for (const revision of ['a', 'b', 'a']) {
      swap(scene, revision);
      scene.tell(runFinished(undefined, revision));
    }
    expect(await scene.value(`${name}_count`)).toBe(1);
  });

  test('is that of the newest revision only', async () => {
    const scene = new Scene();
    swap(scene, 'a');
    swap(scene, 'b');
    swap(scene, 'c');
    scene.tell(runFinished(undefined, 'b'));
    expect(await scene.value(`${name}_count`)).toBe(0);
    scene.tell(runFinished(undefined, 'c'));
    expect(await scene.value(`${name}_count`)).toBe(1);
  });

  test('is not known of a plain directory, nor when the clock was set back', async () => {
    const scene = new Scene();
    scene.tell(swapTo('a', null), swapTo('b', null), runFinished(undefined, 'b'));
    scene.tell(swapTo('c', scene.clock.wallMs() + 1), runFinished(undefined, 'c'));
    expect(await scene.value(`${name}_count`)).toBe(0);
  });

  test('is over when the mount is gone', async () => {
    const scene = new Scene();
    swap(scene, 'a');
    swap(scene, 'b');
    scene.tell({ kind: 'source-missing', directory: '/m', reason: 'gone' });
    scene.tell(runFinished(undefined, 'b'));
    expect(await scene.value(`${name}_count`)).toBe(0);
  });
});

describe('the source', () => {
  test('is described as long as there is one', async () => {
    const scene = new Scene();
    const names = ['timestamp_seconds', 'migrations', 'refused_files'];
    const values = async (): Promise<unknown> => {
      const body = await scene.scrape();
      return names.map((name) => valueOf(body, `pgm_snapshot_${name}`));
    };
    expect(await values()).toEqual([undefined, undefined, undefined]);
    scene.tell(swapTo('a', null));
    expect(await values()).toEqual([noon + 1, 1, 0]);
    scene.tell({ kind: 'source-missing', directory: '/m', reason: 'gone' });
    expect(await values()).toEqual([undefined, undefined, undefined]);
  });

  test('counts what was noticed of it, and lost events', async () => {
    const scene = new Scene();
    scene.tell({ kind: 'source-hinted', hint: 'poll' }, { kind: 'source-hinted', hint: 'poll' });
    scene.tell({ kind: 'watch-lost', directory: '/m', reason: 'EMFILE' });
    const body = await scene.scrape();
    const kinds = ['event', 'poll', 'rescan'];
    expect(kinds.map((kind) => valueOf(body, 'pgm_watch_events_total', { kind }))).toEqual([
      0, 2, 0,
    ]);
    expect(valueOf(body, 'pgm_watch_errors_total')).toBe(1);
  });
});

describe('heartbeats', () => {
  test('are as old as the loops are silent', async () => {
    const scene = new Scene();
    const age = (loop: string): Promise<number | undefined> =>
      scene.value('pgm_heartbeat_age_seconds', { loop });
    expect(await age('event')).toBe(1);
    expect(await age('reconcile')).toBeUndefined();
    scene.beats = { event: 2_500, reconcile: 1_000 };
    expect(await age('event')).toBe(0.5);
    expect(await age('reconcile')).toBe(3);
    scene.beats = { event: 2_500, reconcile: null };
    expect(await age('reconcile')).toBeUndefined();
  });
});
