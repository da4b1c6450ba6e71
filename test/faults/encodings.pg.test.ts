import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { testServer } from '../support/server.js';
import { migrateFiles } from '../support/run.js';
import { failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();
let latin: Database;
beforeAll(async () => {
  latin = await createDatabase(testServer(), 'LATIN1');
});
afterAll(() => latin.drop());

test('a stored failure keeps the characters that the database has, and has a stand-in for each other', async () => {
  const target = { database: latin.name, historySchema: 'stored' };
  const files = {
    'a/001_x.sql': "do $$ begin raise exception 'Bäume sind grün' using hint = 'Größe'; end $$;",
    'b/001_x.sql': 'select nowhere_ä;',
  };
  await migrateFiles(files, target);
  const rows = await latin.sql`
    select schema, last_error ->> 'message' as message, last_error -> 'excerpt' ->> 'text' as excerpt
    from stored.migrations order by 1`;
  expect(rows.map(({ message }) => String(message))).toEqual([
    'Bäume sind grün',
    'column "nowhere_ä" does not exist',
  ]);
  expect(String(rows[0]?.['excerpt'])).toContain("raise exception '***'");
});

test('a character that the database lacks is named with both encodings, its place and what to do', async () => {
  const files = { 'a/001_x.sql': "select 'ä';\ncomment on schema public is 'a – b';" };
  const ran = await migrateFiles(files, { database: latin.name, historySchema: 'lacks' });
  const failure = failureOf(ran, 'a/001_x.sql');
  expect(failure.message).toBe(
    'character with byte sequence 0xe2 0x80 0x93 in encoding "UTF8" has no equivalent in encoding "LATIN1"',
  );
  expect(failure.place).toEqual({ line: 2, column: 32 });
  expect(failure.advice).toContain('the encoding of the database has no such character');
});

test('there is no advice where a function of the file translates', async () => {
  const trial = await begin();
  const ran = await trial.run({ 'a/001_x.sql': "select convert_to('日', 'LATIN1');" });
  expect(failureOf(ran, 'a/001_x.sql')).toMatchObject({ sqlstate: '22P05', advice: null });
});

test('a file whose name the history cannot hold fails by itself, and later files are applied', async () => {
  const target = { database: latin.name, historySchema: 'names' };
  const files = {
    'a/001_fails.sql': 'select nowhere;',
    'a/002_日.sql': 'create table made (a int);',
    'b/001_日.sql': '-- pgm:no-transaction\ncreate table made (a int);',
    'c/001_日.sql': '-- pgm:requires a/001_fails.sql\nselect 1;',
    'd/001_日.sql': '\\d',
    'e/001_é.sql': 'select 1;',
    '本/001_x.sql': 'select 1;',
  };
  const ran = await migrateFiles(files, target);
  expect(statesOf(ran)).toEqual([
    'a/001_fails.sql failed',
    'a/002_日.sql failed',
    'b/001_日.sql failed',
    'c/001_日.sql pending',
    'd/001_日.sql failed',
    'e/001_é.sql applied',
    '本/001_x.sql failed',
  ]);
  for (const key of ['a/002_日.sql', 'b/001_日.sql']) {
    expect(failureOf(ran, key)).toMatchObject({
      message: expect.stringContaining('the character 日 (U+65E5)') as string,
      advice: expect.stringContaining('rename the file') as string,
    });
  }
  expect(failureOf(ran, '本/001_x.sql').message).toContain('本 (U+672C)');
  expect(failureOf(ran, 'd/001_日.sql').message).toContain('psql');
  const held = ran.events.filter(({ kind }) => kind === 'migration-held');
  expect(held).toMatchObject([{ key: 'c/001_日.sql' }]);
  expect(await latin.sql`select to_regclass('made') as made`).toMatchObject([{ made: null }]);
});

test('in SQL_ASCII, a file meets names and rows that are not UTF-8 as with psql: they are no error, and hide none', async () => {
  const odd = await createDatabase(testServer(), 'SQL_ASCII');
  await odd.sql.unsafe(
    `do $$ begin
       execute 'create schema old; create table old.' || quote_ident('x' || chr(233)) || ' ()';
       create table t (name text primary key);
       insert into t values ('caf' || chr(233));
     end $$`,
  );
  const files = {
    'a/001_reads.sql': 'select * from t;',
    'a/002_notice.sql': 'drop schema old cascade;',
    'a/003_statements.sql': '-- pgm:no-transaction\nselect * from t;\nvacuum t;',
    'a/004_rows.sql': 'copy t from stdin;\nGrün\n\\.\n',
    'a/005_dump.sql': "set client_encoding = 'UTF8';\ninsert into t values ('Größe');",
    'b/001_fails.sql': 'select 1;\ninsert into t select name from t;',
    'c/001_fails.sql':
      "-- pgm:no-transaction\nselect 1;\nselect name::int from t where name ~ 'caf';",
  };
  const ran = await migrateFiles(files, { database: odd.name });
  expect(statesOf(ran)).toEqual([
    'a/001_reads.sql applied',
    'a/002_notice.sql applied',
    'a/003_statements.sql applied',
    'a/004_rows.sql applied',
    'a/005_dump.sql applied',
    'b/001_fails.sql failed',
    'c/001_fails.sql failed',
  ]);
  expect(failureOf(ran, 'b/001_fails.sql')).toMatchObject({
    sqlstate: '23505',
    place: { line: 2 },
  });
  expect(failureOf(ran, 'c/001_fails.sql')).toMatchObject({
    sqlstate: '22P02',
    place: { line: 3 },
  });
  const rows = await odd.sql`select name from t where name like 'Gr%' order by 1`;
  expect(rows.map(({ name }) => String(name))).toEqual(['Größe', 'Grün']);
  await odd.drop();
});
