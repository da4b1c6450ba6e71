import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { migrateFiles } from '../../support/run.js';
import { testServer } from '../../support/server.js';

let database: Database;

beforeEach(async () => {
  database = await createDatabase();
  await database.sql.unsafe(
    'create schema own; create table public.ran (file text, pid int default pg_backend_pid())',
  );
});

afterEach(() => database.drop());

const note = (file: string): string => `insert into public.ran (file) values ('${file}');`;

/** Runs the files and two after them, and says which had a session of their own. */
async function sessionsOf(files: Readonly<Record<string, string>>): Promise<readonly boolean[]> {
  const all = { ...files, 'y/001_x.sql': note('y'), 'z/001_x.sql': note('z') };
  const { report } = await migrateFiles(all, { database: database.name });
  expect(report.statuses.map(({ key, failure }) => [key, failure])).toEqual(
    Object.keys(all).map((key) => [key, null]),
  );
  const rows = await database.sql<{ pid: number }[]>`select pid from ran order by file`;
  return rows.slice(1).map(({ pid }, at) => pid !== rows[at]?.pid);
}

test.each([
  [
    'ALTER DATABASE in a DO block',
    `do $$ begin execute format('alter database %I set search_path = own', current_database()); end $$;`,
  ],
  [
    'ALTER ROLE outside a transaction',
    '-- pgm:no-transaction\nalter role current_user in database NAME set search_path = own;',
  ],
])(
  'the settings that %s gives to sessions hold for the next file, as with psql',
  async (_, sql) => {
    const changes = `${sql.replaceAll('NAME', database.name)}\n${note('a')}`;
    const files = { 'a/001_x.sql': changes, 'b/001_x.sql': `create table t (); ${note('b')}` };
    expect(await sessionsOf(files)).toEqual([true, false, false]);
    const [made] =
      await database.sql`select relnamespace::regnamespace::text as in from pg_class where relname = 't'`;
    expect(made).toEqual({ in: 'own' });
  },
);

test('a connection of dblink ends with its file, as with psql', async () => {
  await database.sql`create extension dblink`;
  const { host, port, user, password } = testServer();
  const connects = `select dblink_connect('c', 'host=${host} port=${port} user=${user} password=${password} dbname=${database.name}');`;
  const files = {
    'a/001_x.sql': connects + note('a'),
    'b/001_x.sql': connects + note('b'),
  };
  expect(await sessionsOf(files)).toEqual([true, true, false]);
});

const setting = `create table if not exists found (file text, tenant text default coalesce(current_setting('app.tenant', true), 'none'));`;

test.each([
  ['SET', `set app.tenant = 'x';`],
  ['SET LOCAL', `set local "app".tenant to x;`],
  ['RESET', `reset app.tenant;`],
  ['set_config', `select set_config('app.tenant', 'x', true);`],
  ['set_config of a computed name', `select set_config('app.' || 'tenant', 'x', false);`],
  ['EXECUTE', `do $$ begin execute format('set %I.tenant = 1', 'app'); end $$;`],
])(
  'a setting that no library declares is as unknown to the next file as to psql: %s',
  async (_, sql) => {
    const files = {
      'a/001_x.sql': `${setting} ${sql} ${note('a')}`,
      'b/001_x.sql': `insert into found (file) values ('b'); ${note('b')}`,
    };
    expect(await sessionsOf(files)).toEqual([true, false, false]);
    expect(await database.sql`select tenant from found`).toEqual([{ tenant: 'none' }]);
  },
);

test('after a routine that sets an undeclared setting, no file has the session of another, as any may call it', async () => {
  const defines = `create function own.be(who text) returns void language plpgsql as $$ begin
    perform set_config('app.tenant', who, false); end $$;`;
  const files = {
    'a/001_x.sql': `${setting} ${defines} ${note('a')}`,
    'b/001_x.sql': `select own.be('x'); ${note('b')}`,
    'c/001_x.sql': `insert into found (file) values ('c'); ${note('c')}`,
  };
  expect(await sessionsOf(files)).toEqual([true, true, true, true]);
  expect(await database.sql`select tenant from found`).toEqual([{ tenant: 'none' }]);
});

test.each([
  ['PL/pgSQL', `language plpgsql as $$ begin perform set_config('app.tenant', 'x', true); end $$`],
  ['SQL', `language sql begin atomic select set_config('app.tenant', 'x', false); end`],
])('the same holds for such a routine in %s of an earlier run', async (_, body) => {
  await database.sql.unsafe(`${setting} create function own.be() returns void ${body}`);
  const files = {
    'a/001_x.sql': `select own.be(); ${note('a')}`,
    'b/001_x.sql': `insert into found (file) values ('b'); ${note('b')}`,
  };
  expect(await sessionsOf(files)).toEqual([true, true, true]);
  expect(await database.sql`select tenant from found`).toEqual([{ tenant: 'none' }]);
});

test('routines of an earlier run that set nothing of the kind leave files their session', async () => {
  await database.sql
    .unsafe(`create function own.quiet() returns trigger language plpgsql as $$ begin
    perform set_config('search_path', 'own', false); update own.t set a = 1; return null; end $$`);
  expect(await sessionsOf({ 'a/001_x.sql': note('a') })).toEqual([false, false]);
});

test('files that change only their session share one, which is cleaned', async () => {
  const quiet = `set search_path = own; select pg_catalog.set_config('work_mem', '2MB', false);`;
  const files = { 'a/001_x.sql': `${quiet} ${note('a')}` };
  expect(await sessionsOf(files)).toEqual([false, false]);
});
