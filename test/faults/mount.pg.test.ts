import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSource } from '../../src/source/read-source.js';
import { repeatableChance } from '../support/memory/chance.js';
import { applicationsTable, expectNoneTorn, generationOf, storm } from '../soak/swap-storm.js';
import { createDatabase, type Database } from '../support/database.js';
import { Relay } from '../support/relay.js';
import { freePort, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { type Environment, pgm, RunningPgm } from '../support/pgm.js';
import { testServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { waitsForLock } from '../support/waiting.js';

let database: Database;
let home: Tree;
let mount: string;
let port: number;
let running: RunningPgm | null = null;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree();
  mount = `${home.directory}/mount`;
  port = await freePort();
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await home.remove();
  await database.drop();
});

/** `pgm watch` on the mount. */
function watch(env: Environment = {}, ...args: string[]): RunningPgm {
  const address = ['--dir', mount, '--health-port', String(port)];
  running = new RunningPgm(['watch', ...address, ...args], { DATABASE_URL: database.url, ...env });
  return running;
}

async function revisionMounted(): Promise<string> {
  return (await readSource(mount, { schemas: null, reserved: ['pgm'] })).revision;
}

/** Settles when what is mounted now is applied. */
async function inStep(): Promise<void> {
  await until(port, `/readiness?revision=${await revisionMounted()}`, 200);
}

/** Each try in order: `001_x.sql applied`. */
async function attempts(): Promise<readonly string[]> {
  const rows = await database.sql`
    select filename || ' ' || outcome as line from pgm.attempts order by id`;
  return rows.map(({ line }) => String(line));
}

test('200 swaps at random instants: no run mixes two, none is applied twice, and the last one gets there', async () => {
  await database.sql.unsafe(applicationsTable);
  const kubelet = Kubelet.mount(mount, generationOf(0));
  watch();
  await inStep();
  await storm(kubelet, { from: 1, to: 200, mostMs: 15, random: repeatableChance(5) });
  await inStep();
  await expectNoneTorn(database.sql, 200);
});

test('swaps during a run let it end on its own snapshot, and then there is exactly one more', async () => {
  await database.sql`select pg_advisory_lock(7)`;
  const waits = 'select pg_advisory_xact_lock(7);\n';
  const kubelet = Kubelet.mount(mount, { 'a_001_x.sql': waits, 'a_002_x.sql': 'select 0;\n' });
  watch();
  await waitsForLock(database.sql);
  for (const n of [1, 2, 3]) {
    kubelet.swap({ 'a_001_x.sql': waits, 'a_002_x.sql': `select ${n};\n` });
  }
  await database.sql`select pg_advisory_unlock(7)`;
  await inStep();
  expect(await attempts()).toEqual(['001_x.sql applied', '002_x.sql applied', '002_x.sql applied']);
});

/** The sum of a counter over all its labels. */
async function counted(name: string): Promise<number> {
  const text = await (await fetch(`http://localhost:${port}/metrics`)).text();
  const values = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

test('identical bytes under another generation are noticed, and the server is not asked', async () => {
  const proxy = await Relay.open(testServer());
  const payload = { 'a_001_x.sql': 'select 1;\n' };
  const kubelet = Kubelet.mount(mount, payload);
  const watching = watch({ DATABASE_URL: urlFor(database.name, { port: proxy.port }) });
  await watching.printed(/watching/);
  await inStep();
  // Whoever turns to the server from now on cannot but fail, and says so.
  await proxy.close();
  const runs = await counted('pgm_runs_total');
  for (let swap = 0; swap < 3; swap += 1) {
    const noticed = await counted('pgm_watch_events_total');
    kubelet.swap(payload);
    await expect.poll(() => counted('pgm_watch_events_total')).toBeGreaterThan(noticed);
  }
  expect(await counted('pgm_runs_total')).toBe(runs);
  kubelet.swap({ 'a_001_x.sql': 'select 2;\n' });
  await expect.poll(() => counted('pgm_runs_total')).toBeGreaterThan(runs);
});

/** Why nothing can be mounted here; null: it can. */
const noMounts = spawnSync('unshare', ['--mount', 'true']).status === 0 ? null : 'it needs root';

/** A part of a ConfigMap, mounted as the kubelet does it: only pgm sees the mount. */
async function watchSubPath(): Promise<RunningPgm> {
  const volume = 'pods/2f1c/volumes/kubernetes.io~configmap/migrations';
  const part = `${volume}/..2026_11_29_07_32_05.1234567890/sql`;
  await home.write({ [`${part}/a_001_x.sql`]: 'select 1;\n', 'mount/hidden.sql': '' });
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const bind = ['sh', '-c', script, 'sh', `${home.directory}/${part}`, mount];
  running = new RunningPgm(
    ['watch', '--health-port', String(port)],
    { DATABASE_URL: database.url, CONFIGMAP_PATH: mount },
    undefined,
    ['unshare', '--mount', ...bind],
  );
  return running;
}

test('a part of a ConfigMap that is mounted with subPath works, and is told once that it will never be updated', async ({
  skip,
}) => {
  if (noMounts !== null) {
    if (process.env['CI'] !== undefined) expect.fail(noMounts);
    skip(noMounts);
  }
  const watching = await watchSubPath();
  await watching.printed(/mount is mounted with subPath/);
  await until(port, '/readiness', 200);
  expect(await attempts()).toEqual(['001_x.sql applied']);
  const { stdout, stderr } = await watching.stop();
  expect((stdout + stderr).match(/subPath/g)).toHaveLength(1);
});

test('a directory without ..data that is no mount of Kubernetes, as in Compose, is nothing to warn of', async () => {
  await home.write({ 'mount/a_001_x.sql': 'select 1;\n' });
  const flags = ['watch', '--health-port', String(port)];
  running = new RunningPgm(flags, { DATABASE_URL: database.url, CONFIGMAP_PATH: mount });
  await running.printed(/watching/);
  await inStep();
  await home.write({ 'mount/a_002_x.sql': 'select 2;\n' });
  await inStep();
  await running.stop();
  expect(running.output).not.toMatch(/WARN|subPath|\.\.data/);
});

test('a key that goes after it was applied: its row stays, and nothing fails', async () => {
  const kubelet = Kubelet.mount(mount, {
    'a_001_x.sql': 'select 1;\n',
    'a_002_x.sql': 'select 2;\n',
  });
  const env = { DATABASE_URL: database.url };
  expect((await pgm(['migrate', '--dir', mount], env)).exitCode).toBe(0);
  kubelet.swap({ 'a_001_x.sql': 'select 1;\n' });
  const { exitCode, stdout } = await pgm(['migrate', '--dir', mount], env);
  expect({ exitCode, missing: /a\/002_x\.sql/.test(stdout) }).toEqual({
    exitCode: 0,
    missing: true,
  });
  expect((await pgm(['status', '--check', '--dir', mount], env)).exitCode).toBe(0);
  expect(await database.sql`select filename from pgm.migrations order by 1`).toHaveLength(2);
});

describe('where nothing may be written, neither to the mount nor anywhere else', () => {
  const [major] = process.versions.node.split('.').map(Number) as [number];
  const permission = major < 24 ? '--experimental-permission' : '--permission';
  const quiet = '--disable-warning=ExperimentalWarning';
  const options = [permission, quiet, '--allow-fs-read=*', ...(major < 25 ? [] : ['--allow-net'])];
  // Node itself refuses every write to a file, also to root.
  const env = { NODE_OPTIONS: options.join(' ') };

  test('watch applies each swap', async () => {
    const kubelet = Kubelet.mount(mount, { 'a_001_x.sql': 'select 1;\n' });
    watch(env);
    await inStep();
    kubelet.swap({ 'a_001_x.sql': 'select 1;\n', 'a_002_x.sql': 'do $$ begin end $$;\n' });
    await inStep();
    expect(await attempts()).toEqual(['001_x.sql applied', '002_x.sql applied']);
  });

  test('migrate and status say what they say elsewhere', async () => {
    Kubelet.mount(mount, { 'a_001_x.sql': 'select 1;\n', 'a_002_x.sql': 'select nonsense;\n' });
    const all = { ...env, DATABASE_URL: database.url };
    const { exitCode, stdout } = await pgm(['migrate', '--dir', mount], all);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('SQLSTATE 42703');
    expect((await pgm(['status', '--check', '--dir', mount], all)).exitCode).toBe(3);
  });

  test('a write would not go unnoticed', async () => {
    Kubelet.mount(mount, { 'a_001_x.sql': 'select 1;\n' });
    const { stderr } = await pgm(['migrate', '--dir', mount, '--embedded', `${mount}/pg`], env);
    expect(stderr).toMatch(/ERR_ACCESS_DENIED|Access to this API/);
  });
});
