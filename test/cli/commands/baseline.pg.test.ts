import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database, emptyDatabaseName } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let tree: Tree;

beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree({
    'a/001_x.sql': 'create table t (id int);',
    'a/002_x.sql': 'create table u (id int);',
    'a/003_x.sql': 'create table v (id int);',
  });
});

afterEach(async () => {
  await tree.remove();
  await database.drop();
});

const run = (...args: string[]) =>
  pgm([...args, '--dir', tree.directory], { DATABASE_URL: database.url });

test('marks up to --to without running, and migrate goes on behind it', async () => {
  await database.sql`create table t (id int)`;
  await database.sql`create table u (id int)`;
  const { exitCode, stdout } = await run('baseline', '--to', 'a/002');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('a/002_x.sql marked as applied');
  expect(stdout).toContain('2 migrations marked as applied, none was run');
  expect((await run('migrate')).exitCode).toBe(0);
  expect(await database.sql`select outcome from pgm.attempts order by id`).toEqual([
    { outcome: 'baselined' },
    { outcome: 'baselined' },
    { outcome: 'applied' },
  ]);
  expect((await run('status', '--check')).exitCode).toBe(0);
});

test('marks all, also what failed, and again marks nothing', async () => {
  await database.sql`create table t (id int)`;
  expect((await run('migrate')).exitCode).toBe(1);
  expect((await run('baseline')).stdout).toContain('1 migration marked as applied');
  expect((await run('status', '--check')).exitCode).toBe(0);
  expect((await run('baseline')).stdout).toContain('0 migrations marked as applied');
});

test('--json prints what was marked, and nothing else on stdout', async () => {
  const { stdout } = await run('baseline', '--to', 'a/001', '--json');
  expect(JSON.parse(stdout)).toEqual({ dryRun: false, marked: ['a/001_x.sql'] });
});

test('a dry run marks nothing', async () => {
  const { exitCode, stdout } = await run('baseline', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('3 migrations would be marked as applied');
  expect(await database.sql`select to_regnamespace('pgm') as pgm`).toEqual([{ pgm: null }]);
});

test('a database that is not there is not made: exit 2, saying how to make it', async () => {
  const { name } = emptyDatabaseName();
  const env = { DATABASE_URL: urlFor(name), MIGRATIONS_DIR: tree.directory };
  const { exitCode, stderr } = await pgm(['baseline'], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('pgm ensure-db');
});
