import { describe, expect, test } from 'vitest';
import { lintRuleNames } from '../../../../src/core/statements/rule-names.js';
import { lastFindingsOf } from '../../../support/lint.js';

const ofData: readonly string[] = lintRuleNames.data;

/** The rules of this family, of a file that comes after one that made the table. */
async function after(made: string, sql: string): Promise<readonly string[]> {
  const found = await lastFindingsOf({ 'public/001_a.sql': made, 'public/002_b.sql': sql });
  return found
    .filter((line) => line.startsWith('public/002'))
    .map((line) => line.split(' ')[1] ?? '')
    .filter((rule) => ofData.includes(rule));
}

const types = (type: string) => `CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, c ${type});`;

describe('a type', () => {
  test.each([
    ['text', 'varchar(10)'],
    ['varchar(20)', 'varchar(10)'],
    ['varchar(20)', 'char(10)'],
    ['text', 'int'],
    ['bigint', 'int'],
    ['int', 'smallint'],
    ['numeric', 'numeric(10, 2)'],
    ['numeric(10, 2)', 'numeric(9, 2)'],
    ['numeric(10, 2)', 'int'],
    ['bigint', 'numeric(10)'],
    ['double precision', 'real'],
    ['double precision', 'int'],
    ['bigint', 'double precision'],
    ['timestamptz', 'date'],
    ['timestamp', 'time'],
    ['timestamptz', 'timestamptz(0)'],
  ])('%s is narrowed by %s', async (from, to) => {
    expect(
      await after(types(from), `ALTER TABLE t ALTER COLUMN c TYPE ${to} USING c::${to};`),
    ).toContain('narrow-column-type');
  });

  test.each([
    ['varchar(10)', 'varchar(20)'],
    ['varchar(10)', 'varchar'],
    ['varchar(10)', 'text'],
    ['char(10)', 'varchar(10)'],
    ['int', 'bigint'],
    ['smallint', 'int'],
    ['int', 'numeric'],
    ['int', 'numeric(12, 2)'],
    ['numeric(10, 2)', 'numeric(12, 2)'],
    ['numeric(10, 2)', 'numeric(12, 4)'],
    ['numeric(10, 2)', 'numeric'],
    ['int', 'double precision'],
    ['real', 'double precision'],
    ['date', 'timestamptz'],
    ['timestamp', 'timestamptz'],
    ['timestamptz(0)', 'timestamptz'],
    ['int', 'text'],
    ['json', 'jsonb'],
    ['text[]', 'varchar[]'],
  ])('%s fits into %s', async (from, to) => {
    expect(await after(types(from), `ALTER TABLE t ALTER COLUMN c TYPE ${to};`)).not.toContain(
      'narrow-column-type',
    );
  });
});

test('a column that the file itself added has nothing to lose, one that was there has', async () => {
  const add = 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c text;\n';
  const lose = "UPDATE t SET c = 'a';\nALTER TABLE t DROP COLUMN IF EXISTS c;";
  expect(await after('SELECT 1;', `${add}${lose}`)).toEqual([]);
  expect(await after(types('text'), `${add}${lose}`)).toEqual([
    'update-without-where',
    'drop-column',
  ]);
  expect(await after('SELECT 1;', `${lose}\n${add}`)).toEqual([
    'update-without-where',
    'drop-column',
  ]);
});

describe('a value of an enum', () => {
  const add = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\n";
  const people = 'CREATE TABLE IF NOT EXISTS people (feels mood, name text);';
  const found = async (sql: string) =>
    (await after(people, `${add}${sql}`)).includes('enum-value-used-where-added');

  test.each([
    "UPDATE people SET feels = 'glad' WHERE name = 'a'",
    "DELETE FROM people WHERE feels IN ('sad', 'glad')",
    "ALTER TABLE people ADD COLUMN IF NOT EXISTS was mood DEFAULT 'glad'",
    "DO $$ BEGIN UPDATE people SET feels = 'glad' WHERE name = 'a'; END $$",
    "CREATE OR REPLACE VIEW v AS SELECT name FROM people WHERE feels = 'glad'",
  ])('is used too early: %s', async (sql) => {
    expect(await found(`${sql};`)).toBe(true);
  });

  test.each([
    "UPDATE people SET name = 'glad' WHERE name = 'a'",
    "DELETE FROM people WHERE name = 'glad'",
    "ALTER TABLE people ADD COLUMN IF NOT EXISTS was text DEFAULT 'glad'",
    "COMMENT ON TABLE people IS 'glad'",
    "UPDATE people SET feels = 'sad' WHERE name = 'a'",
  ])('is a text: %s', async (sql) => {
    expect(await found(`${sql};`)).toBe(false);
  });
});
