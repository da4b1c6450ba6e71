import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { asAdmin, connect } from '../support/server.js';
import { appliedIn, failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

describe('transaction control', () => {
  test('savepoints are fine; whatever else would end the transaction reaches no server', async () => {
    const trial = await begin();
    const t = `${trial.name}.t`;
    const made = (n: number) => `create table ${trial.name}.made_${n} ();`;
    const ran = await trial.run({
      'a/001_savepoint.sql': `create table ${t} (n int); savepoint s; insert into ${t} values (1); rollback to s;
insert into ${t} values (2); release s;`,
      'a/002_rollback.sql': `${made(2)} rollback;`,
      'a/003_prepare.sql': `${made(3)} prepare transaction 'x';`,
      'a/004_chain.sql': `${made(4)} commit and chain;`,
      'a/005_late_begin.sql': `${made(5)} begin; select 1; commit;`,
      'a/006_two.sql': `begin; ${made(6)} commit; begin; commit;`,
    });
    expect(statesOf(ran).map((line) => line.split(' ')[1])).toEqual([
      'applied',
      ...Array<string>(5).fill('failed'),
    ]);
    expect(await trial.sql`select n from ${trial.sql(trial.name)}.t`).toEqual([{ n: 2 }]);
    const tables = await trial.sql`
      select relname from pg_class where relnamespace = ${trial.name}::regnamespace order by 1`;
    expect(tables).toEqual([{ relname: 't' }]);
    expect(failureOf(ran, 'a/003_prepare.sql')).toMatchObject({ kind: 'refused', sqlstate: null });
  });

  test('COMMIT in a DO block or a procedure is an error of the file; in strings, comments and bodies it is none', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_do.sql': `create table ${trial.name}.one (); do $$ begin commit; end $$;`,
      'a/002_make.sql': `create procedure ${trial.name}.p() language plpgsql as $$ begin commit; end $$;`,
      'a/003_call.sql': `create table ${trial.name}.three (); call ${trial.name}.p();`,
      'a/004_innocent.sql': `select 'commit; begin;'; -- commit;
/* rollback; */ create function ${trial.name}.f() returns int begin atomic select 1; select 2; end;
select E'\\'; commit; --', $x$ commit; $x$;`,
    });
    expect(statesOf(ran)).toEqual([
      'a/001_do.sql failed',
      'a/002_make.sql applied',
      'a/003_call.sql failed',
      'a/004_innocent.sql applied',
    ]);
    for (const key of ['a/001_do.sql', 'a/003_call.sql']) {
      expect(failureOf(ran, key).sqlstate).toBe('2D000');
      expect(failureOf(ran, key).advice).toContain('pgm:no-transaction');
    }
    const [made] = await trial.sql`
      select to_regclass(${`${trial.name}.one`}) as one, to_regclass(${`${trial.name}.three`}) as three`;
    expect(made).toEqual({ one: null, three: null });
  });
});

describe('what cannot be in a transaction', () => {
  test('runs outside one when it is alone in its file', async () => {
    const trial = await begin();
    const other = `other_of_${trial.target.database}`;
    const ran = await trial.run({
      'a/001_table.sql': `create table ${trial.name}.t (id int);`,
      'a/002_index.sql': `create index concurrently i on ${trial.name}.t (id);`,
      'a/003_vacuum.sql': `vacuum ${trial.name}.t;`,
      'a/004_system.sql': 'alter system reset work_mem;',
      'a/005_database.sql': `create database ${other};`,
    });
    await asAdmin((admin) => admin`drop database if exists ${admin(other)}`);
    expect(statesOf(ran).every((line) => line.endsWith(' applied'))).toBe(true);
  });

  test('is refused beside other statements, and the message says how to split', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_mixed.sql': `create table ${trial.name}.t (); vacuum ${trial.name}.t;`,
      'a/002_wrapped.sql': `begin; vacuum; commit;`,
    });
    expect(failureOf(ran, 'a/001_mixed.sql')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('VACUUM cannot run inside a transaction') as string,
      advice: expect.stringContaining('a file of its own') as string,
    });
    expect(failureOf(ran, 'a/002_wrapped.sql').kind).toBe('refused');
  });
});

describe('an INVALID index', () => {
  const isValid = async (trial: Awaited<ReturnType<typeof begin>>): Promise<boolean | null> => {
    const [row] = await trial.sql`
      select indisvalid from pg_index where indexrelid = to_regclass(${`${trial.name}.i`})`;
    return (row?.['indisvalid'] as boolean | undefined) ?? null;
  };

  test('left by CREATE INDEX CONCURRENTLY whose backend was killed is rebuilt', async () => {
    const trial = await begin();
    await trial.sql.unsafe(
      `create table ${trial.name}.t (id int); insert into ${trial.name}.t values (1)`,
    );
    const blocker = connect(trial.target.database);
    await blocker.unsafe(`begin; lock table ${trial.name}.t in row exclusive mode`).simple();
    const run = trial.run({
      'a/001_index.sql': `-- pgm:lock-timeout 0\ncreate index concurrently if not exists i on ${trial.name}.t (id);`,
    });
    const waiting = () => trial.sql`
      select pid from pg_stat_activity where datname = current_database()
        and query like 'create index concurrently%' and wait_event_type = 'Lock'`;
    await expect.poll(waiting).toHaveLength(1);
    expect(await isValid(trial)).toBe(false);
    await trial.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'create index concurrently%' and pid <> pg_backend_pid()`;
    await blocker.unsafe('rollback');
    await blocker.end();
    expect(statesOf(await run)).toEqual(['a/001_index.sql applied']);
    expect(await isValid(trial)).toBe(true);
  });

  test('left by a unique one over twins is rebuilt once the twins are gone', async () => {
    const trial = await begin();
    const t = `${trial.name}.t`;
    await trial.sql.unsafe(`create table ${t} (id int); insert into ${t} values (1), (1)`);
    const files = {
      'a/001_index.sql': `create unique index concurrently if not exists i on ${t} (id);`,
    };
    expect(failureOf(await trial.run(files), 'a/001_index.sql').sqlstate).toBe('23505');
    expect(await isValid(trial)).toBe(false);
    await trial.sql.unsafe(`delete from ${t}`);
    expect(appliedIn(await trial.run(files))).toEqual(['a/001_index.sql']);
    expect(await isValid(trial)).toBe(true);
  });
});

describe('a file without a transaction whose third statement of five fails', () => {
  const fileFor = (name: string, third: string) => ({
    'a/001_x.sql': `-- pgm:no-transaction
insert into ${name}.t values (1);
insert into ${name}.t values (2);
insert into ${name}.${third} values (3);
insert into ${name}.t values (4);
insert into ${name}.t values (5);`,
  });
  const failing = async () => {
    const trial = await begin();
    await trial.sql.unsafe(`create table ${trial.name}.t (n int)`);
    const ran = await trial.run(fileFor(trial.name, 'u'));
    expect(failureOf(ran, 'a/001_x.sql')).toMatchObject({
      sqlstate: '42P01',
      place: { line: 4 },
    });
    const numbers = async () => {
      const rows = await trial.sql`select n from ${trial.sql(trial.name)}.t order by n`;
      return rows.map(({ n }) => Number(n));
    };
    return { trial, numbers };
  };

  test('goes on at the third as long as it stays as it is', async () => {
    const { trial, numbers } = await failing();
    await trial.sql.unsafe(`create view ${trial.name}.u as select * from ${trial.name}.t`);
    await trial.run(fileFor(trial.name, 'u'));
    expect(await numbers()).toEqual([1, 2, 3, 4, 5]);
    expect(await trial.history()).toEqual(['a/001_x.sql applied 2']);
  });

  test('starts at the first when it was mended', async () => {
    const { trial, numbers } = await failing();
    await trial.run(fileFor(trial.name, 't'));
    expect(await numbers()).toEqual([1, 1, 2, 2, 3, 4, 5]);
  });
});

test('a new value of an enum used in the file that adds it fails, with advice', async () => {
  const trial = await begin();
  const ran = await trial.run({
    'a/001_type.sql': `create type ${trial.name}.e as enum ('a');`,
    'a/002_use.sql': `alter type ${trial.name}.e add value 'b'; select 'b'::${trial.name}.e;`,
  });
  expect(failureOf(ran, 'a/002_use.sql')).toMatchObject({
    sqlstate: '55P04',
    advice: expect.stringContaining('a file that sorts before') as string,
  });
});

describe('a file that leaves its session in disorder', () => {
  test('prepared statements, locks and settings do not reach the next', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_leave.sql': `prepare left_over as select 1; select pg_advisory_lock(4711);
set lock_timeout = '7s'; set session characteristics as transaction isolation level serializable; set row_security = off;
declare c cursor with hold for select 1;`,
      'a/002_look.sql': `create table ${trial.name}.seen as select
(select count(*)::int from pg_prepared_statements) as prepared, (select count(*)::int from pg_cursors) as cursors,
(select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
current_setting('lock_timeout') as patience, current_setting('transaction_isolation') as isolation;`,
    });
    expect(statesOf(ran)).toEqual(['a/001_leave.sql applied', 'a/002_look.sql applied']);
    expect(await trial.sql`select * from ${trial.sql(trial.name)}.seen`).toEqual([
      { prepared: 0, cursors: 0, locks: 0, patience: '2s', isolation: 'read committed' },
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
    'set transaction read only;',
    'set default_transaction_read_only = on; set transaction read only;',
  ])(
    'a read-only transaction is a failure of the file, not taken for a replica: %s',
    async (sql) => {
      const trial = await begin();
      const ran = await trial.run({ 'a/001_read_only.sql': sql, 'a/002_next.sql': 'select 1;' });
      expect(statesOf(ran)).toEqual(['a/001_read_only.sql failed', 'a/002_next.sql applied']);
      expect(failureOf(ran, 'a/001_read_only.sql')).toMatchObject({
        sqlstate: '25006',
        advice: expect.stringContaining('SET TRANSACTION READ ONLY') as string,
      });
    },
  );
});

test('a constraint trigger that is deferred and says no at COMMIT is a failure and named as such', async () => {
  const trial = await begin();
  const t = `${trial.name}.t`;
  const ran = await trial.run({
    'a/001_make.sql': `create table ${t} (n int);
create function ${trial.name}.no() returns trigger language plpgsql as $$ begin perform from nowhere; return null; end $$;
create constraint trigger late after insert on ${t} deferrable initially deferred
  for each row execute function ${trial.name}.no();`,
    'a/002_break.sql': `insert into ${t} values (1);`,
  });
  expect(failureOf(ran, 'a/002_break.sql')).toMatchObject({
    sqlstate: '42P01',
    message: 'relation "nowhere" does not exist',
    place: null,
    advice: expect.stringContaining('at COMMIT') as string,
  });
  expect(await trial.sql`select * from ${trial.sql(trial.name)}.t`).toEqual([]);
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
    const ran = await Promise.race([run, delay(10_000, null, { ref: false })]);
    if (ran === null) throw new Error('it hangs');
    expect(statesOf(ran)).toEqual(['a/001_copy.sql failed', 'a/002_next.sql applied']);
    expect(failureOf(ran, 'a/001_copy.sql')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('COPY … TO STDOUT') as string,
    });
  });
});

describe('a file that touches the schema of the history', () => {
  const touches: readonly (readonly [string, string])[] = [
    ['its own row', `update PGM.migrations set attempts = 7`],
    ['the row of another file', `delete from PGM.migrations where filename = '001_first.sql'`],
    [
      'a row it makes up',
      `insert into PGM.migrations select schema, '009_x.sql', state, checksum, checksum, now(), 1, 1, null, 'r', 'v', 'me' from PGM.migrations limit 1`,
    ],
    ['the record of tries', 'delete from PGM.attempts'],
    ['all rows', 'truncate PGM.attempts'],
    ['all rows, its own too', 'truncate PGM.migrations'],
    ['the layout', 'update PGM.layout set version = 99'],
    ['a column', 'alter table PGM.migrations rename checksum to sum'],
    ['a table', 'drop table PGM.attempts'],
    ['a table of its own in there', 'create table PGM.mine ()'],
    ['the whole schema', 'drop schema PGM cascade'],
    ['its name', 'alter schema PGM rename to elsewhere'],
    ['in a DO block', `do $do$ begin execute 'update PGM.migrations set attempts = 7'; end $do$`],
    [
      'and hides it in a block that catches',
      `do $do$ begin delete from PGM.attempts; exception when others then null; end $do$`,
    ],
  ];

  test('is rolled back and told so, whatever it touches; the history stays whole', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    const files = Object.fromEntries(
      touches.map(([, sql], at) => [
        `s${String(at)}/002_x.sql`,
        `create table ${trial.name}.t${String(at)} (); ${sql.replaceAll('PGM', history)};`,
      ]),
    );
    const ran = await trial.run({
      'a/001_first.sql': 'select 1;',
      ...files,
      'b/001_last.sql': 'select 1;',
    });
    for (const [at, [what]] of touches.entries()) {
      const { message, sqlstate } = failureOf(ran, `s${String(at)}/002_x.sql`);
      // Where the name stands in a literal of the file too, it is masked like the literal.
      expect([`"${history}"`, '"•••"'], `${what}: ${message}`).toContain(
        /the file touches the schema (".*"), where pgm keeps its history; all of it was rolled back/.exec(
          message,
        )?.[1],
      );
      expect(sqlstate, what).toBe('2F002');
    }
    expect(ran.report.statuses.filter(({ state }) => state === 'applied')).toHaveLength(2);
    expect(await trial.history()).toHaveLength(touches.length + 2);
    const left =
      await trial.sql`select 1 from pg_class where relnamespace = ${trial.name}::regnamespace`;
    expect(left).toEqual([]);
  });

  test('is found out when it runs without a transaction, and again as long as it does it', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    const files = {
      'a/001_x.sql': `-- pgm:no-transaction\nselect 1; update ${history}.migrations set statements_done = 7; select 1;`,
    };
    for (const attempt of [1, 2]) {
      const failure = failureOf(await trial.run(files), 'a/001_x.sql');
      expect(failure.message).toContain(`touches the schema "${history}"`);
      expect(failure.message).toContain('could not be undone');
      expect(await trial.history()).toEqual([`a/001_x.sql failed ${attempt}`]);
    }
  });

  test('and takes it away without a transaction ends the run, saying which file it was', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    const run = trial.run({
      'a/001_x.sql': `-- pgm:no-transaction\ndrop schema ${history} cascade;`,
    });
    await expect(run).rejects.toThrow(`a/001_x.sql: the file touches the schema "${history}"`);
  });

  test('reading it, and letting others read it, is fine', async () => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    const ran = await trial.run({
      'a/001_view.sql': `create view ${trial.name}.v as select * from ${history}.migrations; grant select on ${history}.attempts to public;`,
      'a/002_read.sql': `select count(*) from ${trial.name}.v; analyze ${history}.migrations;`,
    });
    expect(statesOf(ran)).toEqual(['a/001_view.sql applied', 'a/002_read.sql applied']);
  });
});
