import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { migrateFiles, type Ran } from '../../support/run.js';

let database: Database;

beforeEach(async () => {
  database = await createDatabase();
  await database.sql.unsafe(`create sequence tries; create table effects (file text);
    create table seen (file text, name text, times int)`);
});

afterEach(() => database.drop());

const effect = (file: string): string =>
  `select nextval('tries'); insert into effects values ('${file}');`;

/** Notes what the session has prepared, and how often each has been executed. */
const note = (file: string): string => `insert into seen
select '${file}', name, generic_plans + custom_plans from pg_prepared_statements;`;

async function expectApplied(files: Readonly<Record<string, string>>): Promise<Ran> {
  const ran = await migrateFiles(files, { database: database.name });
  expect(ran.report.statuses.map(({ key, state, failure }) => [key, state, failure])).toEqual(
    Object.keys(files).map((key) => [key, 'applied', null]),
  );
  return ran;
}

function seenBy(file: string): Promise<readonly unknown[]> {
  return database.sql`select name, times from seen where file = ${file} order by name`;
}

async function expectEffects(files: readonly string[], tries: number): Promise<void> {
  const rows = await database.sql`select file from effects order by file`;
  expect(rows.map(({ file }) => file as unknown)).toEqual(files);
  const [row] = await database.sql`select last_value::int as tries from tries`;
  expect(row?.['tries']).toBe(tries);
}

test('the claim and the record are prepared by the first file of a session, and executed by each', async () => {
  await expectApplied({
    'a/001_x.sql': 'select 1;',
    'a/002_x.sql': 'create table t ();',
    'a/003_x.sql': note('c'),
  });
  expect(await seenBy('c')).toEqual([
    { name: 'pgm claim', times: 3 },
    { name: 'pgm record', times: 2 },
  ]);
});

test('what a file prepares does not reach the next, which prepares ours again', async () => {
  await expectApplied({
    'a/001_x.sql': 'prepare own as select 1;',
    'a/002_x.sql': `prepare own as select 2; ${note('b')}`,
    'a/003_x.sql': note('c'),
  });
  expect(await seenBy('b')).toEqual([
    { name: 'own', times: 0 },
    { name: 'pgm claim', times: 1 },
  ]);
  expect(await seenBy('c')).toEqual([{ name: 'pgm claim', times: 1 }]);
});

test('a file that prepares a statement of the name of ours fails with the words of the server', async () => {
  const { report } = await migrateFiles(
    { 'a/001_x.sql': `${effect('a')} prepare "pgm record" as select 1;` },
    { database: database.name },
  );
  expect(report.statuses[0]?.failure).toMatchObject({
    sqlstate: '42P05',
    message: expect.stringContaining('"pgm record"') as string,
  });
  await expectEffects([], 1);
});

test('a file that ends with DEALLOCATE ALL is sent once, as are those around it', async () => {
  await expectApplied({
    'a/001_x.sql': effect('a'),
    'a/002_x.sql': `${effect('b')} deallocate all;`,
    'a/003_x.sql': effect('c'),
  });
  await expectEffects(['a', 'b', 'c'], 3);
});

test('a file that calls a function with DEALLOCATE in it is rolled back, and applied once', async () => {
  await expectApplied({
    'a/001_x.sql': `create function forget() returns void language plpgsql as $$ begin execute 'deallocate all'; end $$;`,
    'a/002_x.sql': `${effect('b')} select forget();`,
    'a/003_x.sql': effect('c'),
  });
  // A sequence counts what was rolled back, too.
  await expectEffects(['b', 'c'], 3);
  const tries = await database.sql`select filename, outcome from pgm.attempts order by id`;
  expect(tries.map(({ filename, outcome }): readonly unknown[] => [filename, outcome])).toEqual([
    ['001_x.sql', 'applied'],
    ['002_x.sql', 'applied'],
    ['003_x.sql', 'applied'],
  ]);
});

test('a file that fails, and a file outside a transaction, leave nothing prepared', async () => {
  const { report } = await migrateFiles(
    {
      'a/001_x.sql': effect('a'),
      'b/001_x.sql': 'select 1 / 0;',
      'c/001_x.sql': note('c'),
      'd/001_x.sql': `-- pgm:no-transaction\n${effect('d')}`,
      'e/001_x.sql': note('e'),
    },
    { database: database.name },
  );
  expect(report.statuses.map(({ state }) => state)).toEqual([
    'applied',
    'failed',
    'applied',
    'applied',
    'applied',
  ]);
  for (const file of ['c', 'e'])
    expect(await seenBy(file)).toEqual([{ name: 'pgm claim', times: 1 }]);
});

test('neither a setting nor the last value of a sequence reaches the next file', async () => {
  const { report } = await migrateFiles(
    {
      'a/001_x.sql': `select nextval('tries'); set work_mem = '77MB';`,
      'b/001_x.sql': `insert into effects values (current_setting('work_mem'));`,
      'c/001_x.sql': `select lastval();`,
    },
    { database: database.name },
  );
  const told = report.statuses.map(({ failure }) => failure?.sqlstate ?? null);
  expect(told).toEqual([null, null, '55000']);
  await expectEffects(['4MB'], 1);
});

test('a migration that touches the history is found after others, whose plans the server has kept', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, at): readonly [string, string] => [
      `a/00${at + 1}_x.sql`,
      `create table t${at} ();`,
    ]),
  );
  const { report } = await migrateFiles(
    {
      ...files,
      'b/001_x.sql': `update pgm.migrations set attempts = 7 where filename = '001_x.sql';`,
      'c/001_x.sql': `alter table pgm.attempts add column more text; ${effect('c')}`,
      'd/001_x.sql': `create table pgm.more (); ${effect('d')}`,
      'e/001_x.sql': effect('e'),
      'f/001_x.sql': `create table t (); grant usage on schema pgm to pg_monitor;`,
    },
    { database: database.name },
  );
  const failed = report.statuses.flatMap(({ key, failure }) =>
    failure === null ? [] : [[key, failure.sqlstate]],
  );
  expect(failed).toEqual([
    ['b/001_x.sql', '2F002'],
    ['c/001_x.sql', '2F002'],
    ['d/001_x.sql', '2F002'],
  ]);
  await expectEffects(['e'], 3);
});
