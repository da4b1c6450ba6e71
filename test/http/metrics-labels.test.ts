import { describe, expect, test } from 'vitest';
import type { PgmEvent } from '../../src/core/events.js';
import { readMetrics, valueOf } from './metrics-text.js';
import { comparedSight, failed, runBroke, Scene, swapTo } from './metrics-scene.js';

const manySchemas = Object.fromEntries(
  Array.from({ length: 1_000 }, (_, at) => [`s${at}/001_a.sql`, 'a']),
);

function schemasIn(body: string, name: string): ReadonlySet<string | undefined> {
  return new Set(
    readMetrics(body)
      .get(name)
      ?.samples.map(({ labels }) => labels['schema']),
  );
}

describe('the label schema', () => {
  test('has at most 51 values, and none of the thousand schemas is lost', async () => {
    const scene = new Scene();
    scene.sight = comparedSight(manySchemas);
    scene.tell(...Object.keys(manySchemas).map((key) => failed(key, '42601')));
    const body = await scene.scrape();
    expect(schemasIn(body, 'pgm_migrations').size).toBe(51);
    expect(schemasIn(body, 'pgm_migration_failures_total').size).toBe(51);
    const rest = { schema: 'other', state: 'pending' };
    expect(valueOf(body, 'pgm_migrations', rest)).toBe(950);
    const failures = readMetrics(body).get('pgm_migration_failures_total')?.samples ?? [];
    expect(failures.reduce((sum, { value }) => sum + value, 0)).toBe(1_000);
  });

  test('is free again for others when schemas are gone', async () => {
    const scene = new Scene();
    scene.sight = comparedSight(manySchemas);
    await scene.scrape();
    scene.sight = comparedSight({ 'new/001_a.sql': 'a' });
    expect([...schemasIn(await scene.scrape(), 'pgm_migrations')]).toEqual(['new']);
  });

  test('stays with a schema while others come', async () => {
    const scene = new Scene();
    scene.sight = comparedSight({ 'zzz/001_a.sql': 'a' });
    await scene.scrape();
    scene.sight = comparedSight({ ...manySchemas, 'zzz/001_a.sql': 'a' });
    expect(schemasIn(await scene.scrape(), 'pgm_migrations')).toContain('zzz');
  });

  test('is "other" for a file whose name gives no schema, and for a schema called so', async () => {
    const scene = new Scene();
    scene.sight = comparedSight({ 'a/b/c.sql': 'a', 'other/001_a.sql': 'a' });
    const body = await scene.scrape();
    expect([...schemasIn(body, 'pgm_migrations')]).toEqual(['other']);
    expect(valueOf(body, 'pgm_migrations', { schema: 'other', state: 'failed' })).toBe(1);
    scene.tell(failed('other/001_a.sql', '42601'));
    scene.sight = comparedSight({});
    const labels = { schema: 'other', sqlstate_class: '42' };
    expect(await scene.value('pgm_migration_failures_total', labels)).toBe(1);
  });
});

describe('the label sqlstate_class', () => {
  test.each([
    ['42601', '42'],
    ['P0001', 'P0'],
    ['XX000', 'XX'],
    ['QX001', 'other'],
    [null, 'refused'],
  ])('is of %s: %s', async (sqlstate, sqlstate_class) => {
    const scene = new Scene();
    scene.tell(failed('gcp/001_a.sql', sqlstate));
    const labels = { schema: 'gcp', sqlstate_class };
    expect(await scene.value('pgm_migration_failures_total', labels)).toBe(1);
  });
});

describe('a label', () => {
  test('may hold what the format has to escape', async () => {
    const namespace = 'a"b\\c\nd{e="f"} 1';
    const scene = new Scene({ labels: { namespace, configMap: 'ü\\n' } });
    const labels = { namespace, configmap: 'ü\\n' };
    expect(await scene.value('pgm_configmap_info', labels)).toBe(1);
  });

  test('names the versions', async () => {
    const labels = { version: '1.2.3', node_version: '20.20.0' };
    expect(await new Scene().value('pgm_build_info', labels)).toBe(1);
  });
});

test('holds no server message, host, user, file name, path or revision', async () => {
  const scene = new Scene();
  const secret = 'hunter2';
  const key = `gcp/001_${secret}.sql`;
  scene.sight = comparedSight({ [key]: secret }, { [key]: { failed: secret } });
  const holder = { pid: 7, application: secret, user: secret, since: secret };
  const events: readonly PgmEvent[] = [
    swapTo(secret, 1),
    { kind: 'source-missing', directory: secret, reason: secret },
    { kind: 'watch-lost', directory: secret, reason: secret },
    { kind: 'waiting-for-lock', holder, waitedMs: 1 },
    { kind: 'postgres-answered', target: secret, version: secret },
    failed(key, '42601', secret),
    { kind: 'migration-held', key, because: secret },
    { kind: 'migration-retried', key, sqlstate: '55P03', inMs: 1 },
    { kind: 'notice', key, notice: { severity: secret, message: secret } },
    { kind: 'warning', message: secret },
    runBroke(secret),
  ];
  scene.tell(...events);
  const body = await scene.scrape();
  expect(body).toContain('schema="gcp"');
  expect(body).not.toContain(secret);
});
