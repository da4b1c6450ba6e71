import { describe, expect, test } from 'vitest';
import type { Example } from '../../../../src/core/lint/rule-text.js';
import { findingsOf, lastFindingsOf } from '../../../support/lint.js';

const rulesOf = async (files: Example): Promise<readonly string[]> =>
  (await lastFindingsOf(files)).map((line) => line.split(' ')[1] ?? '');

/** Rules of other families say nothing of these files, or are not asked here. */
const wanted = async (files: Example, rule: string): Promise<number> =>
  (await rulesOf(files)).filter((each) => each === rule).length;

describe('alter-rewrites-table', () => {
  const rule = 'alter-rewrites-table';

  test('knows the type that another file gave a column of a table from elsewhere', async () => {
    const files = {
      'a/1_add.sql': 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c varchar(10);',
      'a/2_wider.sql': 'ALTER TABLE t ALTER COLUMN c TYPE varchar(20);',
      'a/3_shorter.sql': 'ALTER TABLE t ALTER COLUMN c TYPE varchar(5);',
    };
    expect(await lastFindingsOf(files)).toContain('a/3_shorter.sql:1:28 alter-rewrites-table');
    expect(await wanted(files, rule)).toBe(1);
  });

  test('says nothing of a longer text where it does not know what was there', async () => {
    expect(await wanted('ALTER TABLE t ALTER COLUMN c TYPE varchar(20);', rule)).toBe(0);
    expect(await wanted('ALTER TABLE t ALTER COLUMN c TYPE numeric(12, 2);', rule)).toBe(0);
    expect(await wanted('ALTER TABLE t ALTER COLUMN c TYPE text USING lower(c);', rule)).toBe(1);
  });

  test('says nothing of a column that is there already', async () => {
    const add = 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c uuid DEFAULT gen_random_uuid();';
    const found = await findingsOf({ 'a/1_a.sql': add, 'a/2_b.sql': add });
    expect(found).toEqual([`a/1_a.sql:1:40 ${rule}`]);
  });

  test('tells each part of one statement', async () => {
    const both = 'ALTER TABLE "Odd ""one""" ALTER a TYPE bigint, ALTER b TYPE bigint, ADD c int;';
    expect(await wanted(both, rule)).toBe(2);
  });

  test('is asked of tables only', async () => {
    expect(await wanted('ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;', rule)).toBe(0);
    expect(await wanted('ALTER FOREIGN TABLE far ALTER COLUMN a TYPE bigint;', rule)).toBe(0);
  });

  test('says nothing of files that are in place', async () => {
    const files = { 'a/1_a.sql': 'ALTER TABLE t ALTER COLUMN a TYPE bigint;' };
    expect(await findingsOf(files, { applied: files })).not.toContain(`a/1_a.sql:1:28 ${rule}`);
    expect(await findingsOf(files, { applied: {} })).toContain(`a/1_a.sql:1:28 ${rule}`);
  });
});

describe('set-not-null-scans-table', () => {
  const rule = 'set-not-null-scans-table';
  const set = 'ALTER TABLE "S".t ALTER COLUMN "C" SET NOT NULL;';

  test.each([
    ['ALTER TABLE "S".t ADD CONSTRAINT n CHECK ("C" IS NOT NULL AND "C" <> 0);', 0],
    ['ALTER TABLE "S".t ADD CONSTRAINT n CHECK ("C" IS NOT NULL OR d);', 1],
    ['ALTER TABLE "S".t ADD CONSTRAINT n CHECK (c IS NOT NULL);', 1],
    ['ALTER TABLE s.t ADD CONSTRAINT n CHECK ("C" IS NOT NULL);', 1],
    ['ALTER TABLE "S".t ADD CONSTRAINT n CHECK ("C" IS NOT NULL) NOT ENFORCED;', 1],
    [
      'ALTER TABLE "S".t ADD CONSTRAINT n CHECK ("C" IS NOT NULL); ALTER TABLE "S".t DROP CONSTRAINT n;',
      1,
    ],
    ['ALTER TABLE "S".t ADD CONSTRAINT n NOT NULL "C" NOT VALID;', 1],
    [
      'ALTER TABLE "S".t ADD CONSTRAINT n NOT NULL "C" NOT VALID; ALTER TABLE "S".t VALIDATE CONSTRAINT n;',
      0,
    ],
    ['ALTER TABLE "S".t ADD PRIMARY KEY ("C");', 0],
  ])('behind %s it finds %i', async (before, count) => {
    expect(await wanted({ 'a/1_before.sql': before, 'a/2_set.sql': set }, rule)).toBe(count);
  });
});

describe('a partitioned parent', () => {
  const parent = 'CREATE TABLE IF NOT EXISTS t (a int, at date) PARTITION BY RANGE (at);';

  test('that is altered ONLY has no rows', async () => {
    const only = 'ALTER TABLE ONLY t ADD CONSTRAINT c CHECK (a > 0) NO INHERIT;';
    const all = 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);';
    expect(
      await wanted({ 'a/1_t.sql': parent, 'a/2_c.sql': only }, 'check-without-not-valid'),
    ).toBe(0);
    expect(await wanted({ 'a/1_t.sql': parent, 'a/2_c.sql': all }, 'check-without-not-valid')).toBe(
      1,
    );
  });
});

describe('work-under-lock', () => {
  const rule = 'work-under-lock';
  const lock = 'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;';

  test.each([
    ['UPDATE u SET a = 1;', 1],
    ['WITH gone AS (DELETE FROM u RETURNING *) SELECT count(*) FROM gone;', 1],
    ['MERGE INTO u USING v ON u.id = v.id WHEN MATCHED THEN DELETE;', 1],
    ['CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT * FROM u;', 1],
    ['CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT * FROM u WITH NO DATA;', 0],
    ['ALTER TABLE u VALIDATE CONSTRAINT c;', 1],
    ["COPY u FROM '/f';", 1],
    ["DO $$ BEGIN IF true THEN EXECUTE 'UPDATE u SET a = 1'; END IF; END $$;", 1],
    ['UPDATE u SET a = 1 WHERE id = 7 AND b > 1;', 0],
    ['UPDATE u SET a = 1 WHERE id IN (7, 8);', 0],
    ['UPDATE u SET a = 1 WHERE id > 7;', 1],
    ['UPDATE u SET a = 1 WHERE id = v;', 1],
    ['INSERT INTO u VALUES (1), (2) ON CONFLICT DO NOTHING;', 0],
    ['INSERT INTO u SELECT n FROM generate_series(1, 3) AS n ON CONFLICT DO NOTHING;', 0],
    ['SELECT count(*) FROM pg_class;', 0],
    ['CREATE TEMPORARY TABLE s (id int); UPDATE s SET id = 1; CREATE INDEX i ON s (id);', 0],
    ['COMMENT ON COLUMN t.a IS $$b$$;', 0],
    ['CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE u SET a = 1 $$;', 0],
  ])('behind ALTER TABLE, of %s it finds %i', async (work, count) => {
    expect(await wanted(`${lock}\n${work}`, rule)).toBe(count);
    expect(await wanted(work, rule)).toBe(0);
  });

  test('takes a column for a key that a file made one', async () => {
    const files = {
      'a/1_u.sql': 'CREATE TABLE IF NOT EXISTS u (id int, code text UNIQUE);',
      'a/2_work.sql': `${lock}\nUPDATE u SET id = 1 WHERE code = 'x';`,
      'a/3_work.sql': `${lock}\nUPDATE u SET code = 'x' WHERE id = 1;`,
    };
    expect((await lastFindingsOf(files)).filter((line) => line.endsWith(rule))).toEqual([
      `a/3_work.sql:2:1 ${rule}`,
    ]);
  });

  test('knows that nobody waits for a table that refers to itself while it is made', async () => {
    const made = (key: string): string => `CREATE TABLE s.t (id int PRIMARY KEY, up int ${key});`;
    expect(await wanted(`${made('REFERENCES s.t')} UPDATE u SET a = 1;`, rule)).toBe(0);
    expect(await wanted(`${made('REFERENCES r.t')} UPDATE u SET a = 1;`, rule)).toBe(1);
  });

  test('knows a table that the block itself makes', async () => {
    const block = `DO $$ BEGIN ${lock} CREATE TABLE s (id int); UPDATE s SET id = 1; END $$;`;
    expect(await wanted(block, rule)).toBe(0);
  });
});

describe('lock-timeout-off', () => {
  const alter = 'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;';

  test.each([
    ['SET lock_timeout = 0;', 1],
    ["SET LOCK_TIMEOUT TO '0ms';", 1],
    ['SET lock_timeout = 1000;', 0],
    ["SET lock_timeout = 0; SET lock_timeout = '2s';", 0],
    ['RESET lock_timeout;', 1],
    ['RESET ALL;', 1],
    ['SET lock_timeout TO DEFAULT;', 1],
    ['RESET statement_timeout;', 0],
    ["SELECT pg_catalog.set_config('lock_timeout', '0', false);", 1],
    ["DO $$ BEGIN PERFORM set_config('Lock_Timeout', '0'::text, true); END $$;", 1],
    ["SELECT set_config('lock_timeout', current_setting('app.wait'), true);", 0],
    ['SET statement_timeout = 0;', 0],
  ])('behind %s it finds %i', async (set, count) => {
    expect(await wanted(`${set}\n${alter}`, 'lock-timeout-off')).toBe(count);
  });
});

test('what pgm would not send is said, and nothing of it is judged twice', async () => {
  const mixed = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);\nSELECT 1;';
  expect(await rulesOf(mixed)).toContain('refused');
  expect(await rulesOf('BEGIN;\nSELECT 1;')).toContain('refused');
  expect(await rulesOf('CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);')).toEqual([]);
});

test('-- pgm:once runs once, and keeps others waiting then', async () => {
  const once = '-- pgm:once\nALTER TABLE t ALTER COLUMN a TYPE bigint;';
  expect(await rulesOf(once)).toContain('alter-rewrites-table');
});
