import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { connect, testServer } from '../support/server.js';
import { migrateFiles, startFiles } from '../support/run.js';
import { waitsForLock } from '../support/waiting.js';
import { failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();
const major = Number(testServer().version.split('.')[0]);

/** Each makes the server end the session that the file runs in. */
const ends: readonly (readonly [what: string, sqlstate: string, sql: string, since: number])[] = [
  [
    'a file that terminates its own backend',
    '57P01',
    'select pg_terminate_backend(pg_backend_pid());',
    14,
  ],
  ['a file that does so in a function of an earlier one', '57P01', 'select NAME.end_me();', 14],
  ['transaction_timeout', '25P04', "set transaction_timeout = '1ms'; select pg_sleep(600);", 17],
  [
    'a COPY longer than transaction_timeout',
    '25P04',
    "set local transaction_timeout = '1ms'; select pg_sleep(600);\ncopy NAME.t from stdin;\n1\n\\.\n",
    17,
  ],
];

describe('a session that ends because of its file', () => {
  test.each(ends.filter(([, , , since]) => major >= since))(
    '%s: the file failed (%s), with its line, and later files are applied',
    async (_, sqlstate, sql) => {
      const trial = await begin();
      await trial.sql.unsafe(
        `create table NAME.t (a int); create function NAME.end_me() returns void language plpgsql
         as $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(600); end $$`.replaceAll(
          'NAME',
          trial.name,
        ),
      );
      const files = {
        'a/001_x.sql': `insert into NAME.t values (1);\n${sql}`.replaceAll('NAME', trial.name),
        'a/002_x.sql': 'select 1;',
        'b/001_x.sql': 'select 1;',
      };
      for (const attempt of [1, 2]) {
        const ran = await trial.run(files);
        expect(failureOf(ran, 'a/001_x.sql')).toMatchObject({ sqlstate, place: { line: 2 } });
        expect(statesOf(ran)).toEqual([
          'a/001_x.sql failed',
          'a/002_x.sql applied',
          'b/001_x.sql applied',
        ]);
        expect(await trial.history()).toEqual([
          `a/001_x.sql failed ${attempt}`,
          'a/002_x.sql applied 1',
          'b/001_x.sql applied 1',
        ]);
      }
      expect(await trial.sql.unsafe(`select 1 from ${trial.name}.t`)).toEqual([]);
    },
  );

  test('a session that somebody else ends is no failure of a file that only mentions how', async () => {
    const trial = await begin();
    const sql = `-- Do not call pg_terminate_backend(pid) here.
select 'pg_terminate_backend(pid)' /* nor pg_terminate_backend(pid) */;
grant execute on function pg_catalog.pg_terminate_backend(int, bigint) to pg_monitor;
select pg_advisory_xact_lock(4712);`;
    const holder = connect(trial.target.database);
    await holder`select pg_advisory_lock(4712)`;
    const { finished, events } = startFiles({ 'a/001_x.sql': sql }, trial.target);
    const pid = await waitsForLock(holder);
    await trial.sql`select pg_terminate_backend(${pid})`;
    await waitsForLock(holder, pid);
    await holder.end({ timeout: 0 });
    expect((await finished).statuses.map(({ state }) => state)).toEqual(['applied']);
    expect(events.map(({ kind }) => kind)).not.toContain('migration-failed');
  });

  test.runIf(major >= 17)(
    'a file that lifts transaction_timeout, as advised, is applied',
    async () => {
      const trial = await begin();
      await trial.run({ 'a/001_x.sql': 'select 1;' });
      const { database } = trial.target;
      await trial.sql.unsafe(`alter database ${database} set transaction_timeout = '2s'`);
      // The limit holds for transactions of pgm's own too, which a busy machine may make wait.
      const slow = 'select pg_sleep(3);';
      const ran = await trial.run({
        'a/002_x.sql': slow,
        'a/003_x.sql': `set transaction_timeout = 0;\n${slow}`,
      });
      await trial.sql.unsafe(`alter database ${database} reset transaction_timeout`);
      expect(failureOf(ran, 'a/002_x.sql').advice).toContain('SET transaction_timeout = 0');
      expect(statesOf(ran)).toContain('a/003_x.sql applied');
    },
  );

  test('without a transaction it is the failure of the statement', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_x.sql':
        '-- pgm:no-transaction\nselect 1;\nselect pg_terminate_backend(pg_backend_pid());',
      'b/001_x.sql': 'select 1;',
    });
    expect(failureOf(ran, 'a/001_x.sql')).toMatchObject({ sqlstate: '57P01', place: { line: 3 } });
    expect(statesOf(ran)).toEqual(['a/001_x.sql failed', 'b/001_x.sql applied']);
  });
});

describe('the failure of a file is told and stored', () => {
  const encodings = ['LATIN1', 'SQL_ASCII', 'EUC_JP', 'WIN1252'];
  const databases = new Map<string, Database>();
  beforeAll(async () => {
    for (const encoding of encodings) {
      databases.set(encoding, await createDatabase(testServer(), encoding));
    }
  });
  afterAll(async () => {
    for (const database of databases.values()) await database.drop();
  });

  test.each(encodings)('in a database in %s, and later files are applied', async (encoding) => {
    const { name: database, sql } = databases.get(encoding)!;
    const files = {
      'a/001_secret.sql': `select 'hunter2', x from ${'long_name, '.repeat(60)} nowhere;`,
      'a/002_smile.sql': "select 1;\nselect '😀', nowhere;",
      'a/003_x.sql': 'select 1;',
    };
    const ran = await migrateFiles(files, { database });
    expect(statesOf(ran)).toEqual([
      'a/001_secret.sql failed',
      'a/002_smile.sql failed',
      'a/003_x.sql applied',
    ]);
    expect(failureOf(ran, 'a/001_secret.sql')).toMatchObject({ sqlstate: '42P01' });
    expect(failureOf(ran, 'a/002_smile.sql').place).toMatchObject({ line: 2 });
    const rows = await sql`select last_error ->> 'sqlstate' as code from pgm.migrations order by 1`;
    expect(rows.map(({ code }) => String(code))).toContain('42P01');
  });

  test.each([
    [
      'a trigger',
      `create trigger no before insert on PGM.attempts for each row execute function no()`,
    ],
    ['a constraint', `alter table PGM.attempts add constraint no check (outcome <> 'failed')`],
  ])('before the reason why %s keeps it out of the history', async (_, sql) => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    await trial.run({ 'a/001_x.sql': 'select 1;' });
    await trial.sql.unsafe(
      `create or replace function no() returns trigger language plpgsql
       as $$ begin if new.outcome = 'failed' then raise 'not wanted here'; end if; return new; end $$;
       ${sql.replaceAll('PGM', history)}`,
    );
    const ran = await trial.run({
      'a/001_x.sql': 'select 1;',
      'a/002_x.sql': 'select nowhere;',
      'a/003_x.sql': 'select 1;',
    });
    const told = ran.events.filter(({ kind }) => /failed|warning|applied/.test(kind));
    expect(told.map(({ kind }) => kind)).toEqual([
      'migration-failed',
      'warning',
      'migration-applied',
    ]);
    expect(statesOf(ran)).toContain('a/002_x.sql failed');
    expect(told[1]).toMatchObject({
      message: expect.stringContaining(
        'a/002_x.sql: the failure is not in the history: ',
      ) as string,
    });
  });
});
