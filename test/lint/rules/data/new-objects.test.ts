import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../support/lint.js';

const block = (sql: string) =>
  `DO $$ BEGIN ${sql} EXCEPTION WHEN duplicate_object THEN NULL; END $$;`;

describe('an object that is no table is new if an earlier file made it that is not deployed', () => {
  test.each([
    [block('CREATE TYPE pair AS (a int, b int);'), 'ALTER TYPE pair DROP ATTRIBUTE IF EXISTS b;'],
    [block('CREATE DOMAIN pair AS int;'), 'DROP DOMAIN IF EXISTS pair CASCADE;'],
    [
      block('CREATE DOMAIN mail AS text;'),
      "ALTER DOMAIN mail DROP CONSTRAINT IF EXISTS c;\nALTER DOMAIN mail ADD CONSTRAINT c CHECK (VALUE <> '');",
    ],
    [
      'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;',
      'DROP FUNCTION IF EXISTS f() CASCADE;',
    ],
    ['CREATE SCHEMA IF NOT EXISTS scratch;', 'DROP SCHEMA IF EXISTS scratch CASCADE;'],
    [
      'CREATE TABLE IF NOT EXISTS jobs (a int, b int);\n-- pgm:ignore create-without-if-not-exists because it is an example\nCREATE INDEX ON jobs (a, b);',
      'DROP INDEX IF EXISTS jobs_a_b_idx;',
    ],
  ])('%s', async (made, sql) => {
    const files = { 'a/1_a.sql': made, 'a/2_b.sql': sql };
    expect(await findingsOf(files)).toEqual([]);
    expect(await findingsOf(files, { applied: { 'a/1_a.sql': made } })).toHaveLength(1);
  });
});

test('a type keeps its age under another name', async () => {
  const renamed = 'ALTER TYPE mood RENAME TO old_mood;';
  const drop = 'DROP TYPE IF EXISTS old_mood CASCADE;';
  const found = await findingsOf(
    `${renamed}\n${block("CREATE TYPE mood AS ENUM ('ok');")}\n${drop}`,
  );
  expect(found).toEqual(['public/001_example.sql:3:1 drop-cascade']);
  const made = block("CREATE TYPE mood AS ENUM ('ok');");
  expect(await findingsOf(`${made}\n${renamed}\n${drop}`)).toEqual([]);
});

test('the second index on the same columns without a name is another one', async () => {
  const made = 'CREATE TABLE jobs (a int);\nCREATE INDEX ON jobs (a);\nCREATE INDEX ON jobs (a);';
  const drop = 'DROP INDEX IF EXISTS jobs_a_idx1;';
  const found = await findingsOf({ 'a/1_a.sql': `-- pgm:once\n${made}`, 'a/2_b.sql': drop });
  expect(found).toEqual([]);
});
