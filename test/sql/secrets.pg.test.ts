import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainFailure } from '../../src/core/failure/explain/explain-failure.js';
import { ownError } from '../../src/core/failure/server-error.js';
import type { MigrationFailure } from '../../src/core/failure/failure.js';
import { literalRanges } from '../../src/sql/literals.js';
import { serverErrorOf } from '../../src/db/wire/errors.js';
import { createDatabase, type Database } from '../support/database.js';

let database: Database;
beforeAll(async () => {
  database = await createDatabase();
  await database.sql.unsafe(`
    create table users (email text primary key, age int not null check (age > 0), doc jsonb);
    insert into users values ('hunter2@x', 1, '"x"'), ('plain', 2, null);
    create type mood as enum ('ok')`);
});
afterAll(() => database.drop());

/** Sends the file as pgm does and explains what the server says. */
async function failureOf(text: string): Promise<MigrationFailure> {
  try {
    await database.sql.unsafe('begin');
    await database.sql.unsafe(text).simple();
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === null) throw error;
    return explainFailure({
      text,
      pieceStart: 0,
      statementStart: Math.max(0, text.search(/^do /m)),
      error: said,
      literals: literalRanges(text),
    });
  } finally {
    await database.sql.unsafe('rollback');
  }
  throw new Error(`the server takes it: ${text}`);
}

describe('hunter2 is nowhere in the failure of', () => {
  test.each<[sqlstate: string, sql: string]>([
    ['42601', "create role app password 'hunter2' 'x'"],
    ['42601', 'create role app password hunter2'],
    ['42601', 'create role app password "hunter2"'],
    ['42601', "create role app 'hunter2'"],
    ['42601', "create role app login password 'my 'hunter2'"],
    ['42601', "alter role app password 'it's hunter2'; select 'a', 'b'"],
    ['42601', "create role app password 'hunter2"],
    ['42601', "create role app password E'hunter2\\'"],
    ['42601', 'do $$ begin perform $x$hunter2'],
    ['42601', 'do $$ begin create role app password hunter2; end $$'],
    ['42601', "do $$ begin execute 'create role app password hunter2'; end $$"],
    ['42601', "do $$ begin execute $q$create role app password 'hunter2' 'x'$q$; end $$"],
    ['42601', "do $$ begin execute format('create role app password %s', 'hunter2'); end $$"],
    ['22P02', "select 'hunter2'::int"],
    ['22P02', "insert into users values ('a', 'hunter2', null)"],
    ['22P02', "select 'hunter2'::mood"],
    ['22P02', `select '{"password": hunter2}'::jsonb`],
    ['22P02', `select '{"password": "hunter2", }'::json`],
    ['22P02', 'select email::int from users'],
    ['22P02', "select array['hunter2']::int[]"],
    ['22P02', "select '{hunter2'::text[]"],
    ['22007', "select 'hunter2'::date"],
    ['22023', "set work_mem = 'hunter2'"],
    ['42704', "select 'hunter2'::nosuchtype"],
    ['23505', "insert into users values ('hunter2@x', 1, null)"],
    ['23502', "insert into users values ('hunter2', null, null)"],
    ['23514', "insert into users values ('hunter2', 0, null)"],
    [
      '23505',
      'create unique index on users ((1)) include (email); insert into users select email, age, doc from users',
    ],
    ['22P02', 'do $$ begin update users set age = email::int; end $$'],
    ['22P02', "do $$ declare p text := 'hunter2'; begin perform p::int; end $$"],
    [
      'P0001',
      "do $$ declare p text := 'hunter2'; begin raise exception 'cannot log in with %', p; end $$",
    ],
    [
      'P0001',
      "do $$ declare p text := 'hunter2'; begin raise exception using message = p, detail = p, hint = p; end $$",
    ],
    ['42P01', "do $$ begin execute 'insert into nowhere values (''hunter2'')'; end $$"],
    ['42P01', "insert into nowhere values ('hunter2') -- hunter2"],
    ['42883', "select nowhere('hunter2', /* hunter2 */ 1)"],
    ['22012', "do $$ begin execute format('select 1 / 0, %L', 'hunter2'); end $$"],
    ['2201B', "select 'a' ~ '(hunter2'"],
    ['22021', "select convert_from('\\xff'::bytea || 'hunter2'::bytea, 'UTF8')"],
    ['42601', "select to_tsquery('hunter2 hunter2')"],
    ['22P02', "select 'hunter2'::uuid"],
    ['22P02', "select 'hunter2'::inet"],
  ])('%s %s', async (sqlstate, sql) => {
    const failure = await failureOf(sql);
    expect(failure.sqlstate).toBe(sqlstate);
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });
});

test('hunter2 is nowhere where a role of that name is looked for', async () => {
  const sql =
    "do $$ begin execute format('alter role %I password %L', 'hunter2', 'hunter2'); end $$";
  const failure = await failureOf(sql);
  expect(failure.sqlstate).toBe('42704');
  expect(JSON.stringify(failure)).not.toContain('hunter2');
});

test('a password stays hidden where another literal has the same word', async () => {
  const sql =
    "select 'hunter2' = ''; do $$ begin execute format('alter role %I password %L', 'hunter2', 'hunter2'); end $$";
  expect((await failureOf(sql)).message).toBe('role "•••" does not exist');
});

test('the line shows the name that a function is given, and not what is beside it', async () => {
  const { excerpt } = await failureOf(
    "select setval('no_such', 1), 'hunter2', set_config('a.b', 'hunter2', true)",
  );
  expect(excerpt?.text).toBe("select setval('no_such', 1), '•••', set_config('a.b', '•••', true)");
});

test('COPY says which column its header should name, and not what it names', () => {
  const error = {
    ...ownError(
      '22P04',
      'column name mismatch in header line field 1: got "hunter2", expected "email"',
    ),
    routine: 'NextCopyFromRawFields',
  };
  const text = 'copy users from stdin (header match);\nhunter2\n\\.\n';
  const literals = literalRanges(text);
  const { message } = explainFailure({ text, pieceStart: 0, statementStart: 0, error, literals });
  expect(message).toBe('column name mismatch in header line field 1: got "•••", expected "email"');
});

describe('of the rows of a COPY', () => {
  const text = 'copy users from stdin;\nbob\thunter2-x\t1234567\t42\n\\.\n';
  const explained = (error: Parameters<typeof explainFailure>[0]['error']): MigrationFailure =>
    explainFailure({
      text,
      pieceStart: 0,
      statementStart: 0,
      error,
      literals: literalRanges(text),
    });

  test('no value is shown that a trigger puts into its error, but the line is', () => {
    const said = { where: 'COPY users, line 42: "bob…"', hint: 'not 1234567' };
    const failure = explained({ ...ownError('P0001', 'bad login: (bob, hunter2-x)!'), ...said });
    expect(failure.message).toBe('bad login: (bob, •••)!');
    expect(failure.hint).toBe('not •••');
    expect(failure.context).toBe('COPY users, line 42: •••');
  });

  test('the names of objects stay', () => {
    const failure = explained({
      ...ownError('23505', 'duplicate key value violates unique constraint "users_pkey"'),
      where: 'COPY users, line 1',
      constraint: 'users_pkey',
      table: 'users',
    });
    expect(failure.message).toBe('duplicate key value violates unique constraint "users_pkey"');
  });
});

describe('names are still in the failure of', () => {
  test.each([
    ["select 1 from secrets where a = 'secrets'", 'relation "secrets" does not exist'],
    [
      "do $$ begin if not exists (select where 'note' = '') then alter table users drop column note; end if; end $$",
      'column "note" of relation "users" does not exist',
    ],
    [
      "insert into users values ('a', null, null)",
      'null value in column "age" of relation "users" violates not-null constraint',
    ],
    [
      "select 'plain'; insert into users values ('plain', 1)",
      'duplicate key value violates unique constraint "users_pkey"',
    ],
    ["selec 'hunter2'", 'syntax error at or near "selec"'],
    [
      "select has_table_privilege('app_reader', 'users', 'SELECT')",
      'role "app_reader" does not exist',
    ],
    ["select nextval('plain_2_seq')", 'relation "plain_2_seq" does not exist'],
    ["select 'no_2_such'::regclass", 'relation "no_2_such" does not exist'],
    ["select 'user2'; select * from user2_items", 'relation "user2_items" does not exist'],
    [
      "do $$ begin execute format('drop table %I', 'no_2_such'); end $$",
      'table "no_2_such" does not exist',
    ],
    [
      "select 'users_2'; create table users_2x (a int primary key); insert into users_2x values (1), (1)",
      'duplicate key value violates unique constraint "users_2x_pkey"',
    ],
  ])('%s', async (sql, message) => {
    expect((await failureOf(sql)).message).toBe(message);
  });
});

describe('the place is exact', () => {
  test('after text of many bytes', async () => {
    const failure = await failureOf("select '😀é';\r\n/* ü */ selec 1;");
    expect(failure).toMatchObject({
      place: { line: 2, column: 9 },
      excerpt: { text: '/*•••*/ selec 1;', caret: 9 },
    });
  });

  test('in a DO block that fails when it runs', async () => {
    const failure = await failureOf(
      'select 1;\ndo $$\nbegin\n  perform 1;\n  perform 1 / 0;\nend $$;',
    );
    expect(failure.place).toEqual({ line: 5, column: 3 });
    const oneLine = await failureOf('do $$ begin perform 1 / 0; end $$;');
    expect(oneLine.place).toEqual({ line: 1, column: 7 });
  });
});
