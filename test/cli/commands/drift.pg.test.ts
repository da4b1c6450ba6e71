import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { asAdmin, testServer, urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let home: Tree;

beforeAll(async () => {
  database = await createDatabase();
  home = await makeTree({
    'app/001_users.sql': `create schema app; create table app.users (id int primary key, email text default 'x')`,
    'app/002_broken.sql': 'create table app.broken (a nonsense)',
  });
});

afterAll(async () => {
  await home.remove();
  await database.drop();
  await asAdmin((sql) => sql`drop role if exists drift_reader`);
});

const drift = (args: readonly string[] = [], url = database.url) =>
  pgm(['drift', '--dir', home.directory, ...args], { DATABASE_URL: url });

interface Schema {
  readonly required: readonly string[];
  readonly $defs: Readonly<Record<string, { readonly required: readonly string[] }>>;
}

const schema = JSON.parse(
  readFileSync(new URL('../../../docs/drift.schema.json', import.meta.url), 'utf8'),
) as Schema;

test('pgm drift without a history, in step, and with drift: words, JSON and exit codes', async () => {
  const before = await drift();
  expect(before).toMatchObject({ exitCode: 3 });
  expect(before.stdout).toContain('pgm has applied nothing to this database');
  await pgm(['migrate', '--dir', home.directory], { DATABASE_URL: database.url });
  const inStep = await drift();
  expect(inStep, inStep.stdout).toMatchObject({ exitCode: 0 });
  expect(inStep.stdout).toContain('not yet: app/002_broken.sql is failed');
  await database.sql.unsafe(`alter table app.users alter email set default 'y';
    create table app.by_hand (id int primary key); drop index if exists app.none`);
  const { stdout, exitCode } = await drift();
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`different     table column app.users.email
  by app/001_users.sql
  default; only what is masked differs
    expected  '•••'::text
    actual    '•••'::text`);
  expect(stdout).toContain(
    'unknown here  table app.by_hand, with 3 of its columns, constraints, indexes …',
  );
  const json = await drift(['--json']);
  expect(json.exitCode).toBe(3);
  expect(json.stdout + stdout).not.toMatch(/'[xy]'/);
  const document = JSON.parse(json.stdout) as Record<string, object[]>;
  expect(Object.keys(document)).toEqual(schema.required);
  for (const object of document['objects'] ?? [])
    expect(Object.keys(object)).toEqual(schema.$defs['object']?.required);
  expect(Object.keys(document['since'] ?? {})).toEqual(schema.$defs['since']?.required);
});

test('pgm drift sees the same as a role that may only read, and writes nothing', async () => {
  await asAdmin(async (sql) => {
    await sql.unsafe(`create role drift_reader login password 'r' in role pg_read_all_data`);
  });
  await database.sql.unsafe('alter role drift_reader set default_transaction_read_only = on');
  const { port } = testServer();
  const url = urlFor(database.name, { user: 'drift_reader', password: 'r', port });
  const [superuser, reader] = [await drift(['--json']), await drift(['--json'], url)];
  expect(reader.exitCode, reader.stderr).toBe(3);
  expect(JSON.parse(reader.stdout)).toEqual(JSON.parse(superuser.stdout));
});

test('the history of a newer pgm is refused, also without files that would be compared with it', async () => {
  await database.sql`insert into pgm.layout values (99, now())`;
  const env = { DATABASE_URL: database.url };
  const { exitCode, stderr } = await pgm(['drift', '--dir', '/nowhere'], env);
  await database.sql`delete from pgm.layout where version = 99`;
  expect(stderr).toContain('layout 99, this pgm knows layouts up to');
  expect(exitCode).toBe(2);
});

test('a run whose catalog cannot be read in time is applied all the same, and says so', async () => {
  const own = await createDatabase();
  try {
    const ran = await pgm(['migrate', '--dir', home.directory, '--catalog-timeout', '1ms'], {
      DATABASE_URL: own.url,
    });
    expect(ran.stdout).toContain('app/001_users.sql applied');
    expect(ran.stdout + ran.stderr).toContain('reading the catalog took longer than 0.001 s');
    expect((await drift([], own.url)).stdout).toContain('no run has kept the catalog');
  } finally {
    await own.drop();
  }
});

test('a server and a user mapping with a password: it is not in what is kept, nor in what is shown', async () => {
  await database.sql.unsafe(`create extension if not exists postgres_fdw;
    create server far foreign data wrapper postgres_fdw options (host 'h');
    create user mapping for current_user server far options (user 'u', password 'hushhush')`);
  const { stdout } = await drift(['--json']);
  expect(stdout).toContain('user mapping');
  expect(stdout).not.toContain('hushhush');
});
