import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabaseName } from '../support/database.js';
import { freePort, get, unreadyReason, until } from '../support/http.js';
import { countingFiles, expectWhole } from '../support/invariants.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { Relay } from '../support/relay.js';
import { asAdmin, connect, testServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let tree: Tree;
let running: RunningPgm | null = null;

beforeAll(async () => {
  tree = await makeTree(countingFiles());
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
});

afterAll(() => tree.remove());

function environment(url: string): Record<string, string> {
  return { DATABASE_URL: url, MIGRATIONS_DIR: tree.directory };
}

test('a database that is dropped while watch runs (3D000) is made and filled again', async () => {
  const free = emptyDatabaseName();
  const port = await freePort();
  const watching = new RunningPgm(
    ['watch', '--restore-grace', '0', '--health-port', String(port)],
    environment(free.url),
  );
  running = watching;
  const at = await watching.printed(/database test_\w+ created/);
  await until(port, '/readiness', 200);
  await free.drop();
  // A probe notices, as the kubelet's would. How it answers until the database is back, nobody need see.
  await expect
    .poll(async () => {
      await get(port, '/readiness');
      return watching.output.slice(at);
    })
    .toMatch(/database test_\w+ created/);
  await until(port, '/readiness', 200);
  const sql = connect(free.name);
  await expectWhole(sql);
  await sql.end();
  await watching.stop();
  await free.drop();
});

test('a database that somebody restores is left alone until nobody is connected to it any more', async () => {
  const free = emptyDatabaseName();
  const port = await freePort();
  const args = ['watch', '--restore-grace', '1s', '--health-port', String(port)];
  const watching = new RunningPgm(args, environment(free.url));
  running = watching;
  const at = await watching.printed(/database test_\w+ created/);
  await until(port, '/readiness', 200);
  // What pg_restore --create does, with time between: drop, create, connect, load.
  await free.drop();
  await asAdmin((sql) => sql.unsafe(`create database ${free.name}`));
  const restoring = connect(free.name);
  await restoring`select 1`;
  // The probe tells the loop.
  await until(port, '/readiness', 503);
  await watching.printed(/somebody may be restoring it/, at);
  await expect
    .poll(() => unreadyReason(port))
    .toMatch(/pending; waiting: the database may be being restored$/);
  await restoring.unsafe('create schema pgm; drop schema pgm');
  expect(await restoring`select 1 from pg_namespace where nspname = 'pgm'`).toEqual([]);
  await restoring.end();
  await until(port, '/readiness', 200);
  const sql = connect(free.name);
  await expectWhole(sql);
  await sql.end();
  await watching.stop();
  await free.drop();
});

test('pgm migrate fills a database that was dropped at once, whoever is connected', async () => {
  const free = emptyDatabaseName();
  await pgm(['migrate'], environment(free.url));
  await free.drop();
  await asAdmin((sql) => sql.unsafe(`create database ${free.name}`));
  const other = connect(free.name);
  await other`select 1`;
  expect((await pgm(['migrate'], environment(free.url))).exitCode).toBe(0);
  await expectWhole(other);
  await other.end();
  await free.drop();
});

test('a database that somebody else makes between our look and our CREATE DATABASE (42P04) is taken as it is', async () => {
  const free = emptyDatabaseName();
  const network = await Relay.open(testServer());
  const held = network.holdAt(/create database/i);
  const env = environment(urlFor(free.name, { port: network.port }));
  running = new RunningPgm(['migrate'], env);
  const letGo = await held;
  await asAdmin((admin) => admin`create database ${admin(free.name)} template template0`);
  letGo();
  expect(await running.finished).toMatchObject({ exitCode: 0, stderr: '' });
  const sql = connect(free.name);
  await expectWhole(sql);
  await sql.end();
  await network.close();
  await free.drop();
});

test('a database that is missing where nobody may create one: exit 2 at once, with the right that is missing', async () => {
  const role = `poor_${emptyDatabaseName().name}`;
  await asAdmin((sql) => sql.unsafe(`create role ${role} login password 'poor'`));
  const url = urlFor(emptyDatabaseName().name, { user: role, password: 'poor' });
  const { exitCode, stderr } = await pgm(['migrate'], environment(url));
  await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`ALTER ROLE "${role}" CREATEDB`);
});

describe('a database name', () => {
  test.each(['x'.repeat(64), 'ü'.repeat(32)])('of 64 bytes is exit 2 (%s)', async (name) => {
    const { exitCode, stderr } = await pgm(['migrate'], environment(urlFor(name)));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('longer than the 63 bytes');
  });

  test('of 63 bytes, of which it takes every one, works', async () => {
    const name = `${'ü'.repeat(25)}_${emptyDatabaseName().name.slice(-12)}`;
    expect(Buffer.byteLength(name)).toBe(63);
    expect(await pgm(['migrate'], environment(urlFor(name)))).toMatchObject({ exitCode: 0 });
    const sql = connect(name);
    await expectWhole(sql);
    await sql.end();
    await asAdmin((admin) => admin`drop database ${admin(name)} with (force)`);
  });
});
