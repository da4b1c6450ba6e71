import { connect as connectTo } from 'node:net';
import { once } from 'node:events';
import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { RunningPgm } from '../support/pgm.js';
import { connect, type OwnServer, startServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

const role = 'pgm_proof';
const sleeping = 'select 1;\nselect pg_sleep(3600);\nselect pg_sleep(3600);';

/** Other test files prove on the shared one. */
let server: OwnServer;
let admin: postgres.Sql;
let home: Tree;
let running: RunningPgm[];

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.remove());

beforeEach(async () => {
  admin = connect('postgres', server);
  home = await makeTree();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((pgm) => pgm.stop('SIGKILL')));
  for (const name of await proofDatabases()) {
    await admin`drop database if exists ${admin(name)} with (force)`;
  }
  await admin.unsafe(`drop role if exists ${role}`);
  await admin.end({ timeout: 0 });
  await home.remove();
});

function start(
  args: readonly string[] = ['--shadow-url', urlFor('postgres', {}, server)],
): RunningPgm {
  const pgm = new RunningPgm(['verify', '--dir', home.directory, '--roles', role, ...args]);
  running.push(pgm);
  return pgm;
}

async function proofDatabases(): Promise<readonly string[]> {
  const rows = await admin`
    select datname as name from pg_database where datname like 'pgm\\_verify\\_%' order by 1`;
  return rows.map(({ name }) => String(name));
}

/** Settles with the databases in which a file sleeps, when there are as many. */
async function asleep(count: number): Promise<readonly string[]> {
  let names: readonly string[] = [];
  await expect
    .poll(async () => {
      const rows = await admin`
        select datname as name from pg_stat_activity where wait_event = 'PgSleep' and datname like 'pgm\\_verify\\_%'`;
      names = rows.map(({ name }) => String(name));
      return names;
    })
    .toHaveLength(count);
  return names;
}

async function hasRole(): Promise<boolean> {
  return (await admin`select from pg_roles where rolname = ${role}`).length > 0;
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s in a file ends it at once and leaves no database and no role',
  async (signal, code) => {
    await home.write({ 'a/001_x.sql': sleeping });
    const pgm = start();
    await asleep(1);
    expect(await hasRole()).toBe(true);
    const { exitCode, stdout, stderr } = await pgm.stop(signal);
    expect(exitCode).toBe(code);
    expect(stdout, 'no report of half a proof').toBe('');
    expect(stderr).not.toContain('ERROR');
    expect(await proofDatabases()).toEqual([]);
    expect(await hasRole()).toBe(false);
  },
);

test('SIGTERM ends the embedded server, too', async () => {
  await home.write({ 'a/001_x.sql': sleeping });
  const pgm = start([]);
  await pgm.printed(/PostgreSQL [\d.]+ started .* at /);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(pgm.output)?.[1]);
  expect((await pgm.stop()).exitCode).toBe(143);
  const socket = connectTo(port, '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('what a killed run left is dropped by the next, which leaves that of another in progress alone', async () => {
  await home.write({ 'a/001_x.sql': sleeping });
  start();
  const [mine] = await asleep(1);
  const killed = start();
  await asleep(2);
  await killed.stop('SIGKILL');
  await home.write({ 'a/001_x.sql': 'select 1;' });
  // The backend of the one that was killed is there for a moment longer.
  await expect
    .poll(
      () =>
        admin`select from pg_stat_activity where application_name like 'pgm/%' and datname = 'postgres'`,
    )
    .toHaveLength(1);
  const { exitCode, stdout } = await start().finished;
  expect(exitCode, stdout).toBe(0);
  expect(await proofDatabases()).toEqual([mine]);
});

test('several at once on one server are in nobody’s way', async () => {
  await home.write({ 'a/001_x.sql': 'create table if not exists t (a int);' });
  const ended = await Promise.all(Array.from({ length: 6 }, () => start().finished));
  expect(ended.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  expect(await proofDatabases()).toEqual([]);
  expect(await hasRole()).toBe(false);
});

test('a role is dropped by the last run that uses it, whichever made it', async () => {
  await home.write({ 'a/001_x.sql': sleeping });
  const maker = start();
  await asleep(1);
  const user = start();
  await asleep(2);
  await maker.stop('SIGTERM');
  expect(await hasRole()).toBe(true);
  await user.stop('SIGTERM');
  expect(await hasRole()).toBe(false);
});

test('a role that was there before is left', async () => {
  await admin.unsafe(`create role ${role}`);
  await home.write({ 'a/001_x.sql': 'select 1;' });
  expect((await start().finished).exitCode).toBe(0);
  expect(await hasRole()).toBe(true);
});

test('a role that a killed run left is dropped by the next', async () => {
  await home.write({ 'a/001_x.sql': sleeping });
  const killed = start();
  await asleep(1);
  await killed.stop('SIGKILL');
  await home.write({ 'a/001_x.sql': 'select 1;' });
  await expect
    .poll(
      () =>
        admin`select from pg_stat_activity where application_name like 'pgm/%' and datname = 'postgres'`,
    )
    .toHaveLength(0);
  expect((await start().finished).exitCode).toBe(0);
  expect(await hasRole()).toBe(false);
});

test('a role that may not create databases is told what to do', async () => {
  await home.write({ 'a/001_x.sql': 'select 1;' });
  await admin.unsafe(`create role ${role} login password 'secret'`);
  const { exitCode, stderr } = await start([
    '--shadow-url',
    urlFor('postgres', { user: role, password: 'secret' }, server),
  ]).finished;
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`ALTER ROLE "${role}" CREATEDB;`);
  expect(stderr).toContain('leave --shadow-url out');
});

test('a server that dies in the middle is named, with exit code 4', async () => {
  await home.write({ 'a/001_x.sql': sleeping });
  const pgm = start();
  await asleep(1);
  await server.stop('immediate');
  const { exitCode, stderr } = await pgm.finished;
  await server.restart();
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`${server.host}:${server.port}`);
  expect(stderr).toContain('nothing was proved');
});
