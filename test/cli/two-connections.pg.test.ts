import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PgmEvent } from '../../src/core/events.js';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { type Finished, pgm, RunningPgm } from '../support/pgm.js';
import { Relay } from '../support/relay.js';
import { startFiles, watchfulPatience } from '../support/run.js';
import { asAdmin, connect, testServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

/** Owned by a role that may have two connections, and reached through a relay that counts them. */
let database: Database;
let relay: Relay;
let tree: Tree;
let role: string;
let running: RunningPgm | null = null;
const password = 'two';

beforeEach(async () => {
  database = await createDatabase();
  relay = await Relay.open(testServer());
  tree = await makeTree();
  role = `${database.name}_role`;
  await asAdmin(async (sql) => {
    await sql.unsafe(
      `create role ${role} login createdb connection limit 2 password '${password}'`,
    );
    await sql.unsafe(`alter database ${database.name} owner to ${role}`);
  });
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await relay.close();
  await tree.remove();
  await database.drop();
  await asAdmin((sql) => sql.unsafe(`drop owned by ${role}; drop role ${role}`));
});

function environment(name = database.name): Record<string, string> {
  return { DATABASE_URL: urlFor(name, { port: relay.port, user: role, password }) };
}

function expectTwoWereEnough(output: string): void {
  expect(output).not.toMatch(/53300|too many connections/);
  expect(relay.mostSessions).toBeLessThanOrEqual(2);
}

async function fine(...args: string[]): Promise<Finished> {
  const finished = await pgm(args, environment());
  expect(finished.exitCode, finished.stderr).toBe(0);
  return finished;
}

/** In a transaction, outside of one, and in a session that a statement has changed. */
const everyKind = {
  'a_001_x.sql': 'create table t (id int); create table one (id int); create table two (id int);',
  'a_002_x.sql': 'create index concurrently t_id on t (id);',
  'a_003_x.sql': `-- pgm:no-transaction
select set_config('search_path', 'public', false);
insert into t values (1);
insert into t values (2);`,
};

/** Files that give up to wait for the lock on a table, and are tried again. */
const contended = {
  'a_004_x.sql': '-- pgm:lock-timeout 1s\nalter table one add column more int;',
  'a_005_x.sql': `-- pgm:no-transaction
-- pgm:lock-timeout 1s
select set_config('search_path', 'public', false);
alter table two add column more int;`,
};

/** Its second statement fails until there is a table `late`. */
const resumed = {
  'a_006_x.sql': '-- pgm:no-transaction\ninsert into t values (3);\ninsert into late values (4);',
};

async function lockedUntil<T>(table: string, happened: () => Promise<T>): Promise<T> {
  const blocker = connect(database.name);
  try {
    await blocker.unsafe(`begin; lock table ${table} in access share mode`);
    return await happened();
  } finally {
    await blocker.end();
  }
}

/** Both files wait in vain once in the run that `begin` begins. */
async function contend(begin: () => RunningPgm, from = 0): Promise<[RunningPgm, number]> {
  let at = from;
  return lockedUntil('two', async () => {
    const process = await lockedUntil('one', async () => {
      const begun = begin();
      at = await begun.printed(/004_x\.sql conflicted/, at);
      return begun;
    });
    at = await process.printed(/005_x\.sql conflicted/, at);
    return [process, at];
  });
}

async function ids(): Promise<readonly number[]> {
  const rows = await database.sql<{ id: number }[]>`select id from t order by id`;
  return rows.map(({ id }) => id);
}

/** The most connections at a time since this was last asked. */
function counted(): number {
  const { mostSessions } = relay;
  relay.mostSessions = 0;
  return mostSessions;
}

test('ensure-db and status take one connection, migrate and baseline two', async () => {
  const name = `${database.name}_new`;
  Kubelet.mount(tree.directory, everyKind);
  try {
    const created = await pgm(['ensure-db'], environment(name));
    expect(created.exitCode, created.stderr).toBe(0);
    expect(counted()).toBe(1);
    const baselined = await pgm(['baseline', '--dir', tree.directory], environment(name));
    expect(baselined.exitCode, baselined.stderr).toBe(0);
    expect(counted()).toBe(2);
  } finally {
    await asAdmin((sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
  }
  const migrated = await fine('migrate', '--dir', tree.directory);
  expectTwoWereEnough(migrated.stdout + migrated.stderr);
  expect(counted()).toBe(2);
  await fine('status', '--check', '--dir', tree.directory);
  expect(counted()).toBe(1);
  expect(await ids()).toEqual([1, 2]);
});

test('serve-health takes one connection for all who ask', async () => {
  await tree.write({ 'a/001_x.sql': 'select 1;' });
  await fine('migrate', '--dir', tree.directory);
  counted();
  const port = await freePort();
  const serve = ['serve-health', '--dir', tree.directory, '--health-port', String(port)];
  running = new RunningPgm(serve, environment());
  await until(port, '/readiness', 200);
  await until(port, '/status', 200);
  expect(counted()).toBe(1);
});

test('migrate does with two connections while it waits for locks, tries again and goes on where it failed', async () => {
  const kubelet = Kubelet.mount(tree.directory, everyKind);
  await fine('migrate', '--dir', tree.directory);
  kubelet.swap({ ...everyKind, ...contended, ...resumed });
  const [migrate] = await contend(() => {
    running = new RunningPgm(['migrate', '--dir', tree.directory], environment());
    return running;
  });
  const failed = await migrate.finished;
  expect(failed.exitCode, failed.stderr).toBe(1);
  expectTwoWereEnough(failed.stdout + failed.stderr);
  await database.sql`create table late (id int)`;
  await database.sql.unsafe(`alter table late owner to ${role}`);
  const { stdout, stderr } = await fine('migrate', '--dir', tree.directory);
  expectTwoWereEnough(stdout + stderr);
  expect(await ids()).toEqual([1, 2, 3]);
});

test('a running file is looked at over the connection of the run lock', async () => {
  const target = { database: database.name, port: relay.port, patience: watchfulPatience };
  await database.sql`create table blocked_one (id int)`;
  await database.sql`create table blocked_two (id int)`;
  const begin = () =>
    startFiles(
      {
        'b/001_x.sql': '-- pgm:lock-timeout 0\nalter table blocked_one add column more int;',
        'b/002_x.sql':
          '-- pgm:no-transaction\n-- pgm:lock-timeout 0\nalter table blocked_two add column more int;',
      },
      target,
    );
  // Both are locked before the first file begins, so that neither can be over too soon.
  const { finished } = await lockedUntil('blocked_two', async () => {
    const begun = await lockedUntil('blocked_one', async () => {
      const started = begin();
      await expect.poll(() => isSlow(started.events, 'b/001_x.sql')).toBe(true);
      return started;
    });
    await expect.poll(() => isSlow(begun.events, 'b/002_x.sql')).toBe(true);
    return begun;
  });
  await finished;
  expect(relay.mostSessions).toBe(2);
});

function isSlow(events: readonly PgmEvent[], key: string): boolean {
  return events.some((event) => event.kind === 'migration-slow' && event.key === key);
}

/** Asks as probes and people do until the signal fires; `statuses` gets the answers to `/readiness`. */
async function probe(port: number, statuses: number[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answers = ['/readiness', '/status', '/health'].map((path) => get(port, path));
    const [readiness] = await Promise.allSettled(answers);
    if (readiness?.status === 'fulfilled') statuses.push(readiness.value.status);
    await delay(100);
  }
}

test('watch does with two connections, probes and status page included', async () => {
  const port = await freePort();
  const kubelet = Kubelet.mount(tree.directory, everyKind);
  const watch = ['watch', '--dir', tree.directory, '--health-port', String(port)];
  const watching = new RunningPgm(watch, environment());
  running = watching;
  const over = new AbortController();
  const statuses: number[] = [];
  const probing = probe(port, statuses, over.signal);
  let at = await watching.printed(/All migrations applied/);
  await until(port, '/readiness', 200);
  [, at] = await contend(() => {
    kubelet.swap({ ...everyKind, ...contended });
    return watching;
  }, at);
  at = await watching.printed(/All migrations applied/, at);
  await until(port, '/readiness', 200);
  kubelet.swap({ ...everyKind, ...contended, ...resumed });
  at = await watching.printed(/relation "late" does not exist/, at);
  await until(port, '/readiness', 503);
  await database.sql`create table late (id int)`;
  await database.sql.unsafe(`alter table late owner to ${role}`);
  kubelet.swap({ ...everyKind, ...contended, ...resumed, 'a_007_x.sql': 'select 1;' });
  await watching.printed(/All migrations applied/, at);
  await until(port, '/readiness', 200);
  expect(await ids()).toEqual([1, 2, 3]);
  const atRest = (): boolean => statuses.slice(-15).every((status) => status === 200);
  await expect.poll(() => statuses.length > 15 && atRest(), { timeout: 60_000 }).toBe(true);
  over.abort();
  await probing;
  expect(await database.sql`select from pgm.attempts where outcome = 'applied'`).toHaveLength(7);
  await watching.stop('SIGTERM');
  expectTwoWereEnough(watching.output);
});
