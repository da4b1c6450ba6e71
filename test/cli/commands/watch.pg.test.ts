import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../support/server.js';
import { createDatabase, type Database, hasRelation } from '../../support/database.js';
import { freePort, get, unreadyReason, until } from '../../support/http.js';
import { Kubelet } from '../../support/kubelet.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let home: Tree;
let running: RunningPgm | null = null;
let port: number;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree();
  port = await freePort();
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await home.remove();
  await database.drop();
});

function watch(directory: string, ...args: string[]): RunningPgm {
  running = new RunningPgm(['watch', '--dir', directory, '--health-port', String(port), ...args], {
    DATABASE_URL: database.url,
  });
  return running;
}

const table = (name: string): string => `create table if not exists ${name} (id int);\n`;

describe('a mount that the kubelet swaps, with flat keys', () => {
  test.each([false, true])('applies each new revision (links first: %s)', async (linksFirst) => {
    const mount = `${home.directory}/mount`;
    const first = { 'gcp_001_a.sql': 'create schema if not exists gcp;\n' };
    const kubelet = Kubelet.mount(mount, first, { linksFirst });
    const watching = watch(mount);
    await until(port, '/readiness', 200);
    let at = await watching.printed(/a mounted ConfigMap/);
    for (let round = 2; round <= 6; round += 1) {
      const more = Object.fromEntries(
        Array.from({ length: round - 1 }, (_, n) => [
          `gcp_00${n + 2}_t.sql`,
          table(`gcp.t${n + 2}`),
        ]),
      );
      const generation = kubelet.swap({ ...first, ...more });
      at = await watching.printed(
        new RegExp(`generation ${generation.replaceAll('.', '\\.')}`),
        at,
      );
      at = await watching.printed(/✅ All migrations applied/, at);
      expect(await hasRelation(database, `gcp.t${round}`)).toBe(true);
    }
  });

  test('identical bytes under a new generation open no connection', async () => {
    const mount = `${home.directory}/mount`;
    const payload = { 'gcp_001_a.sql': 'create schema if not exists gcp;\n' };
    const kubelet = Kubelet.mount(mount, payload);
    const watching = watch(mount);
    const at = await watching.printed(/a mounted ConfigMap/);
    kubelet.swap(payload);
    kubelet.swap({ ...payload, 'gcp_002_b.sql': table('gcp.b') });
    const end = await watching.printed(/✅ All migrations applied/, at);
    expect(watching.output.slice(at, end).match(/revision/g)).toHaveLength(1);
  });

  test('a mount that appears later, is deleted and made again, is picked up each time', async () => {
    const mount = `${home.directory}/later`;
    const watching = watch(mount);
    let at = await watching.printed(/does not exist/);
    expect((await until(port, '/readiness', 503)).body['reason']).toBe(
      'migrations directory missing or not readable',
    );
    expect((await get(port, '/liveness')).status).toBe(200);
    const kubelet = Kubelet.mount(mount, { 'a_001_x.sql': table('first') });
    at = await watching.printed(/✅ All migrations applied/, at);
    kubelet.replace({ 'a_001_x.sql': table('first'), 'a_002_x.sql': table('second') });
    await watching.printed(/✅ All migrations applied/, at);
    expect(await hasRelation(database, 'second')).toBe(true);
  });

  test('emptied while it runs: nothing is dropped, not ready; with --allow-empty it is', async () => {
    const mount = `${home.directory}/mount`;
    const kubelet = Kubelet.mount(mount, { 'a_001_x.sql': table('kept') });
    const watching = watch(mount);
    await until(port, '/readiness', 200);
    kubelet.empty();
    expect((await until(port, '/readiness', 503)).body).toMatchObject({
      reason: 'no migrations found',
      migrations: { missing: 1 },
    });
    expect(await hasRelation(database, 'kept')).toBe(true);
    await watching.stop();
    watch(mount, '--allow-empty');
    await until(port, '/readiness', 200);
  });
});

describe('a tree under an editor', () => {
  test('adding, breaking and fixing a file shows on screen, in the database and at /readiness', async () => {
    await home.write({ 'a/001_x.sql': table('one') });
    const watching = watch(home.directory);
    let at = await watching.printed(/save a file there/);
    await home.write({ 'a/002_x.sql': table('two') });
    at = await watching.printed(/a\/002_x\.sql applied/, at);
    expect(await hasRelation(database, 'two')).toBe(true);
    await home.write({ 'a/002_x.sql': 'create tabel two;' });
    at = await watching.printed(/002_x\.sql:1:8 syntax error/, at);
    // Before the run has come to its end the reason also says what it is doing.
    await expect.poll(() => unreadyReason(port)).toBe('a/002_x.sql failed');
    expect((await get(port, '/liveness')).status).toBe(200);
    await home.write({ 'a/002_x.sql': table('fixed') });
    await watching.printed(/✅ All migrations applied/, at);
    await until(port, '/readiness', 200);
    expect(await hasRelation(database, 'fixed')).toBe(true);
  });

  test('beside it `pgm migrate` finds nothing to do, and `pgm status --check` agrees with the probe', async () => {
    await home.write({ 'a/001_x.sql': table('one') });
    watch(home.directory);
    await until(port, '/readiness', 200);
    const env = { DATABASE_URL: database.url, MIGRATIONS_DIR: home.directory };
    expect((await pgm(['migrate'], env)).stdout).toContain('nothing to do');
    expect((await pgm(['status', '--check'], env)).exitCode).toBe(0);
  });

  test('--readiness once is ready although a file failed, once all were applied', async () => {
    await home.write({ 'a/001_x.sql': 'nonsense' });
    const watching = watch(home.directory, '--readiness', 'once');
    let at = await watching.printed(/not all migrations are applied/);
    await until(port, '/readiness', 503);
    await home.write({ 'a/001_x.sql': table('one') });
    at = await watching.printed(/✅ All migrations applied/, at);
    await home.write({ 'a/001_x.sql': 'nonsense again' });
    await watching.printed(/not all migrations are applied/, at);
    expect((await get(port, '/readiness')).status).toBe(200);
  });

  test('?revision= answers 200 only for the revision that is applied', async () => {
    await home.write({ 'a/001_x.sql': table('one') });
    watch(home.directory);
    const { body } = await until(port, '/readiness', 200);
    const revision = String(body['revision']);
    expect((await get(port, `/readiness?revision=${revision}`)).status).toBe(200);
    expect((await get(port, '/readiness?revision=0000')).status).toBe(503);
  });

  test('a database that is dropped behind its back comes back', async () => {
    await home.write({ 'a/001_x.sql': table('one') });
    watch(home.directory, '--restore-grace', '0');
    await until(port, '/readiness', 200);
    const drop = connect(database.name);
    await drop`drop table one`;
    await drop`drop schema pgm cascade`;
    await drop.end();
    // As long as somebody is connected, it may be a restore.
    await database.sql.end();
    // A probe notices, as the kubelet's would. How it answers until all is back, nobody need see.
    await expect
      .poll(async () => {
        await get(port, '/readiness');
        const look = connect(database.name);
        const [row] = await look`select to_regclass('one') is not null as found`;
        await look.end();
        return row?.['found'] === true;
      })
      .toBe(true);
    await until(port, '/readiness', 200);
  });
});

describe('stopping', () => {
  test('SIGTERM at rest: exit 0 without waiting for the grace', async () => {
    const watching = watch(home.directory, '--allow-empty', '--grace', '1h');
    await until(port, '/readiness', 200);
    expect(await watching.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
  });

  test('SIGINT: exit 130', async () => {
    const watching = watch(home.directory, '--allow-empty');
    await until(port, '/readiness', 200);
    expect(await watching.stop('SIGINT')).toMatchObject({ exitCode: 130 });
  });
});

test('with JSON logs every line is a document with time, level, event and message', async () => {
  await home.write({ 'a/001_x.sql': table('one'), 'a/002_x.sql': 'nonsense' });
  const watching = watch(home.directory, '--log-format', 'json');
  await watching.printed(/"upToDate":false/);
  const { stdout } = await watching.stop();
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of lines) {
    expect(Object.keys(line).slice(0, 4)).toEqual(['time', 'level', 'event', 'message']);
    expect(line).toMatchObject({
      namespace: 'secret-manager-controller-pact-broker',
      configmap: 'postgres-migrations',
    });
  }
  expect(lines).toContainEqual(
    expect.objectContaining({ event: 'migration-applied', key: 'a/001_x.sql' }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ event: 'migration-failed', level: 'error', key: 'a/002_x.sql' }),
  );
});
