import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { migrateFiles } from '../support/run.js';
import { makeTree, type Tree } from '../support/tree.js';

const left = fileURLToPath(new URL('../fixtures/histories/', import.meta.url));

let database: Database;
let tree: Tree;
beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree({});
});
afterEach(async () => {
  await tree.remove();
  await database.drop();
});

/** The database as the tool left it, and its folder imported. */
async function moveIn(tool: string): Promise<void> {
  const dump = readFileSync(join(left, tool, 'dump.sql'), 'utf8');
  const loader = { database: database.name, historySchema: 'loader' };
  const { report } = await migrateFiles({ 'public/1_dump.sql': dump }, loader);
  expect(report.statuses.map(({ state }) => state)).toEqual(['applied']);
  await database.sql`drop schema loader cascade`;
  cpSync(join(left, tool, 'files'), join(tree.directory, 'files'), { recursive: true });
  // Names alone are not enough to be sure whose folder it is; who moves in knows.
  const { exitCode, stdout, stderr } = await run('import', 'files', '--tool', tool);
  expect(exitCode, stdout + stderr).toBe(0);
}

const run = (...args: string[]) => pgm(args, { DATABASE_URL: database.url }, tree.directory);

const states = async (): Promise<Readonly<Record<string, string>>> => {
  const rows = await database.sql<{ filename: string; state: string }[]>`
    select filename, state from pgm.migrations order by filename`;
  return Object.fromEntries(rows.map(({ filename, state }) => [filename, state]));
};

describe.each(['goose', 'golang-migrate', 'sql-migrate', 'tern'])('what %s left', (tool) => {
  test('is taken over: four of five files are marked, none runs, and migrate runs the fifth', async () => {
    await moveIn(tool);
    const dry = await run('baseline', '--from-history', '--dry-run');
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(/4 of 5 files applied/);
    expect(dry.stdout.match(/would be marked/g)).toHaveLength(4);
    expect(await database.sql`select to_regnamespace('pgm') as pgm`).toEqual([{ pgm: null }]);

    const marked = await run('baseline', '--from-history');
    expect(marked.stdout).toContain('4 migrations marked as applied, none was run');
    expect(marked.stdout).toMatch(/step5\.sql is not applied by/);
    expect(Object.values(await states())).toEqual(['applied', 'applied', 'applied', 'applied']);
    const outcomes = await database.sql`select distinct outcome from pgm.attempts`;
    expect(outcomes).toEqual([{ outcome: 'baselined' }]);
    expect((await run('status', '--check')).exitCode).toBe(3);

    const ran = await run('migrate');
    expect(ran.stdout.match(/\.sql applied/g)).toHaveLength(1);
    expect(ran.stdout).toContain('All migrations applied');
    expect((await run('status', '--check')).exitCode).toBe(0);
    expect(await database.sql`select count(*)::int as rows from account`).toEqual([{ rows: 1 }]);
  });
});

describe('a history that is odd', () => {
  test('dirty: nothing is marked, the version is named, exit 1', async () => {
    await moveIn('golang-migrate');
    await database.sql`update schema_migrations set dirty = true`;
    const { exitCode, stdout, stderr } = await run('baseline', '--from-history', '--dry-run');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('3 of 5 files applied');
    expect(stdout).toContain('000004_step4.sql  (failed)');
    expect(stdout).not.toContain('would be marked');
    expect(stderr).toContain('version 4 is dirty');
    expect(stderr).toContain('migrate force VERSION');
    expect(await database.sql`select to_regnamespace('pgm') as pgm`).toEqual([{ pgm: null }]);
  });

  test('undone by an older goose: the newest row of a version counts', async () => {
    await moveIn('goose');
    await database.sql`insert into goose_db_version (version_id, is_applied) values (4, false), (3, false)`;
    await database.sql`insert into goose_db_version (version_id, is_applied) values (3, true)`;
    const { exitCode, stdout } = await run('baseline', '--from-history');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('public/00004_step4.sql was undone, or never finished, by goose');
    expect(Object.keys(await states())).toEqual([
      '00001_step1.sql',
      '00002_step2.sql',
      '00003_step3.sql',
    ]);
  });

  test('out of order, and with a row of nobody: told, and the rest is marked', async () => {
    await moveIn('sql-migrate');
    await database.sql`delete from gorp_migrations where id = '0002-step2.sql'`;
    await database.sql`insert into gorp_migrations values ('0009-lost.sql', now())`;
    const { exitCode, stdout } = await run('baseline', '--from-history', '--json');
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as {
      marked: number;
      rowsWithoutFile: unknown;
      files: { key: string; row: string | null; late: boolean; says: string }[];
    };
    expect(report.marked).toBe(3);
    expect(report.rowsWithoutFile).toEqual([{ row: '0009-lost.sql', says: 'applied' }]);
    expect(report.files[1]).toMatchObject({ row: null, says: 'not applied', late: true });
    expect(report.files[4]).toMatchObject({ row: null, says: 'not applied', late: false });
    expect((await run('baseline', '--from-history')).stdout).toContain(
      'public/0002_step2.sql is not applied by sql-migrate, although a later one is',
    );
  });

  test('two tables that could be meant: --tool is asked for, and tells them apart', async () => {
    await moveIn('tern');
    await database.sql`create table goose_db_version (id int, version_id bigint, is_applied bool)`;
    const { exitCode, stderr } = await run('baseline', '--from-history');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('public.schema_version (tern)');
    expect(stderr).toContain('public.goose_db_version (goose)');
    expect(stderr).toContain('--tool');
    const named = await run('baseline', '--from-history', '--tool', 'tern');
    expect(named.stdout).toContain('4 migrations marked');
  });

  test('a table under another name needs --tool-table', async () => {
    await moveIn('tern');
    await database.sql`create schema app`;
    await database.sql`alter table schema_version set schema app`;
    await database.sql`alter table app.schema_version rename to migrated`;
    const none = await run('baseline', '--from-history', '--tool', 'tern');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('looked for schema_version');
    const args = ['baseline', '--from-history', '--tool-table', 'app.migrated'];
    expect((await run(...args)).stderr).toContain('app.migrated (dbmate), app.migrated (tern)');
    expect((await run(...args, '--tool', 'tern')).stdout).toContain('4 migrations marked');
  });

  test('all are marked, or none: what breaks in the middle leaves nothing behind', async () => {
    await moveIn('goose');
    await database.sql`delete from goose_db_version where version_id > 1`;
    expect((await run('baseline', '--from-history')).stdout).toContain('1 migration marked');
    await database.sql`insert into goose_db_version (version_id, is_applied)
      values (2, true), (3, true), (4, true)`;
    await database.sql.unsafe(`create function pgm.refuse() returns trigger language plpgsql as $$
      begin raise exception 'not this one'; end $$;
      create trigger refuse before insert on pgm.migrations for each row
        when (new.filename like '00003%') execute function pgm.refuse()`);
    expect((await run('baseline', '--from-history')).exitCode).not.toBe(0);
    expect(Object.keys(await states())).toEqual(['00001_step1.sql']);
  });

  test('rows that a policy would hide are not taken for all there are', async () => {
    await moveIn('sql-migrate');
    const role = `reader_${database.name}`;
    await database.sql.unsafe(`create role ${role} login password 'x';
      grant all on database ${database.name} to ${role}; grant select on gorp_migrations to ${role};
      alter table gorp_migrations enable row level security;
      create policy one on gorp_migrations using (id < '0002')`);
    try {
      const url = new URL(database.url);
      [url.username, url.password] = [role, 'x'];
      const args = ['baseline', '--from-history'];
      const { exitCode, stderr } = await pgm(args, { DATABASE_URL: url.href }, tree.directory);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('gorp_migrations');
    } finally {
      await database.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('files of two schemas need --schemas', async () => {
    await moveIn('goose');
    cpSync(join(tree.directory, 'migrations/public'), join(tree.directory, 'migrations/app'), {
      recursive: true,
    });
    const { exitCode, stderr } = await run('baseline', '--from-history');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--schemas');
    const one = await run('baseline', '--from-history', '--schemas', 'public');
    expect(one.stdout).toContain('4 migrations marked');
  });
});

test('what belongs to --from-history needs it, and --to does not go with it', async () => {
  const { exitCode, stderr } = await run('baseline', '--accept-edited', '--tool', 'goose');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--accept-edited needs --from-history');
  expect(stderr).toContain('--tool needs --from-history');
  const both = await run('baseline', '--from-history', '--to', 'a/1');
  expect(both.stderr).toContain('--to and --from-history are both given');
});
