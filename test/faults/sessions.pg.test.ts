import { describe, expect, test } from 'vitest';
import { failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

describe('a file that leaves its session in disorder', () => {
  const look = (name: string): string => `create table ${name}.seen as select
(select count(*)::int from pg_prepared_statements where name not like 'pgm_%') as prepared, (select count(*)::int from pg_cursors) as cursors,
(select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks, to_regclass('pg_temp.left_over') as temporary,
(select count(*)::int from pg_listening_channels()) as channels, current_user = session_user as is_itself,
current_setting('lock_timeout') as patience, current_setting('transaction_isolation') as isolation;`;

  test.each([
    ['in one that is sent with others', ''],
    ['in one that is sent alone', 'copy $.rows from stdin;\n1\n\\.\n'],
    ['and prepares something', 'prepare left_over as select 1;'],
  ])('locks, settings and all else do not reach the next: %s', async (_, more) => {
    const trial = await begin();
    await trial.sql`create table ${trial.sql(trial.name)}.rows (n int)`;
    const ran = await trial.run({
      'a/001_leave.sql': `${more.replace('$', trial.name)} select pg_advisory_lock(4711); create temp table left_over (); listen left_over;
set lock_timeout = '7s'; set default_transaction_isolation = 'serializable'; set row_security = off;
declare c cursor with hold for select 1; set role pg_monitor;`,
      'a/002_look.sql': look(trial.name),
    });
    expect(statesOf(ran)).toEqual(['a/001_leave.sql applied', 'a/002_look.sql applied']);
    expect(await trial.sql`select * from ${trial.sql(trial.name)}.seen`).toEqual([
      {
        ...{ prepared: 0, cursors: 0, locks: 0, temporary: null, channels: 0, is_itself: true },
        ...{ patience: '2s', isolation: 'read committed' },
      },
    ]);
  });

  test.each([
    ['a prepared statement', 'prepare left_over as select 1;'],
    ['a cursor', 'declare left_over cursor with hold for select 1;'],
    ['a lock', 'select pg_advisory_lock(4712);'],
    ['a temporary table', 'create temp table left_over ();'],
  ])('that leaves %s behind is sent once', async (_, sql) => {
    const trial = await begin();
    // A sequence counts what was rolled back, too.
    await trial.sql.unsafe(`create sequence ${trial.name}.sent`);
    const files = { 'a/001_x.sql': `${sql} select nextval('${trial.name}.sent');` };
    expect(statesOf(await trial.run(files))).toEqual(['a/001_x.sql applied']);
    const [row] = await trial.sql.unsafe(`select last_value, is_called from ${trial.name}.sent`);
    expect(row).toEqual({ last_value: '1', is_called: true });
  });

  test('a statement that is prepared far down in a long file does not reach the next', async () => {
    const trial = await begin();
    // Without a word that has the session looked at closely.
    const words = 'select array_to_tsvector(array[count(*)::text]) from pg_pre';
    await trial.run({
      'a/001_leave.sql': `${'-- \n'.repeat(9_999)}prepare left_over as select 1;`,
      'a/002_look.sql': `create table ${trial.name}.seen as select word
from ts_stat('${words}' || 'pared_statements where name = ''left_over''');`,
    });
    expect(await trial.sql`select word from ${trial.sql(trial.name)}.seen`).toEqual([
      { word: '0' },
    ]);
  });

  test('DISCARD ALL fails, as the server has it, and the next runs', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_discard.sql': 'select 1; discard all;',
      'a/002_next.sql': 'select 1;',
    });
    expect(statesOf(ran)).toEqual(['a/001_discard.sql failed', 'a/002_next.sql applied']);
    expect(failureOf(ran, 'a/001_discard.sql').sqlstate).toBe('25001');
  });

  test.each([
    "do $$ begin perform set_config('transaction_read_only', 'on', true); end $$;",
    "set default_transaction_read_only = on; do $$ begin perform set_config('transaction_read_only', 'on', true); end $$;",
  ])(
    'a read-only transaction is a failure of the file, not taken for a replica: %s',
    async (sql) => {
      const trial = await begin();
      const ran = await trial.run({ 'a/001_read_only.sql': sql, 'b/002_next.sql': 'select 1;' });
      expect(statesOf(ran)).toEqual(['a/001_read_only.sql failed', 'b/002_next.sql applied']);
      expect(failureOf(ran, 'a/001_read_only.sql')).toMatchObject({
        sqlstate: '25006',
        advice: expect.stringContaining('SET TRANSACTION READ ONLY') as string,
      });
    },
  );
});

test('half a gigabyte of rows is thrown away as it comes', async () => {
  const trial = await begin();
  let most = 0;
  const before = process.memoryUsage.rss();
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  const ran = await trial.run({
    'a/001_many.sql': `select repeat('x', 1000) from generate_series(1, 500000);`,
  });
  clearInterval(timer);
  expect(statesOf(ran)).toEqual(['a/001_many.sql applied']);
  expect(most - before).toBeLessThan(150 * 1024 * 1024);
});

describe('COPY … TO STDOUT', () => {
  test.each([
    ['a few rows', 'copy (select 1) to stdout; create table $ ();'],
    [
      'more rows than the driver keeps',
      "copy (select repeat('x', 1000) from generate_series(1, 2000)) to stdout;",
    ],
    ['with an error behind it', 'copy (select 1) to stdin; select 1/0;'],
    ["in the header's own way", '-- pgm:no-transaction\ncopy (select 1) to stdout;'],
  ])('is refused with its place, never hangs, and breaks nothing: %s', async (_, sql) => {
    const trial = await begin();
    const run = trial.run({
      'a/001_copy.sql': sql.replace('$', `${trial.name}.t`),
      'a/002_next.sql': 'select 1;',
    });
    const ran = await run;
    expect(statesOf(ran)).toEqual(['a/001_copy.sql failed', 'a/002_next.sql applied']);
    expect(failureOf(ran, 'a/001_copy.sql')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('COPY … TO STDOUT') as string,
    });
  });
});
