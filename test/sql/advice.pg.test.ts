import { describe, expect, test } from 'vitest';
import { failureOf, statesOf, useTrials } from '../faults/trial.js';
import { migrateFiles } from '../support/run.js';
import { startServer, testServer } from '../support/server.js';

const begin = useTrials();
const major = Number(testServer().version.split('.')[0]);

/** `$s` is a schema of the test's own. */
async function adviceOf(text: string): Promise<readonly [sqlstate: string | null, string | null]> {
  const trial = await begin();
  const file = text.replaceAll('$s', trial.name);
  const { sqlstate, advice } = failureOf(await trial.run({ 'a/001_x.sql': file }), 'a/001_x.sql');
  return [sqlstate, advice];
}

const table = 'create table $s.t (a int, b text); insert into $s.t values (1), (1);\n';
const outsider = 'create role advised; grant usage on schema $s to advised;\n';

describe('what to do about', () => {
  test.each<[what: string, sqlstate: string, sql: string, advice: RegExp]>([
    [
      'checks of rows that wait for COMMIT',
      '55006',
      'create table $s.p (id int primary key); create table $s.c (id int references $s.p deferrable initially deferred); insert into $s.c values (1); alter table $s.c add x int',
      /SET CONSTRAINTS ALL IMMEDIATE/,
    ],
    [
      'a loop over the table',
      '55006',
      `${table}do $$ declare r record; begin for r in select * from $s.t loop alter table $s.t add c int; end loop; end $$`,
      /in a loop or with an open cursor/,
    ],
    [
      'a column that a view uses',
      '0A000',
      `${table}create view $s.v as select a from $s.t; alter table $s.t alter a type bigint`,
      /^a view or rule uses the column/,
    ],
    [
      'a key without the columns of the partitions',
      '0A000',
      'create table $s.t (a int, b int primary key) partition by range (a)',
      /every column of the partition key/,
    ],
    [
      'an extension that is not installed',
      major < 15 ? '58P01' : '0A000',
      'create extension nosuch',
      /^the extension is not installed/,
    ],
    ['a parameter of a newer server', '42704', 'set nosuch_timeout = 0', /newer pg_dump/],
    ['an index to be dropped', '42704', 'drop index $s.nosuch', /IF EXISTS/],
    [
      'a constraint to be dropped',
      '42704',
      `${table}alter table $s.t drop constraint nosuch`,
      /IF EXISTS/,
    ],
    ['a type', '42704', 'create table $s.t (a nosuch)', /^the type does not exist yet/],
    ['a role', '42704', `${table}grant select on $s.t to nosuch`, /^there is no such role/],
    [
      'duplicates under a new unique index',
      '23505',
      `${table}create unique index on $s.t (a)`,
      /^existing rows have the same values/,
    ],
    [
      'duplicates under a new primary key',
      '23505',
      `${table}alter table $s.t add primary key (a)`,
      /^existing rows have the same values/,
    ],
    [
      'a row that exists',
      '23505',
      'create table $s.t (a int primary key); insert into $s.t values (1), (1)',
      /ON CONFLICT DO NOTHING/,
    ],
    [
      'row-level security',
      '42501',
      `${outsider}${table}alter table $s.t enable row level security; grant all on $s.t to advised; set role advised; insert into $s.t values (1)`,
      /^row-level security blocks it/,
    ],
    [
      'the schema public',
      '42501',
      'create role advised; revoke create on schema public from public; set role advised; create table public.t (a int)',
      /GRANT CREATE ON SCHEMA public/,
    ],
    [
      'a right that is missing',
      '42501',
      `${outsider}${table}set role advised; select * from $s.t`,
      /lacks the right/,
    ],
    [
      'an isolation level',
      '25001',
      "select set_config('transaction_' || 'isolation', 'serializable', true); create table $s.t (a int)",
      /^the transaction of a file has begun before its first statement/,
    ],
    [
      'CONCURRENTLY in a DO block',
      '25001',
      `${table}do $$ begin create index concurrently on $s.t (a); end $$`,
      /^a DO block or function always runs in a transaction/,
    ],
    [
      'REINDEX of a partitioned table',
      '25001',
      'create table $s.t (a int) partition by range (a); reindex table $s.t',
      /write "-- pgm:no-transaction" as the first line/,
    ],
    ['COMMIT in a DO block', '2D000', 'do $$ begin commit; end $$', /"-- pgm:no-transaction"/],
    ['a table that exists', '42P07', `${table}${table}`, /IF NOT EXISTS/],
    [
      'a view that exists',
      '42P07',
      'create view $s.v as select 1; create view $s.v as select 2',
      /CREATE OR REPLACE VIEW/,
    ],
    ['a schema that exists', '42P06', 'create schema $s', /CREATE SCHEMA IF NOT EXISTS/],
    ['a column that exists', '42701', `${table}alter table $s.t add a int`, /ADD COLUMN IF NOT EX/],
    [
      'rows without a value',
      '23502',
      `${table}alter table $s.t add c int not null`,
      /^existing rows have no value/,
    ],
    [
      'a row without a value',
      '23502',
      'create table $s.t (a int not null); insert into $s.t values (null)',
      /^the row has no value/,
    ],
    [
      'a row that refers to none',
      '23503',
      'create table $s.p (id int primary key); create table $s.c (id int references $s.p); insert into $s.c values (1)',
      /insert it first/,
    ],
    [
      'a row that is referred to',
      '23503',
      'create table $s.p (id int primary key); create table $s.c (id int references $s.p); insert into $s.p values (1); insert into $s.c values (1); delete from $s.p',
      /^other rows still refer/,
    ],
    [
      'rows against a new constraint',
      '23514',
      `${table}alter table $s.t add check (a > 1)`,
      /^existing rows violate/,
    ],
    [
      'a row without a partition',
      '23514',
      'create table $s.t (a int) partition by range (a); insert into $s.t values (1)',
      /^no partition takes/,
    ],
    [
      'a role that owns something',
      '2BP01',
      `${outsider}drop role advised`,
      /REASSIGN OWNED and then DROP OWNED/,
    ],
    [
      'something that is depended on',
      '2BP01',
      `${table}create view $s.v as select a from $s.t; drop table $s.t`,
      /CASCADE/,
    ],
    ['a table that is missing', '42P01', 'select * from $s.nosuch', /schema\.table/],
    ['a function that is missing', '42883', 'select $s.nosuch(1)', /cast the arguments/],
    ['a schema that is missing', '3F000', 'create table nosuch.t (a int)', /CREATE SCHEMA IF NOT/],
    [
      'a statement that took too long',
      '57014',
      'set statement_timeout = 1; select pg_sleep(9)',
      /SET statement_timeout/,
    ],
    ['a variable of psql', '42601', 'select :x', /variable of psql/],
    ['a quoted variable of psql', '42601', "select :'x'", /variable of psql/],
    ['a placeholder', '42601', 'create table $s.${name} (a int)', /placeholder/],
    ['a placeholder in braces', '42601', 'select {{ name }}', /placeholder/],
    [
      'a no-break space',
      '42601',
      'select 1;\ncreate table\u00a0t (a int)',
      /no-break space \(U\+00A0\) at 2:13/,
    ],
    ['one before a table', '42703', 'select a\u00a0from t', /no-break space \(U\+00A0\) at 1:9/],
    ['one after a table', '42601', `${table}alter table $s.t\u00a0add column c int`, /U\+00A0/],
    ['a zero-width space', '42601', 'select\u200b1', /zero-width space \(U\+200B\) at 1:7/],
    [
      'a byte order mark',
      '42601',
      'select 1;\n\ufeffselect 2',
      /byte order mark \(U\+FEFF\) at 2:1/,
    ],
    ['a curly quote', '42703', 'select \u2018x\u2019', /curly quote \(U\+2018\) at 1:8/],
    ['a slip of the pen', '42601', 'selec 1', /cannot parse/],
  ])('%s (%s)', async (_, sqlstate, sql, advice) => {
    const given = await adviceOf(sql);
    expect(given).toEqual([sqlstate, expect.stringMatching(advice)]);
  });

  test('the tables of pgm in a dump', async () => {
    expect(await adviceOf('create schema pgm; create schema pgm')).toEqual([
      '42P06',
      expect.stringMatching(/pg_dump -N pgm/),
    ]);
    expect(
      await adviceOf('create schema pgm; create table pgm.layout (); create table pgm.layout ()'),
    ).toEqual(['42P07', expect.stringMatching(/pg_dump -N pgm/)]);
  });
});

describe('no advice is given where the cause is not sure:', () => {
  test.each([
    ['0A000', `${table}select a, count(*) from $s.t group by a for update`],
    ['22P02', "select 'x'::int"],
    ['42P01', 'select x.a from pg_am'],
    ['42883', 'select 1 + true'],
    ['42883', 'drop function $s.nosuch()'],
    ['42701', 'create table $s.t (a int, a int)'],
    ['42701', `${table}alter table $s.t rename a to b`],
    ['42P07', `${table}create table $s.u (a int); alter table $s.u rename to t`],
    ['42704', 'create text search configuration $s.x (copy = nosuch)'],
    ['22012', 'select 1/0'],
    ['P0001', "do $$ begin raise exception 'x'; end $$"],
  ])('%s %s', async (sqlstate, sql) => {
    expect(await adviceOf(sql)).toEqual([sqlstate, null]);
  });
});

test('a logical replication slot is made in a file of its own, or once the header that the advice names is there', async () => {
  const server = await startServer({ settings: { wal_level: 'logical' } });
  try {
    const target = { server, database: 'postgres' };
    const slot = (name: string): string =>
      `SELECT pg_create_logical_replication_slot('${name}', 'pgoutput');\n`;
    expect(statesOf(await migrateFiles({ 'a/001_t.sql': slot('s1') }, target))).toEqual([
      'a/001_t.sql applied',
    ]);
    const key = 'b/001_t.sql';
    const sql = `create table b (n int);\n${slot('s2')}`;
    const failure = failureOf(await migrateFiles({ [key]: sql }, target), key);
    expect(failure.advice).toContain('-- pgm:no-transaction');
    const ran = await migrateFiles({ [key]: `-- pgm:no-transaction\n${sql}` }, target);
    expect(statesOf(ran)).toContain(`${key} applied`);
  } finally {
    await server.remove();
  }
});

test('a file that has the header is not told to add it', async () => {
  const block = 'do $$ begin create index concurrently on pg_am (oid); end $$';
  const [sqlstate, advice] = await adviceOf(`-- pgm:no-transaction\n${block}`);
  expect(sqlstate).toBe('25001');
  expect(advice).toMatch(/^a DO block or function always runs in a transaction/);
});
