import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../support/lint.js';

const of = async (sql: string): Promise<readonly string[]> =>
  (await findingsOf(sql)).map((line) => line.split(' ')[1] ?? '');
const table = 'CREATE TABLE IF NOT EXISTS t (n int, name text, tags text[], data jsonb);\n';

describe('a value that is made of the old one', () => {
  test.each([
    'n = -n',
    'n = 100 - n',
    'n = greatest(n + 1, 5)',
    'n = CASE WHEN name IS NULL THEN n + 1 ELSE n END',
    "name = concat(name, '!')",
    "name = replace(name, 'a', 'aa')",
    'name = substr(name, 2)',
    'name = md5(name)',
    "tags = tags || '{new}'",
    "data = data || '[1]'",
    'n = (n + 1)::int',
  ])('adds up: %s', async (assignment) => {
    expect(await of(`${table}UPDATE t SET ${assignment};`)).toEqual(['update-adds-up']);
  });

  test.each([
    'n = n',
    'n = greatest(n, 5)',
    'n = n % 10',
    'n = CASE WHEN n < 5 THEN n + 1 ELSE n END',
    'n = CASE n WHEN 1 THEN 2 ELSE n END',
    "name = replace(name, 'aa', 'a')",
    'name = left(name, 3)',
    'name = trim(lower(name))',
    'tags = array_remove(tags, name)',
    `data = data || '{"a": 1}'`,
    "data = data - 'a'",
    'n = length(name) + 1',
  ])('is the same the second time: %s', async (assignment) => {
    expect(await of(`${table}UPDATE t SET ${assignment};`)).toEqual([]);
  });

  test('is kept by a mark that the file itself leaves', async () => {
    const marked = `CREATE TEMPORARY TABLE x (n int);\nUPDATE t SET n = n + 1 WHERE NOT EXISTS (SELECT FROM done WHERE name = 'a');\nINSERT INTO done (name) VALUES ('a') ON CONFLICT DO NOTHING;`;
    expect(await of(marked)).toEqual([]);
    expect(await of(marked.replace('INSERT INTO done', 'INSERT INTO other'))).toEqual([
      'update-adds-up',
    ]);
  });

  test('is another column of the same name, of another table', async () => {
    expect(await of('UPDATE t SET n = s.n + 1 FROM s WHERE s.id = t.id;')).toEqual([]);
    expect(await of('UPDATE t AS a SET n = a.n + 1 WHERE id = 1;')).toEqual(['update-adds-up']);
  });
});

test('a time that an upsert notes is no change that matters', async () => {
  const upsert = (value: string) =>
    `INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET changed = ${value};`;
  expect(await of(upsert('now()'))).toEqual([]);
  expect(await of(upsert('gen_random_uuid()'))).toEqual(['update-changes-each-run']);
});

describe('what a file makes and takes away', () => {
  test('has the schema that is named', async () => {
    expect(await of('DROP VIEW IF EXISTS a.v;\nCREATE VIEW b.v AS SELECT 1 AS n;')).toEqual([
      'create-without-if-not-exists',
    ]);
    expect(await of('DROP VIEW IF EXISTS v;\nCREATE VIEW b.v AS SELECT 1 AS n;')).toEqual([]);
  });

  test('goes with its schema and its table', async () => {
    const own =
      'CREATE SCHEMA IF NOT EXISTS s;\nDROP SCHEMA IF EXISTS s CASCADE;\nCREATE SCHEMA s;\nCREATE TABLE s.t (n int);\nCREATE INDEX i ON s.t (n);\nINSERT INTO s.t VALUES (1);';
    expect(await of(own)).toEqual([]);
  });

  test('is as PostgreSQL folds it', async () => {
    expect(await of('DROP TYPE IF EXISTS "Mood";\nCREATE TYPE Mood AS (a int);')).toEqual([
      'create-without-guard',
    ]);
    expect(await of('DROP TYPE IF EXISTS MOOD;\nCREATE TYPE mood AS (a int);')).toEqual([]);
    expect(await of('DROP POLICY IF EXISTS p ON a;\nCREATE POLICY p ON b USING (true);')).toEqual([
      'create-without-guard',
    ]);
  });
});

describe('in a DO block', () => {
  test('an error that is expected is the right one', async () => {
    const block = (error: string) =>
      `DO $$ BEGIN CREATE TYPE mood AS (a int); EXCEPTION WHEN ${error} THEN NULL; END $$;`;
    expect(await of(block('duplicate_object'))).toEqual([]);
    expect(await of(block('others'))).toEqual([]);
    expect(await of(block('division_by_zero'))).toEqual(['create-without-guard']);
  });

  test('a statement before the look is not guarded by it', async () => {
    const block =
      "DO $$ BEGIN CREATE ROLE a; IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'b') THEN CREATE ROLE b; END IF; END $$;";
    expect(await findingsOf(block)).toEqual(['public/001_example.sql:1:13 create-without-guard']);
  });

  test('the body of a function does not run', async () => {
    const routine =
      'CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TYPE a AS (n int); INSERT INTO t VALUES (1); UPDATE t SET n = n + 1; DROP TABLE t; END $$;';
    expect(await of(routine)).toEqual([]);
  });
});
