import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingsOf, lintOf } from '../support/lint.js';

const table = 'CREATE TABLE IF NOT EXISTS orders (id bigint);';
const index = 'CREATE INDEX IF NOT EXISTS orders_by_id ON orders (id);';

describe('a table is new', () => {
  test('if any of the files makes it, where nobody says what is deployed', async () => {
    expect(await findingsOf({ 'a/1_a.sql': `${table}\n${index}` })).toEqual([]);
    expect(await findingsOf({ 'a/1_a.sql': table, 'a/2_b.sql': index })).toEqual([]);
    expect(await findingsOf({ 'a/1_a.sql': index, 'a/2_b.sql': table })).toEqual([
      'a/1_a.sql:1:1 index-without-concurrently',
    ]);
  });

  test('in every file that is not deployed, where that is known', async () => {
    const files = { 'a/1_a.sql': table, 'a/2_b.sql': index };
    expect(await findingsOf(files, { applied: {} })).toEqual([]);
    expect(await findingsOf(files, { applied: { 'a/1_a.sql': table } })).toEqual([
      'a/2_b.sql:1:1 index-without-concurrently',
    ]);
  });

  test('not in an edited file whose older text made it', async () => {
    const edited = { 'a/1_a.sql': `${table}\n${index}` };
    expect(await findingsOf(edited, { applied: { 'a/1_a.sql': table } })).toEqual([
      'a/1_a.sql:2:1 index-without-concurrently',
    ]);
  });

  test('under the name it is given later', async () => {
    const renamed = `${table}\nALTER TABLE orders RENAME TO sales;\nCREATE INDEX IF NOT EXISTS i ON sales (id);`;
    expect(await findingsOf(renamed)).toEqual(['public/001_example.sql:2:1 rename-without-guard']);
  });

  test('no longer than its session, if it is a temporary one under another name', async () => {
    const temporary = 'CREATE TEMPORARY TABLE t (id bigint);\nALTER TABLE t RENAME TO orders;';
    expect(await findingsOf({ 'a/1_a.sql': temporary, 'a/2_b.sql': index })).toEqual([
      'a/2_b.sql:1:1 index-without-concurrently',
    ]);
  });

  test('in the schema of a search path that set_config sets', async () => {
    const index = 'CREATE INDEX IF NOT EXISTS i ON orders (id);';
    const set = (path: string) => `SELECT pg_catalog.set_config('search_path', '${path}', false);`;
    const made = 'CREATE TABLE IF NOT EXISTS "Shop".orders (id bigint);';
    expect(await findingsOf(`${made}\n${set('"$user", "Shop", public')}\n${index}`)).toEqual([]);
    expect(await findingsOf(`${made}\n${set('shop')}\n${index}`)).toEqual([
      'public/001_example.sql:3:1 index-without-concurrently',
    ]);
  });

  test('in the schema of the search path', async () => {
    const other = `SET search_path = shop;\n${table}\nCREATE INDEX IF NOT EXISTS i ON shop.orders (id);\nCREATE INDEX IF NOT EXISTS j ON public.orders (id);`;
    expect(await findingsOf(other)).toEqual([
      'public/001_example.sql:4:1 index-without-concurrently',
    ]);
  });
});

test('an index on a table with a dot in its name is known by that table', async () => {
  const files = {
    'a/1_a.sql':
      'CREATE TABLE IF NOT EXISTS "a.b" (id bigint NOT NULL);\nCREATE UNIQUE INDEX IF NOT EXISTS i ON "a.b" (id);\nALTER TABLE "a.b" REPLICA IDENTITY USING INDEX i;',
    'a/2_b.sql': 'DROP INDEX IF EXISTS i;',
  };
  const applied = { 'a/1_a.sql': files['a/1_a.sql'] };
  expect(await findingsOf(files, { applied })).toEqual([
    'a/2_b.sql:1:1 drop-index-without-concurrently',
    'a/2_b.sql:1:1 replica-identity-lost',
  ]);
});

test('the files of this project have nothing dangerous', async () => {
  const directory = new URL('../../migrations/', import.meta.url).pathname;
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const files = paths
    .filter((path) => path.endsWith('.sql'))
    .map((path) => [path, readFileSync(`${directory}${path}`, 'utf8')] as const);
  expect(files.length).toBeGreaterThan(40);
  expect(await findingsOf(Object.fromEntries(files))).toEqual([]);
});

test('locks and lost rows are told of files that are still to run, second runs of all', async () => {
  const files = { 'a/1_a.sql': `${index}\nDROP TABLE IF EXISTS t;\nCREATE SCHEMA s;` };
  expect(await findingsOf(files, { applied: files })).toEqual([
    'a/1_a.sql:3:1 create-without-if-not-exists',
  ]);
  expect(await findingsOf(files, { applied: { 'a/1_a.sql': 'SELECT 1;' } })).toHaveLength(3);
});

describe('a statement within', () => {
  test('a DO block is at its place in the file', async () => {
    const block =
      'SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  DROP TABLE IF EXISTS t;\n  DROP TABLE IF EXISTS t;\nEND $$;';
    expect(await findingsOf(block)).toEqual([
      'public/001_example.sql:5:3 drop-table',
      'public/001_example.sql:6:3 drop-table',
    ]);
  });

  test('quotes that are doubled is at the place of the block', async () => {
    const block = "SELECT 1;\n DO 'BEGIN PERFORM ''a''; DROP TABLE IF EXISTS t; END';";
    expect(await findingsOf(block)).toEqual(['public/001_example.sql:2:2 drop-table']);
  });

  test('what EXECUTE runs is at its own place', async () => {
    const block =
      "DO $$ BEGIN\n  EXECUTE 'DROP TABLE IF EXISTS t';\n EXECUTE format('DROP TABLE IF EXISTS %I', 'u'); END $$;";
    expect(await findingsOf(block)).toEqual(['public/001_example.sql:2:12 drop-table']);
  });

  test('constants that EXECUTE joins is found, at the place of EXECUTE', async () => {
    const block =
      "DO $$ BEGIN\n  EXECUTE 'DROP TABLE ' || 'IF EXISTS t';\n  EXECUTE 'DROP TABLE ' || quote_ident('u'); END $$;";
    expect(await findingsOf(block)).toEqual(['public/001_example.sql:2:11 drop-table']);
  });

  test('a function does not run', async () => {
    const routine =
      'CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE IF EXISTS t; END $$;';
    expect(await findingsOf(routine)).toEqual([]);
  });
});

describe('places', () => {
  test('count characters behind what is no ASCII', async () => {
    expect(await findingsOf("SELECT 'äöü€😀'; /* 😀 */ DROP TABLE IF EXISTS t;")).toEqual([
      'public/001_example.sql:1:25 drop-table',
    ]);
    expect(await findingsOf("DO $$ BEGIN PERFORM 'ä😀'; DROP TABLE IF EXISTS t; END $$;")).toEqual([
      'public/001_example.sql:1:27 drop-table',
    ]);
  });
});

describe('what the grammar cannot read', () => {
  const unreadable = async (sql: string) => {
    const { files } = await lintOf(sql);
    return files.flatMap(({ findings }) =>
      findings.map(({ rule, message, place }) => [rule, place?.line, message] as const),
    );
  };

  test('is told with its place, and the statements around it are read', async () => {
    expect(
      await findingsOf('DROP TABLE IF EXISTS a;\nSELECT frm x y;\nDROP TABLE IF EXISTS b;'),
    ).toEqual([
      'public/001_example.sql:1:1 drop-table',
      'public/001_example.sql:2:14 unreadable-statement',
      'public/001_example.sql:3:1 drop-table',
    ]);
  });

  test('never shows a literal', async () => {
    const [found] = await unreadable("SELECT a b 'geheim';");
    expect(found?.[2]).toBe(
      "PostgreSQL's grammar cannot read SELECT, so no rule has checked it: syntax error",
    );
  });

  test('may be nested too deeply', async () => {
    const deep = `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)};\nDROP TABLE IF EXISTS t;`;
    const wide = `SELECT ${Array.from({ length: 100_000 }, () => '1').join('+')};\nDROP TABLE IF EXISTS t;`;
    for (const sql of [deep, wide]) {
      const found = await unreadable(sql);
      expect(found.map(([rule, line]) => [rule, line])).toEqual([
        ['unreadable-statement', 1],
        ['drop-table', 2],
      ]);
      expect(found[0]?.[2]).toContain('nested too deeply');
    }
  });

  test('may be the body of a block', async () => {
    const [found] = await unreadable('DO $$ BEGIN frob; END $$;');
    expect(found?.[2]).toContain('what is in DO');
  });

  test('is not the rows of a COPY', async () => {
    const copy = 'COPY t (a) FROM STDIN;\nDROP TABLE IF EXISTS x;\n\\.\nDROP TABLE IF EXISTS y;';
    expect(await findingsOf(copy)).toEqual([
      'public/001_example.sql:1:1 insert-without-on-conflict',
      'public/001_example.sql:4:1 drop-table',
    ]);
  });
});

describe('-- pgm:ignore', () => {
  test('takes a finding back for the statement below, with its reason', async () => {
    const { files } = await lintOf(
      '-- pgm:ignore drop-table because it is empty\nDROP TABLE IF EXISTS t;',
    );
    expect(files[0]?.findings).toEqual([]);
    expect(files[0]?.ignored.map(({ finding, reason }) => [finding.rule, reason])).toEqual([
      ['drop-table', 'it is empty'],
    ]);
  });

  test('is stale where there is nothing to take back, and a slip where there is no such rule', async () => {
    const sql =
      'SELECT 1;\n-- pgm:ignore drop-table because x\nSELECT 2;\n-- pgm:ignore drop-tabel because x\nSELECT 3;';
    expect(await findingsOf(sql)).toEqual([
      'public/001_example.sql:2:1 stale-ignore',
      'public/001_example.sql:4:1 unknown-ignore',
    ]);
  });

  test('is not stale for a table that is deployed where somebody says so', async () => {
    const taken = '-- pgm:ignore drop-table because it is empty\nDROP TABLE IF EXISTS orders;';
    const files = { 'a/1_a.sql': table, 'a/2_b.sql': taken };
    expect(await findingsOf(files)).toEqual([]);
    expect(await findingsOf(files, { applied: { 'a/1_a.sql': table } })).toEqual([]);
    expect(await findingsOf({ 'a/1_a.sql': `${table}\n${taken}` })).toEqual([
      'a/1_a.sql:2:1 stale-ignore',
    ]);
  });

  test('may name a rule of verify', async () => {
    expect(await findingsOf('-- pgm:ignore changes-second-time because x\nSELECT 1;')).toEqual([]);
  });

  test('takes back what is found of the source, in the header of the file', async () => {
    const gap = (sql: string) => ({
      'a/1_a.sql': 'SELECT 1;',
      'a/2_b.sql': 'SELECT 1;',
      'a/3_c.sql': 'SELECT 1;',
      'a/5_e.sql': sql,
    });
    expect(await findingsOf(gap('SELECT 1;'))).toEqual(['a/5_e.sql number-gap']);
    expect(
      await findingsOf(gap('-- pgm:ignore number-gap because 4 was withdrawn\nSELECT 1;')),
    ).toEqual([]);
  });
});

test('a file that pgm would not send is refused, and its statements are looked at all the same', async () => {
  expect(await findingsOf('DROP TABLE IF EXISTS t;\nROLLBACK;')).toEqual([
    'public/001_example.sql:2:1 refused',
    'public/001_example.sql:1:1 drop-table',
  ]);
});

test('many findings of one rule in a file are counted', async () => {
  const { files } = await lintOf('DROP TABLE IF EXISTS t;\n'.repeat(1_000));
  const findings = files[0]?.findings ?? [];
  expect(findings).toHaveLength(50);
  expect(findings.at(-1)?.message).toContain('(and 950 more statements like it)');
});
