import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate as migrateHere } from '../../../src/index.js';
import { createDatabase, type Database } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let tree: Tree;

beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree();
});

afterEach(async () => {
  await tree.remove();
  await database.drop();
});

const migrate = (...args: string[]) =>
  pgm(['migrate', '--dir', tree.directory, ...args], { DATABASE_URL: database.url });

/** The same without a process, where only the database is looked at. */
const migrated = () => migrateHere({ databaseUrl: database.url, dir: tree.directory });

interface Document {
  readonly upToDate: boolean;
  readonly reason: string | null;
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly applied: readonly { readonly key: string; readonly reason: string }[];
  readonly migrations: readonly {
    readonly key: string;
    readonly state: string;
    readonly failure: { readonly message: string; readonly sqlstate: string | null } | null;
    readonly heldBecause: string | null;
  }[];
}

async function migrateJson(
  ...args: string[]
): Promise<{ exitCode: number | null; document: Document }> {
  const { exitCode, stdout } = await migrate('--json', ...args);
  return { exitCode, document: JSON.parse(stdout) as Document };
}

const historyRows = () => database.sql`
  select schema || '/' || filename as key, state, attempts, last_error from pgm.migrations order by 1`;

describe('three files, the second broken', () => {
  const files = {
    'gcp/001_schema.sql': 'create schema if not exists gcp;\n',
    'gcp/002_table.sql': '-- 日本\ncreate table gcp.a (id int);\n  create tabel gcp.b (id int);\n',
    'gcp/003_more.sql': 'create table if not exists gcp.c (id int);\n',
  };

  test('the third still runs, exit 1, and the error names file, line and column with a caret', async () => {
    await tree.write(files);
    const { exitCode, stdout } = await migrate();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${tree.directory}/gcp/002_table.sql:3:10 syntax error`);
    expect(stdout).toContain('SQLSTATE 42601');
    expect(stdout).toMatch(/3 \| {3}create tabel gcp\.b \(id int\);\n +\| {10}\^/);
    expect(stdout).not.toContain('All migrations applied');
    const [made] = await database.sql`
      select to_regclass('gcp.c') is not null as third, to_regclass('gcp.a') is null as rolled_back`;
    expect(made).toEqual({ third: true, rolled_back: true });
  });

  test('fixed, only the broken one runs', async () => {
    await tree.write(files);
    await migrated();
    await tree.write({ 'gcp/002_table.sql': 'create table gcp.a (id int);\n' });
    const { exitCode, document } = await migrateJson();
    expect(exitCode).toBe(0);
    expect(document.applied.map(({ key }) => key)).toEqual(['gcp/002_table.sql']);
    expect(document).toMatchObject({ upToDate: true, counts: { applied: 3, failed: 0 } });
    expect(await historyRows()).toMatchObject([
      { key: 'gcp/001_schema.sql', state: 'applied', attempts: 1 },
      { key: 'gcp/002_table.sql', state: 'applied', attempts: 2, last_error: null },
      { key: 'gcp/003_more.sql', state: 'applied', attempts: 1 },
    ]);
  });

  test('left broken, it is tried again and the others are not', async () => {
    await tree.write(files);
    await migrated();
    const { exitCode, document } = await migrateJson();
    expect(exitCode).toBe(1);
    expect(document.applied).toEqual([]);
    expect(document.reason).toBe('gcp/002_table.sql failed');
    expect(await historyRows()).toMatchObject([
      { attempts: 1 },
      { state: 'failed', attempts: 2 },
      { attempts: 1 },
    ]);
  });

  test('--on-failure stop holds what comes after', async () => {
    await tree.write(files);
    const { exitCode, document } = await migrateJson('--on-failure', 'stop');
    expect(exitCode).toBe(1);
    expect(document.migrations.map(({ state }) => state)).toEqual(['applied', 'failed', 'held']);
    expect(document.migrations[2]?.heldBecause).toContain('gcp/002_table.sql failed');
  });

  test('after it, a file of the schema that does more than add is held; of another schema it runs', async () => {
    await tree.write({
      ...files,
      'gcp/004_drop.sql': 'drop table if exists gcp.c;',
      'other/001_drop.sql': 'drop table if exists public.nothing;',
    });
    const { document } = await migrateJson();
    expect(document.migrations.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'gcp/001_schema.sql applied',
      'gcp/002_table.sql failed',
      'gcp/003_more.sql applied',
      'gcp/004_drop.sql held',
      'other/001_drop.sql applied',
    ]);
    const [kept] = await database.sql`select to_regclass('gcp.c') is not null as kept`;
    expect(kept).toEqual({ kept: true });
    const env = { DATABASE_URL: database.url, MIGRATIONS_DIR: tree.directory };
    expect((await pgm(['status'], env)).stdout).toMatch(
      /gcp\/004_drop\.sql +held {2}gcp\/002_table\.sql failed, and this file does more than add \(DROP TABLE\)/,
    );
    await tree.write({ 'gcp/002_table.sql': 'create table gcp.a (id int);' });
    expect((await migrateJson()).document.counts).toMatchObject({ applied: 5, held: 0 });
  });
});

test('a file and its history row are kept or lost together: the last statement fails', async () => {
  await tree.write({
    'a/001_x.sql': 'create table t (id int); insert into t values (1); select 1/0;',
  });
  const { exitCode, document } = await migrateJson();
  expect(exitCode).toBe(1);
  expect(document.migrations[0]?.failure?.sqlstate).toBe('22012');
  const [left] = await database.sql`select to_regclass('public.t') as t`;
  expect(left).toEqual({ t: null });
});

test('a deferred constraint that fails at COMMIT is a failure of the file and named as such', async () => {
  await tree.write({
    'a/001_x.sql': `create table p (id int primary key);
create table c (p int references p deferrable initially deferred);
insert into c values (7);`,
  });
  const { exitCode, stdout } = await migrate();
  expect(exitCode).toBe(1);
  expect(stdout).toContain('SQLSTATE 23503');
  expect(stdout).toMatch(/commit/i);
});

test('a file that wraps itself in BEGIN and COMMIT is atomic with its row', async () => {
  await tree.write({
    'a/001_good.sql': 'begin;\ncreate table good (id int);\ncommit;\n',
    'a/002_bad.sql': 'BEGIN;\ncreate table bad (id int);\nselect nonsense;\nCOMMIT;\n',
  });
  const { stdout } = await migrate();
  expect(stdout).toContain('002_bad.sql:3:8');
  const [made] =
    await database.sql`select to_regclass('good') is not null as good, to_regclass('bad') as bad`;
  expect(made).toEqual({ good: true, bad: null });
  expect(await historyRows()).toMatchObject([{ state: 'applied' }, { state: 'failed' }]);
});

test('other transaction control is refused with its place before anything is sent', async () => {
  await tree.write({
    'a/001_x.sql': 'create table t (id int);\ncommit;\ncreate table u (id int);\n',
  });
  const { exitCode, stdout } = await migrate();
  expect(exitCode).toBe(1);
  expect(stdout).toContain('001_x.sql:2:1');
  const [made] = await database.sql`select to_regclass('t') as t`;
  expect(made).toEqual({ t: null });
  expect(await historyRows()).toMatchObject([{ state: 'failed', last_error: { kind: 'refused' } }]);
});

test('CREATE INDEX CONCURRENTLY alone in a file runs outside a transaction', async () => {
  await tree.write({
    'a/001_t.sql': 'create table t (id int);',
    'a/002_i.sql': 'create index concurrently if not exists t_id on t (id);',
  });
  expect((await migrated()).upToDate).toBe(true);
  const [made] = await database.sql`select to_regclass('t_id') is not null as made`;
  expect(made).toEqual({ made: true });
  expect(await historyRows()).toMatchObject([
    { state: 'applied' },
    { state: 'applied', attempts: 1 },
  ]);
});

test('COPY … FROM STDIN with its data goes through', async () => {
  await tree.write({
    'a/001_x.sql':
      "create table t (id int, name text);\ncopy t (id, name) from stdin;\n1\tone\n2\t\\N\n\\.\ninsert into t values (3, 'three');\n",
  });
  expect((await migrated()).upToDate).toBe(true);
  expect(await database.sql`select id, name from t order by id`).toEqual([
    { id: 1, name: 'one' },
    { id: 2, name: null },
    { id: 3, name: 'three' },
  ]);
});

test('no file sees what another left in the session', async () => {
  await tree.write({
    'a/001_x.sql': `create role pgm_test_other;
grant all on schema public to pgm_test_other;
set role pgm_test_other;
set search_path = nowhere;
set statement_timeout = '1s';
create temp table left_over (id int);
select pg_advisory_unlock_all();
listen something;`,
    'a/002_x.sql': `create table seen as
select current_user::text as who, current_setting('search_path') as path,
  current_setting('statement_timeout') as patience, to_regclass('left_over') as temp;`,
  });
  const { upToDate } = await migrated();
  await database.sql`drop owned by pgm_test_other`;
  await database.sql`drop role pgm_test_other`;
  expect(upToDate).toBe(true);
  expect(await database.sql`select * from seen`).toEqual([
    { who: 'pact', path: '"$user", public', patience: '0', temp: null },
  ]);
});

test('names with quotes, dollars, percent signs, emoji and line ends are bound, escaped and applied', async () => {
  const names = [
    `001_it's.sql`,
    '002_"q".sql',
    '003_$1_$$_%s.sql',
    '004_🐘.sql',
    '005_a\nb.sql',
    '006_b\\.sql',
  ];
  await tree.write(Object.fromEntries(names.map((name, at) => [`a/${name}`, `select ${at};`])));
  await database.sql.unsafe(
    `alter database ${database.name} set standard_conforming_strings = off`,
  );
  const { exitCode, stdout } = await migrate();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('005_a\\u000ab.sql applied');
  const rows = await database.sql`select filename from pgm.migrations order by filename`;
  expect(rows.map(({ filename }) => String(filename))).toEqual(names);
});

test('an edited file runs again, or warns, or fails, by --on-change; -- pgm:once pins it', async () => {
  await tree.write({
    'a/001_x.sql': 'create table if not exists t (id int);',
    'a/002_once.sql': '-- pgm:once\ncreate table u (id int);',
  });
  await migrated();
  await tree.write({
    'a/001_x.sql': 'create table if not exists t (id int); -- edited',
    'a/002_once.sql': '-- pgm:once\ncreate table u (id bigint);',
  });
  const warned = await migrateJson('--on-change', 'warn');
  expect(warned).toMatchObject({ exitCode: 0, document: { upToDate: true, applied: [] } });
  const failed = await migrateJson('--on-change', 'fail');
  expect(failed).toMatchObject({ exitCode: 1, document: { reason: '1 changed' } });
  const rerun = await migrateJson();
  expect(rerun.exitCode).toBe(0);
  expect(rerun.document.applied).toMatchObject([{ key: 'a/001_x.sql', reason: 'changed' }]);
});

test('a dry run tells and changes nothing, not even the database', async () => {
  await tree.write({ 'a/001_x.sql': 'create table t (id int);' });
  const dry = await migrateJson('--dry-run');
  expect(dry).toMatchObject({ exitCode: 0, document: { dryRun: true, counts: { pending: 1 } } });
  const [left] = await database.sql`select to_regnamespace('pgm') as pgm, to_regclass('t') as t`;
  expect(left).toEqual({ pgm: null, t: null });
});

test('--to applies up to and including the named migration, given by its number', async () => {
  await tree.write({
    'a/001_x.sql': 'select 1;',
    'a/002_x.sql': 'select 2;',
    'a/003_x.sql': 'select 3;',
  });
  const { exitCode, document } = await migrateJson('--to', 'a/002');
  expect(exitCode).toBe(0);
  expect(document.migrations.map(({ state }) => state)).toEqual(['applied', 'applied', 'pending']);
  expect((await migrate('--to', 'a/009')).exitCode).toBe(2);
});

test('--schemas leaves the others alone and says so', async () => {
  await tree.write({ 'a/001_x.sql': 'select 1;', 'b/001_x.sql': 'select 1;' });
  const { exitCode, stdout } = await migrate('--schemas', 'a');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('b left out by --schemas (1 file)');
  expect(await historyRows()).toMatchObject([{ key: 'a/001_x.sql' }]);
});

test('an empty source is a warning and exit 0', async () => {
  const { exitCode, stdout } = await migrate();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('no migrations found');
  expect(stdout).not.toContain('All migrations applied');
});

test('a file that cannot be read is refused with its byte offset and the rest still runs', async () => {
  await tree.write({
    'a/001_x.sql': Buffer.from([0x73, 0x65, 0x6c, 0xff]),
    'a/002_x.sql': 'select 1;',
  });
  const { exitCode, document } = await migrateJson();
  expect(exitCode).toBe(1);
  expect(document.migrations).toMatchObject([
    { key: 'a/002_x.sql', state: 'applied' },
    {
      key: 'a/001_x.sql',
      state: 'failed',
      failure: { message: expect.stringContaining('byte 3') as string },
    },
  ]);
});

test('a password literal in a failing file appears nowhere: not on screen, not in the history', async () => {
  await tree.write({
    'a/001_x.sql': "create role nobody_has_this password 'hunter2-canary' wibble;",
    'a/002_x.sql':
      "create table t (email text primary key); insert into t values ('hunter2-canary'), ('hunter2-canary');",
    'a/003_x.sql': "select 'hunter2-canary",
  });
  const { exitCode, stdout, stderr } = await migrate('--verbose');
  expect(exitCode).toBe(1);
  expect(stdout + stderr).not.toContain('hunter2');
  expect(JSON.stringify(await historyRows())).not.toContain('hunter2');
  expect(JSON.stringify(await database.sql`select * from pgm.attempts`)).not.toContain('hunter2');
});

test('a hundred thousand notices are cut to twenty, and a large result is thrown away', async () => {
  await tree.write({
    'a/001_x.sql': `do $$ begin for i in 1..100000 loop raise notice 'n %', i; end loop; end $$;
select i, repeat('x', 100) from generate_series(1, 300000) i;`,
  });
  const { exitCode, stdout } = await migrate();
  expect(exitCode).toBe(0);
  expect(stdout.match(/NOTICE: n \d+/g)).toHaveLength(20);
  expect(stdout).toContain('99,980 more notices, not shown');
});

test('a history of a newer layout is refused and not touched', async () => {
  await tree.write({ 'a/001_x.sql': 'select 1;' });
  await migrated();
  await database.sql`insert into pgm.layout (version) values (99)`;
  await tree.write({ 'a/002_x.sql': 'select 2;' });
  const { exitCode, stderr } = await migrate();
  expect(exitCode).toBe(2);
  expect(stderr).toContain('layout 99');
  expect(await historyRows()).toHaveLength(1);
});

test('two history schemas in one database are independent', async () => {
  await tree.write({ 'a/001_x.sql': 'create table if not exists t (id int);' });
  await migrated();
  const { exitCode } = await migrate('--history-schema', 'My_History');
  expect(exitCode).toBe(0);
  const rows = await database.sql.unsafe('select state from "My_History".migrations');
  expect(rows).toEqual([{ state: 'applied' }]);
});

test('eight first runs at once on an empty database all exit 0, and each file takes effect once', async () => {
  await tree.write({
    'a/001_x.sql': 'create table effects (n int);',
    'a/002_x.sql': 'insert into effects values (2);',
    'a/003_x.sql': 'insert into effects values (3);',
  });
  const runs = await Promise.all(Array.from({ length: 8 }, () => migrate()));
  expect(runs.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)).toEqual(Array(8).fill('0 '));
  expect(await database.sql`select n from effects order by n`).toEqual([{ n: 2 }, { n: 3 }]);
});

test('-- pgm:requires: run as soon as it is met, whatever the order; held when it is not', async () => {
  await tree.write({
    'a/001_x.sql': '-- pgm:requires b/001\ncreate table second as select * from first;',
    'a/002_x.sql': '-- pgm:requires b/009\nselect 1;',
    'b/001_x.sql': 'create table first (id int);',
    'b/002_x.sql': 'select 1;',
  });
  const { exitCode, document } = await migrateJson();
  expect(exitCode).toBe(1);
  expect(document.applied.map(({ key }) => key)).toEqual([
    'b/001_x.sql',
    'a/001_x.sql',
    'b/002_x.sql',
  ]);
  expect(document.migrations[1]).toMatchObject({
    state: 'held',
    heldBecause: 'it requires b/009, which is not applied',
  });
});

test('a late file behind a later one is applied and marked out of order', async () => {
  await tree.write({ 'a/002_x.sql': 'select 2;', 'a/003_x.sql': 'select 3;' });
  await migrated();
  await tree.write({ 'a/002b_x.sql': 'select 22;', 'a/004_x.sql': 'select 4;' });
  const { stdout } = await migrate('--dry-run', '--json');
  expect((JSON.parse(stdout) as Document).migrations).toContainEqual(
    expect.objectContaining({ key: 'a/002b_x.sql', state: 'pending', outOfOrder: true }),
  );
  const { exitCode, document } = await migrateJson();
  expect(exitCode).toBe(0);
  expect(document.applied).toMatchObject([
    { key: 'a/002b_x.sql', outOfOrder: true },
    { key: 'a/004_x.sql', outOfOrder: false },
  ]);
});

test('an index that was built by a run that died before it could say so is not built again', async () => {
  await tree.write({
    'a/001_t.sql': 'create table t (id int);',
    'a/002_i.sql': 'create index concurrently t_id on t (id);',
  });
  await migrated();
  // What the history says between the end of the statement and its row.
  await database.sql`
    update pgm.migrations set state = 'failed', applied_checksum = null, statements_done = 0,
      last_error = '{"kind": "refused", "message": "it did not come to its end", "indexWasAbsent": true}'
    where filename = '002_i.sql'`;
  const oid = () => database.sql`select 't_id'::regclass::oid::int as oid`;
  const before = await oid();
  expect((await migrated()).upToDate).toBe(true);
  expect(await oid()).toEqual(before);
  expect(await historyRows()).toMatchObject([{ state: 'applied' }, { state: 'applied' }]);
});

test('an index of that name that was there before is an error of the file, also after a death', async () => {
  await tree.write({
    'a/001_t.sql': 'create table t (id int); create index t_id on t (id);',
    'a/002_i.sql': 'create index concurrently t_id on t (id);',
  });
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const { document } = await migrateJson();
    expect(document.migrations[1]).toMatchObject({
      state: 'failed',
      failure: { sqlstate: '42P07' },
    });
    await database.sql`
      update pgm.migrations set last_error = '{"kind": "refused", "message": "died", "indexWasAbsent": false}'
      where filename = '002_i.sql'`;
  }
});
