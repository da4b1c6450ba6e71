import { afterEach, describe, expect, test, vi } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import { historyLayout } from '../../src/core/run/history.js';
import { checksumOf } from '../../src/core/files/text.js';
import { createDatabase, emptyDatabaseName } from '../support/database.js';
import { databasePort, migrateFiles } from '../support/run.js';
import { asAdmin, connect } from '../support/server.js';
import { appliedIn, failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

test('a second run over unchanged files writes nothing and asks for no lock', async () => {
  const database = await createDatabase();
  const target = { database: database.name };
  const files = { 'a/001_x.sql': 'create table t ();', 'a/002_x.sql': 'select 1;' };
  await migrateFiles(files, target);
  const lock = await databasePort(target).openLock();
  // The server may not have read yet that the first run is over.
  await expect.poll(() => lock.tryAcquire()).toBe(true);
  await database.sql.unsafe(
    `alter database ${database.name} set default_transaction_read_only = on`,
  );
  const again = await migrateFiles(files, target);
  expect(statesOf(again)).toEqual(['a/001_x.sql applied', 'a/002_x.sql applied']);
  expect(appliedIn(again)).toEqual([]);
  await lock.release();
  const other = connect(database.name);
  await expect(other`create table nothing ()`, 'nothing can be written there').rejects.toThrow(
    'read-only',
  );
  await other.end();
  await database.drop();
});

describe('a file that was edited', () => {
  const key = 'a/001_x.sql';
  const good = 'select 1;';
  const better = 'select 2;';
  const bad = 'select nonsense;';

  test('after it was applied runs again; back as it was, it runs once more', async () => {
    const trial = await begin();
    for (const text of [good, better, good]) {
      expect(appliedIn(await trial.run({ [key]: text }))).toEqual([key]);
    }
    expect(await trial.history()).toEqual([`${key} applied 3`]);
  });

  test('a file whose edit failed, put back as it was applied, is applied without another run', async () => {
    const trial = await begin();
    await trial.run({ [key]: good });
    expect(statesOf(await trial.run({ [key]: bad }))).toEqual([`${key} failed`]);
    const reverted = await trial.run({ [key]: good });
    expect(statesOf(reverted)).toEqual([`${key} applied`]);
    expect(appliedIn(reverted)).toEqual([]);
  });

  test('after it failed is tried; back at the failing text, it is tried and fails again', async () => {
    const trial = await begin();
    expect(failureOf(await trial.run({ [key]: bad }), key).sqlstate).toBe('42703');
    expect(appliedIn(await trial.run({ [key]: good }))).toEqual([key]);
    expect(failureOf(await trial.run({ [key]: bad }), key).sqlstate).toBe('42703');
    const { report } = await trial.run({ [key]: bad });
    expect(report.statuses).toMatchObject([{ state: 'failed', row: { attempts: 4 } }]);
  });
});

test('a renamed file runs as a new one, and that very run says whose content it has', async () => {
  const trial = await begin();
  await trial.run({ 'a/001_old.sql': 'select 1;' });
  const files = { 'a/001_new.sql': 'select 1;' };
  const renamed = await trial.run(files);
  expect(appliedIn(renamed)).toEqual(['a/001_new.sql']);
  expect(statesOf(renamed)).toEqual(['a/001_new.sql applied', 'a/001_old.sql missing']);
  const namesOf = ({ report }: typeof renamed) =>
    report.statuses.map(({ renamedFrom }) => renamedFrom);
  expect(namesOf(renamed)).toEqual(['a/001_old.sql', null]);
  const later = await trial.run({ ...files, 'a/002_x.sql': 'select 2;' });
  expect(namesOf(later)).toEqual([null, null, null]);
});

/** The history as the first layout had it, with a migration that it says was applied. */
function firstLayout(pgm: string, checksum: string): string {
  return `create schema ${pgm};
create table ${pgm}.layout (version integer not null, since timestamptz not null default now());
insert into ${pgm}.layout (version) values (1);
create table ${pgm}.migrations (
  schema text collate "C" not null, filename text collate "C" not null,
  state text not null check (state in ('applied', 'failed')), checksum text not null, applied_checksum text,
  applied_at timestamptz, duration_ms bigint, attempts integer not null, last_error jsonb, revision text not null,
  pgm_version text not null, applied_by text not null, primary key (schema, filename));
create table ${pgm}.attempts (
  id bigint generated always as identity primary key, schema text collate "C" not null,
  filename text collate "C" not null, checksum text not null,
  outcome text not null check (outcome in ('applied', 'failed')), started_at timestamptz not null,
  duration_ms bigint, error jsonb, revision text not null, pgm_version text not null, applied_by text not null);
insert into ${pgm}.migrations
values ('a', '001_x.sql', 'applied', '${checksum}', '${checksum}', now(), 5, 3, null, 'r', '0.0.1', 'old@host');
insert into ${pgm}.attempts (schema, filename, checksum, outcome, started_at, revision, pgm_version, applied_by)
values ('a', '001_x.sql', '${checksum}', 'applied', now(), 'r', '0.0.1', 'old@host');`;
}

describe('a history of the first layout', () => {
  const files = {
    'a/001_x.sql': 'this was applied long ago',
    'a/002_x.sql': '-- pgm:no-transaction\nselect 1;\nselect 2;',
  };

  test('is upgraded in place: what it says stays, and what is new goes on', async () => {
    const trial = await begin();
    await trial.sql.unsafe(
      firstLayout(trial.target.historySchema!, checksumOf(files['a/001_x.sql'])),
    );
    const ran = await trial.run(files);
    expect(appliedIn(ran)).toEqual(['a/002_x.sql']);
    expect(await trial.history()).toEqual(['a/001_x.sql applied 3', 'a/002_x.sql applied 1']);
    const layouts = await trial.sql`
      select version from ${trial.sql(trial.target.historySchema!)}.layout order by version`;
    expect(layouts.map(({ version }) => Number(version))).toEqual([1, 2, 3, historyLayout]);
  });

  test('is read as it is by a run that has nothing to do', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    await trial.sql.unsafe(firstLayout(history, checksumOf(files['a/001_x.sql'])));
    const ran = await trial.run({ 'a/001_x.sql': files['a/001_x.sql'] });
    expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
    const layouts = await trial.sql`select version from ${trial.sql(history)}.layout`;
    expect(layouts).toEqual([{ version: 1 }]);
  });

  test('is upgraded once by several at the same time', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    await trial.sql.unsafe(firstLayout(history, checksumOf(files['a/001_x.sql'])));
    const sessions = await Promise.all(
      // Each waits for the others, on a machine that may be busy.
      Array.from({ length: 6 }, () => databasePort(trial.target).connect()),
    );
    await Promise.all(sessions.map((session) => session.ensureHistory()));
    await Promise.all(sessions.map((session) => session.close()));
    const layouts = await trial.sql`select version from ${trial.sql(history)}.layout order by 1`;
    expect(layouts).toEqual([1, 2, 3, historyLayout].map((version) => ({ version })));
  });

  test.each(['history', 'agreement'] as const)(
    'is upgraded beside a session that asks for its %s: neither waits for the other for ever',
    async (question) => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      await trial.sql.unsafe(firstLayout(history, checksumOf(files['a/001_x.sql'])));
      const [upgrading, asking] = await Promise.all([
        databasePort(trial.target).connect(),
        databasePort(trial.target).connect(),
      ]);
      const both = await trial.sql.begin(async (sql) => {
        const waiting = (): PromiseLike<readonly unknown[]> => sql`
          select pid from pg_locks where not granted and relation = ${`${history}.migrations`}::regclass`;
        await sql`select from ${sql(history)}.migrations`;
        const upgrade = upgrading.ensureHistory();
        await expect.poll(waiting).toHaveLength(1);
        const answer = question === 'history' ? asking.history() : asking.agreement([], null);
        await expect.poll(waiting).toHaveLength(2);
        return { upgrade, answer };
      });
      await Promise.all([both.upgrade, both.answer]);
      await Promise.all([upgrading.close(), asking.close()]);
    },
  );
});

test('a lock that another session has on the history for too long is trouble that passes', async () => {
  const trial = await begin();
  const history = trial.target.historySchema!;
  await trial.run({ 'a/001_x.sql': 'select 1;' });
  await trial.sql.unsafe(`alter database ${trial.target.database} set lock_timeout = 1`);
  const session = await databasePort(trial.target).connect();
  await trial.sql.unsafe(`alter database ${trial.target.database} reset lock_timeout`);
  await trial.sql.begin(async (sql) => {
    await sql`lock table ${sql(history)}.migrations`;
    await expect(session.history()).rejects.toThrow(Transient);
  });
  await session.close();
});

describe('a history of layout 2', () => {
  const files = { 'a/001_x.sql': 'create table public.made_by_layout_2 (n int);' };

  /** What a pgm with layout 2 left there. */
  async function layout2(trial: Awaited<ReturnType<typeof begin>>): Promise<string> {
    const history = trial.target.historySchema!;
    await trial.run({ 'a/001_x.sql': 'select 1;' });
    await trial.sql
      .unsafe(`drop table ${history}.intents, ${history}.catalogs; delete from ${history}.layout where version > 2;
alter table ${history}.layout drop constraint layout_pkey`);
    return history;
  }

  async function tablesWithoutKey(
    trial: Awaited<ReturnType<typeof begin>>,
  ): Promise<readonly string[]> {
    const rows = await trial.sql`
      select relname from pg_class c where relkind = 'r' and relnamespace = ${trial.target.historySchema!}::regnamespace
        and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p')`;
    return rows.map(({ relname }) => String(relname));
  }

  test('gets its table of intents, and every table a primary key', async () => {
    const trial = await begin();
    await layout2(trial);
    expect(await tablesWithoutKey(trial)).toEqual(['layout']);
    await trial.run({ 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' });
    expect(await tablesWithoutKey(trial)).toEqual([]);
    const session = await databasePort(trial.target).connect();
    await session.history();
    expect(session.intents()?.known).toMatchObject([
      { inFull: true, since: expect.stringMatching(/Z$/) as string },
    ]);
    await session.close();
  });

  test('is read without one, and is not upgraded by a run with nothing to do', async () => {
    const trial = await begin();
    const history = await layout2(trial);
    const ran = await trial.run({ 'a/001_x.sql': 'select 1;' });
    expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
    const session = await databasePort(trial.target).connect();
    expect((await session.history()).layout).toBe(2);
    expect(session.intents()).toBeNull();
    await session.close();
    expect((await trial.sql`select max(version) from ${trial.sql(history)}.layout`)[0]).toEqual({
      max: 2,
    });
  });

  test('is seen by a session that has read it before another runner upgrades it', async () => {
    const trial = await begin();
    await layout2(trial);
    const session = await databasePort(trial.target).connect();
    await session.history();
    await trial.run({ 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' });
    await session.history();
    expect(session.intents()?.known).toHaveLength(1);
    await session.close();
  });

  test('whose layout was noted twice is upgraded too', async () => {
    const trial = await begin();
    const history = await layout2(trial);
    await trial.sql.unsafe(`insert into ${history}.layout select * from ${history}.layout`);
    await trial.run(files);
    expect(await tablesWithoutKey(trial)).toEqual([]);
  });

  test('in a database that publishes all its tables is upgraded, and goes on being written', async () => {
    const trial = await begin();
    const history = await layout2(trial);
    await trial.sql.unsafe(`create publication of_${history} for all tables`);
    try {
      expect(appliedIn(await trial.run({ 'a/001_x.sql': 'select 1, 2;' }))).toEqual([
        'a/001_x.sql',
      ]);
    } finally {
      await trial.sql.unsafe(`drop publication of_${history}`);
    }
  });
});

describe('a history in a database whose event trigger forbids tables without a primary key', () => {
  test('is made', async () => {
    const trial = await begin();
    const guard = `guard_${trial.target.historySchema!}`;
    await trial.sql
      .unsafe(`create function ${guard}() returns event_trigger language plpgsql as $$ begin
  if exists (select from pg_event_trigger_ddl_commands() c where c.command_tag = 'CREATE TABLE'
    and not exists (select from pg_constraint where conrelid = c.objid and contype = 'p'))
  then raise 'a table needs a primary key'; end if; end $$;
create event trigger ${guard} on ddl_command_end execute function ${guard}()`);
    try {
      expect(appliedIn(await trial.run({ 'a/001_x.sql': 'select 1;' }))).toEqual(['a/001_x.sql']);
    } finally {
      await trial.sql.unsafe(`drop event trigger ${guard}`);
    }
  });
});

describe('a history whose tables have rules is not written, and the rules are named as the reason:', () => {
  test.each([
    ['of INSERT into migrations', 'insert to', 'migrations', 'instead nothing'],
    ['of UPDATE of migrations', 'update to', 'migrations', 'also select 1'],
    ['of INSERT into attempts', 'insert to', 'attempts', 'instead nothing'],
  ])('%s', async (_, event, table, what) => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    await trial.run({ 'a/001_x.sql': 'select 1;' });
    await trial.sql.unsafe(`create rule r as on ${event} ${history}.${table} do ${what}`);
    const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': `create table ${history}_made ();` };
    await expect(trial.run(files)).rejects.toThrow(
      new RegExp(
        `the history in schema "${history}" cannot be written: .*\\(0A000\\); drop the rules`,
      ),
    );
    await trial.sql.unsafe(`drop rule r on ${history}.${table}`);
    expect(appliedIn(await trial.run(files))).toEqual(['a/002_x.sql']);
  });
});

test('a history that lacks a column is the reason, and not the file that could not be recorded', async () => {
  const trial = await begin();
  const history = trial.target.historySchema!;
  await trial.run({ 'a/001_x.sql': 'select 1;' });
  await trial.sql.unsafe(`alter table ${history}.attempts rename column revision to revised`);
  await expect(trial.run({ 'a/002_x.sql': 'select 2;' })).rejects.toThrow(
    `the history in schema "${history}" is not as pgm made it: column "revision" does not exist`,
  );
});

describe('a client whose clock is a day off', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([-1, 1])("%i days: times are the server's, and nothing else changes", async (days) => {
    const trial = await begin();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 });
    const files = {
      'a/001_x.sql': 'select 1;',
      'a/002_bad.sql': 'select nonsense;',
      'a/003_out.sql': 'vacuum;',
    };
    await trial.run(files);
    const again = await trial.run({ ...files, 'a/002_bad.sql': 'select 2;' });
    expect(appliedIn(again)).toEqual(['a/002_bad.sql']);
    const history = trial.sql(trial.target.historySchema!);
    const off = await trial.sql`
      select filename from ${history}.migrations where abs(extract(epoch from now() - applied_at)) > 60
      union all select filename from ${history}.attempts where abs(extract(epoch from now() - started_at)) > 60
      union all select filename from ${history}.migrations where duration_ms not between 0 and 60000`;
    expect(off).toEqual([]);
  });
});

test('a database restored from an older backup gets what it lacks, and only that', async () => {
  const source = await createDatabase();
  const backup = emptyDatabaseName();
  const early = {
    'a/001_make.sql': 'create table effects (n int);',
    'a/002_two.sql': 'insert into effects values (2);',
    'a/003_index.sql': 'create index concurrently if not exists i on effects (n);',
  };
  const late = {
    'a/002_two.sql': 'insert into effects values (22);',
    'a/004_four.sql': 'insert into effects values (4);',
  };
  await migrateFiles(early, { database: source.name });
  await source.sql.end();
  await asAdmin(
    (admin) => admin`create database ${admin(backup.name)} template ${admin(source.name)}`,
  );
  await migrateFiles({ ...early, ...late }, { database: source.name });

  const restored = await migrateFiles({ ...early, ...late }, { database: backup.name });
  expect(appliedIn(restored)).toEqual(['a/002_two.sql', 'a/004_four.sql']);
  const sql = connect(backup.name);
  const rows = await sql`select n from effects order by n`;
  await sql.end();
  expect(rows.map(({ n }) => Number(n))).toEqual([2, 4, 22]);
  await source.drop();
  await backup.drop();
});

test('a run whose failures the history takes and does not keep has failed all the same', async () => {
  const trial = await begin();
  const history = trial.target.historySchema;
  await trial.run({ 'a/001_x.sql': 'select 1;' });
  await trial.sql.unsafe(`create function ${history}.swallow() returns trigger language plpgsql
    as $$ begin return null; end $$;
    create trigger swallow before insert or update on ${history}.migrations
    for each row execute function ${history}.swallow()`);
  const ran = await trial.run({ 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 1 / 0;' });
  expect(statesOf(ran)).toEqual(['a/001_x.sql applied', 'a/002_x.sql failed']);
  expect(failureOf(ran, 'a/002_x.sql').sqlstate).toBe('22012');
});
