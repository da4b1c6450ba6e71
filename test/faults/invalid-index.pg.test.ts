import { describe, expect, test } from 'vitest';
import { connect } from '../support/server.js';
import { appliedIn, failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

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

test('an INVALID index of the same name on another table, which the search path finds first, stays', async () => {
  const trial = await begin();
  const near = `${trial.name}_near`;
  await trial.sql.unsafe(
    `create schema ${near}; create table ${near}.other (id int); insert into ${near}.other values (1), (1);
create table ${trial.name}.t (id int)`,
  );
  const theirs = trial.sql.unsafe(`create unique index concurrently i on ${near}.other (id)`);
  await expect(theirs.simple()).rejects.toThrow('could not create unique index');
  const ran = await trial.run({
    'a/001_index.sql': `-- pgm:no-transaction
set search_path = ${near}, ${trial.name};
create index concurrently i on t (id);`,
  });
  expect(statesOf(ran)).toEqual(['a/001_index.sql applied']);
  const found = await trial.sql`
    select indrelid::regclass::text as table, indisvalid as valid from pg_index
    where indexrelid in (to_regclass(${`${near}.i`}), to_regclass(${`${trial.name}.i`})) order by 2`;
  expect(found).toEqual([
    { table: `${near}.other`, valid: false },
    { table: `${trial.name}.t`, valid: true },
  ]);
});
