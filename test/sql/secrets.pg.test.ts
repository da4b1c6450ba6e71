import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainFailure, type ServerError } from '../../src/core/explain-failure.js';
import type { MigrationFailure } from '../../src/core/failure.js';
import { literalRanges } from '../../src/sql/literals.js';
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
    if (!(error instanceof postgres.PostgresError)) throw error;
    return explainFailure({
      text,
      pieceStart: 0,
      error: fieldsOf(error),
      literals: literalRanges(text),
    });
  } finally {
    await database.sql.unsafe('rollback');
  }
  throw new Error(`the server takes it: ${text}`);
}

function fieldsOf(error: postgres.PostgresError): ServerError {
  return {
    sqlstate: error.code,
    message: error.message,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
    where: error.where ?? null,
    position: Number(error.position) || null,
    internalQuery: error.internal_query ?? null,
    schema: error.schema_name ?? null,
    table: error.table_name ?? null,
    column: error.column_name ?? null,
    constraint: error.constraint_name ?? null,
    atCommit: false,
  };
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
