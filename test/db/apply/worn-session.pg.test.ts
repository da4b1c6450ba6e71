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

test('files that change only their session share one, which is cleaned', async () => {
  const files = { 'a/001_x.sql': `set search_path = own; ${note('a')}` };
  expect(await sessionsOf(files)).toEqual([false, false]);
});
