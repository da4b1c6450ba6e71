import { describe, expect, test } from 'vitest';
import { asAdmin } from '../support/server.js';
import { failureOf, statesOf, useTrials } from './trial.js';

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
      'a/005_late_begin.sql': `${made(5)} begin; select 1;`,
      'a/006_two.sql': `${made(6)} commit; begin; select 1;`,
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
      'b/002_make.sql': `create procedure ${trial.name}.p() language plpgsql as $$ begin commit; end $$;`,
      'c/003_call.sql': `create table ${trial.name}.three (); call ${trial.name}.p();`,
      'd/004_innocent.sql': `select 'commit; begin;'; -- commit;
/* rollback; */ create function ${trial.name}.f() returns int begin atomic select 1; select 2; end;
select E'\\'; commit; --', $x$ commit; $x$;`,
    });
    expect(statesOf(ran)).toEqual([
      'a/001_do.sql failed',
      'b/002_make.sql applied',
      'c/003_call.sql failed',
      'd/004_innocent.sql applied',
    ]);
    for (const key of ['a/001_do.sql', 'c/003_call.sql']) {
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

  test('starts at the first when it was fixed', async () => {
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
    advice: expect.stringMatching(/^a deferred trigger raised it at COMMIT/) as string,
  });
  expect(
    ran.events.filter(({ kind }) => kind === 'notice'),
    'no word of pgm’s own ROLLBACK',
  ).toEqual([]);
  expect(await trial.sql`select * from ${trial.sql(trial.name)}.t`).toEqual([]);
});
