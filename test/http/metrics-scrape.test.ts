import { describe, expect, test } from 'vitest';
import { readMetrics } from './metrics-text.js';
import { runFinished, Scene } from './metrics-scene.js';

describe('a scrape', () => {
  test('is in the text format of Prometheus, from the first on', async () => {
    const { type, text } = await new Scene().metrics.text();
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(readMetrics(text).size).toBeGreaterThan(20);
  });

  test('names its own metrics pgm_, and counters _total', async () => {
    const families = [...readMetrics(await new Scene().scrape()).values()];
    for (const { name, type } of families) {
      expect(name).toMatch(/^(?:pgm|process|nodejs)_[a-z_]+$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      else expect(name).not.toMatch(/_total$/);
    }
  });

  test('asks the probes once, however many come at the same time', async () => {
    const scene = new Scene();
    const bodies = await Promise.all(Array.from({ length: 500 }, () => scene.metrics.text()));
    expect(new Set(bodies).size).toBe(1);
    await scene.metrics.text();
    expect(scene.asked).toBe(1);
  });

  test('is written anew after a second', async () => {
    const scene = new Scene();
    const before = await scene.scrape();
    scene.tell(runFinished());
    await scene.clock.advance(999);
    expect((await scene.metrics.text()).text).toBe(before);
    await scene.clock.advance(1);
    expect((await scene.metrics.text()).text).not.toBe(before);
  });

  test('keeps two sets of metrics apart', async () => {
    const [one, other] = [new Scene(), new Scene()];
    one.tell(runFinished());
    const result = { result: 'settled' };
    expect(await one.value('pgm_runs_total', result)).toBe(1);
    expect(await other.value('pgm_runs_total', result)).toBe(0);
  });

  test('shows of who only looks on nothing that only a runner can count', async () => {
    const names = async (role: 'runner' | 'onlooker'): Promise<readonly string[]> => [
      ...readMetrics(await new Scene({ role }).scrape()).keys(),
    ];
    const [all, some] = [await names('runner'), await names('onlooker')];
    expect(all.filter((name) => !some.includes(name))).toEqual([
      'pgm_runs_total',
      'pgm_last_run_success',
      'pgm_last_run_timestamp_seconds',
      'pgm_last_run_success_timestamp_seconds',
      'pgm_migration_apply_duration_seconds',
      'pgm_migration_retries_total',
      'pgm_migration_holds_total',
      'pgm_migration_failures_total',
      'pgm_lock_wait_seconds',
      'pgm_lock_waiting_seconds',
      'pgm_swap_to_applied_seconds',
      'pgm_drift_objects',
      'pgm_drift_checked_timestamp_seconds',
      'pgm_lint_findings',
    ]);
    expect(some.filter((name) => !all.includes(name))).toEqual([]);
  });
});

describe('the strict reader of these tests', () => {
  const head = '# HELP x y\n# TYPE x gauge\n';
  const histogram = '# HELP x y\n# TYPE x histogram\n';

  test.each([
    ['no end of the last line', `${head}x 1`],
    ['no HELP', '# TYPE x gauge\nx 1\n'],
    ['a TYPE of another', '# HELP x y\n# TYPE z gauge\nx 1\n'],
    ['an unknown type', '# HELP x y\n# TYPE x thing\nx 1\n'],
    ['a foreign escape in HELP', '# HELP x \\t\n# TYPE x gauge\nx 1\n'],
    ['a family twice', `${head}x 1\n${head}x 1\n`],
    ['a series of another family', `${head}z 1\n`],
    ['a series twice', `${head}x{a="1",b="2"} 1\nx{b="2",a="1"} 2\n`],
    ['a label twice', `${head}x{a="1",a="2"} 1\n`],
    ['an open quote', `${head}x{a="1} 1\n`],
    ['a quote that is not escaped', `${head}x{a="1"2"} 1\n`],
    ['a foreign escape in a label', `${head}x{a="\\t"} 1\n`],
    ['a comma too many', `${head}x{a="1",} 1\n`],
    ['no number', `${head}x Nan\n`],
    ['a counter below zero', '# HELP x y\n# TYPE x counter\nx -1\n'],
    [
      'buckets that fall',
      `${histogram}x_bucket{le="1"} 2\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n`,
    ],
    [
      'bounds that fall',
      `${histogram}x_bucket{le="2"} 1\nx_bucket{le="1"} 1\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n`,
    ],
    ['no last bucket', `${histogram}x_bucket{le="1"} 1\nx_sum 1\nx_count 1\n`],
    [
      'a count that is not the last bucket',
      `${histogram}x_bucket{le="+Inf"} 1\nx_sum 1\nx_count 2\n`,
    ],
    ['no sum', `${histogram}x_bucket{le="+Inf"} 1\nx_count 1\n`],
  ])('refuses %s', (_, body) => {
    expect(() => readMetrics(body)).toThrow();
  });
});
