import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Example } from '../../src/core/lint/rule-text.js';
import { rules } from '../../src/lint/rules/list.js';
import { createDatabase, type Database } from '../support/database.js';

const people =
  "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE people (id int, feels mood); INSERT INTO people VALUES (1, 'ok')";
const orders =
  "CREATE TABLE orders (id int, number int, note text, c text); INSERT INTO orders VALUES (1, 1, 'much longer than ten', NULL)";

let database: Database;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** What a file, which is one transaction, fails with; null if it does not. */
async function failureOf(world: string, file: string): Promise<string | null> {
  const { sql } = database;
  await sql.unsafe(`CREATE SCHEMA lint; SET search_path = lint; ${world}`);
  const failure = await sql.unsafe(`BEGIN; ${file}\nCOMMIT;`).then(
    () => null,
    (error: unknown) => (error as { readonly code: string }).code,
  );
  await sql.unsafe('ROLLBACK; DROP SCHEMA lint CASCADE');
  return failure;
}

const texts = (examples: readonly Example[]) =>
  examples.filter((example) => typeof example === 'string').map((sql) => ({ sql }));

describe('a real server refuses a value of an enum where it is added', () => {
  const { bad, good } = rules['enum-value-used-where-added'].examples;

  test.each(texts(bad))('$sql', async ({ sql }) => {
    expect(await failureOf(people, sql)).toBe('55P04');
  });

  test.each(texts(good).filter(({ sql }) => !sql.includes('pgm:no-transaction')))(
    'but not: $sql',
    async ({ sql }) => {
      expect(await failureOf(people, sql)).toBeNull();
    },
  );
});

test.each([
  ['add-not-null-column-without-default', '23502'],
  ['set-not-null-without-backfill', '23502'],
] as const)('a table with rows makes fail what is found by %s', async (rule, code) => {
  const world = `${orders}; ALTER TABLE orders ADD COLUMN state text`;
  const without = orders;
  for (const { sql } of texts(rules[rule].examples.bad)) {
    expect(await failureOf(rule.startsWith('add') ? without : world, sql), sql).toBe(code);
  }
});

test.each([
  ['text', 'varchar(5)', "'longer'", '22001'],
  ['bigint', 'int', '3000000000', '22003'],
  ['numeric(10, 2)', 'numeric(9, 2)', '12345678.5', '22003'],
  ['double precision', 'int', '3e9', '22003'],
])('a value of %s that %s cannot hold makes the file fail', async (from, to, value, code) => {
  const world = `CREATE TABLE t (c ${from}); INSERT INTO t VALUES (${value})`;
  expect(await failureOf(world, `ALTER TABLE t ALTER COLUMN c TYPE ${to};`)).toBe(code);
});

test('a published table without a replica identity cannot be updated', async () => {
  const world =
    'CREATE TABLE orders (id int CONSTRAINT orders_pkey PRIMARY KEY, n int); DROP PUBLICATION IF EXISTS lint_orders; CREATE PUBLICATION lint_orders FOR TABLE orders';
  try {
    for (const { sql } of texts(rules['replica-identity-lost'].examples.bad))
      expect(await failureOf(world, `${sql}\nUPDATE orders SET n = 1;`), sql).toBe('55000');
    expect(await failureOf(world, 'UPDATE orders SET n = 1;')).toBeNull();
  } finally {
    await database.sql.unsafe('DROP PUBLICATION IF EXISTS lint_orders');
  }
});

test('a constraint NOT NULL may be added again', async () => {
  const { sql } = database;
  const [found] = await sql<
    { v: number }[]
  >`select current_setting('server_version_num')::int as v`;
  if ((found?.v ?? 0) < 180_000) return;
  const twice = (add: string) =>
    failureOf('CREATE TABLE t (n int)', `ALTER TABLE t ADD ${add};\nALTER TABLE t ADD ${add};`);
  expect(await twice('NOT NULL n')).toBeNull();
  expect(await twice('CONSTRAINT there NOT NULL n')).toBeNull();
});

describe('what rules say of statements to come', () => {
  /** The rows that the last statement gives, in a schema that is gone afterwards. */
  async function after(statements: string): Promise<readonly object[]> {
    const { sql } = database;
    await sql.unsafe('CREATE SCHEMA lint; SET search_path = lint');
    try {
      const results = (await sql.unsafe(statements).simple()) as unknown as (readonly object[])[];
      return Array.from(results.at(-1) ?? []);
    } finally {
      await sql.unsafe('ROLLBACK; DROP SCHEMA lint CASCADE; RESET ALL');
    }
  }

  test('a DELETE of a referenced row reads all of a table whose foreign key has no index', async () => {
    const scans = (index: string) =>
      after(`CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p);
        INSERT INTO p SELECT generate_series(1, 20000); INSERT INTO c SELECT generate_series(1, 19999);
        ${index} ANALYZE c; BEGIN;
        CREATE TABLE before AS SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'c'::regclass;
        DELETE FROM p WHERE id = 20000;
        SELECT (now.seq_scan - before.seq_scan)::int AS scans FROM before, pg_stat_xact_user_tables AS now WHERE relid = 'c'::regclass`);
    expect(await scans('')).toEqual([{ scans: 1 }]);
    expect(await scans('CREATE INDEX ON c (p);')).toEqual([{ scans: 0 }]);
    expect(await scans('CREATE INDEX ON c (p) WHERE p IS NOT NULL;')).toEqual([{ scans: 0 }]);
  });

  test.each([
    ['ALTER TABLE c DISABLE TRIGGER ALL', 'ALTER TABLE c ENABLE TRIGGER ALL'],
    ['SET session_replication_role = replica', 'SET session_replication_role = origin'],
  ])('a row gets past its foreign key after %s, which stays valid', async (off, on) => {
    const rows =
      await after(`CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p);
      ${off}; INSERT INTO c VALUES (7); ${on};
      SELECT (SELECT count(*)::int FROM c) AS rows, convalidated AS valid FROM pg_constraint WHERE contype = 'f' AND conrelid = 'c'::regclass`);
    expect(rows).toEqual([{ rows: 1, valid: true }]);
  });

  test('ATTACH PARTITION shuts readers out of the default partition, and reads it', async () => {
    const rows = await after(`CREATE TABLE all_of (n int) PARTITION BY RANGE (n);
      CREATE TABLE rest PARTITION OF all_of DEFAULT; INSERT INTO rest SELECT 5 FROM generate_series(1, 100);
      CREATE TABLE low (LIKE all_of); BEGIN; ALTER TABLE all_of ATTACH PARTITION low FOR VALUES FROM (0) TO (5);
      SELECT mode, (SELECT seq_scan::int FROM pg_stat_xact_user_tables WHERE relid = 'rest'::regclass) AS scans
      FROM pg_locks WHERE relation = 'rest'::regclass AND mode = 'AccessExclusiveLock'`);
    expect(rows).toEqual([{ mode: 'AccessExclusiveLock', scans: 1 }]);
  });
});
