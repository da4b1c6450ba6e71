import { describe, expect, test } from 'vitest';
import { buildSnapshot } from '../../../src/core/files/snapshot.js';
import { useTrials, failureOf, statesOf } from '../../faults/trial.js';
import { databasePort, startFiles } from '../../support/run.js';
import { connect } from '../../support/server.js';
import { waitsForLock } from '../../support/waiting.js';

const begin = useTrials();
type Trial = Awaited<ReturnType<typeof begin>>;

/** Statements that are not idempotent, the second of which waits until somebody lets it go. */
function files(trial: Trial): Readonly<Record<string, string>> {
  return {
    'a/001_x.sql': `-- pgm:no-transaction
-- pgm:lock-timeout 0
insert into ${trial.name}.t values (1);
with gate as materialized (select pg_advisory_xact_lock(${gate})) insert into ${trial.name}.t select 2 from gate;
insert into ${trial.name}.t values (3);`,
  };
}

const gate = 4712;

async function numbers(trial: Trial): Promise<readonly number[]> {
  const rows = await trial.sql`select n from ${trial.sql(trial.name)}.t order by at`;
  return rows.map(({ n }) => Number(n));
}

/** A run that stands in its second statement; `strike` hits the sessions that the condition finds. */
async function inTheSecond() {
  const trial = await begin();
  await trial.sql.unsafe(
    `create table ${trial.name}.t (n int, at timestamptz default clock_timestamp())`,
  );
  const blocker = connect(trial.target.database);
  await blocker`select pg_advisory_lock(${gate})`;
  const run = startFiles(files(trial), trial.target);
  await waitsForLock(trial.sql);
  const strike = async (condition: string): Promise<void> => {
    const struck = await trial.sql.unsafe(`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and application_name like 'pgm/%' and ${condition}`);
    expect(struck).toHaveLength(1);
  };
  const letGo = async (): Promise<void> => {
    await blocker`select pg_advisory_unlock(${gate})`;
    await blocker.end();
  };
  return { trial, run, strike, letGo };
}

describe('in a statement of a file without a transaction', () => {
  test('the session that has the run lock, keeps others out of it and keeps how far it has come is ended: each effect once', async () => {
    const { trial, run, strike, letGo } = await inTheSecond();
    await strike(`query not like '%${gate}%'`);
    await letGo();
    const { statuses } = await run.finished;
    expect(statuses.map(({ state }) => state)).toEqual(['applied']);
    expect(await numbers(trial)).toEqual([1, 2, 3]);
    expect(run.events.filter(({ kind }) => kind === 'migration-failed')).toEqual([]);
  });

  test('a server that ends idle sessions and long transactions lets those of pgm be', async () => {
    const trial = await begin();
    const { database } = trial.target;
    await trial.sql.unsafe(
      `create table ${trial.name}.t (n int, at timestamptz default clock_timestamp())`,
    );
    const names = await trial.sql`
      select name from pg_settings
      where name in ('idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`;
    // To make the history is one long transaction, which is not what this is about.
    await trial.run({ 'a/000_x.sql': 'select 1;' });
    for (const { name } of names) {
      await trial.sql.unsafe(`alter database ${database} set ${String(name)} = '1s'`);
    }
    const run = startFiles(
      {
        'a/001_x.sql': `-- pgm:no-transaction
set transaction_timeout = 0;
insert into ${trial.name}.t select 1 from pg_sleep(2);
insert into ${trial.name}.t values (2);`.replace(
          names.length === 3 ? '' : 'set transaction_timeout = 0;',
          '',
        ),
      },
      trial.target,
    );
    await run.finished.finally(() => trial.sql.unsafe(`alter database ${database} reset all`));
    expect(await numbers(trial)).toEqual([1, 2]);
    expect(run.events.map(({ kind }) => kind)).not.toContain('waiting-for-postgres');
  });
});

test('a file that was held in between goes on where it failed', async () => {
  const trial = await begin();
  await trial.sql.unsafe(`create table ${trial.name}.t (n int, at timestamptz default now())`);
  const text = `-- pgm:no-transaction
insert into ${trial.name}.t values (1);
insert into ${trial.name}.late values (2);`;
  const path = 'a/001_x.sql';
  expect(failureOf(await trial.run({ [path]: text }), path).sqlstate).toBe('42P01');
  const { migrations, revision } = buildSnapshot(
    [{ kind: 'file', path, bytes: Buffer.from(text) }],
    { schemas: null, reserved: [], generation: null, swappedAt: null },
  );
  const session = await databasePort(trial.target).connect();
  await session.recordHeld({ migration: migrations[0]!, revision }, 'another file failed');
  await session.close();
  await trial.sql.unsafe(`create table ${trial.name}.late (n int)`);
  expect(statesOf(await trial.run({ [path]: text }))).toEqual([`${path} applied`]);
  expect(await numbers(trial)).toEqual([1]);
});

test('settings of earlier statements hold for those that are run later', async () => {
  const trial = await begin();
  await trial.sql.unsafe(
    `create table ${trial.name}.t (n int, at timestamptz default clock_timestamp())`,
  );
  const text = `-- pgm:no-transaction
set search_path = ${trial.name};
insert into t values (1);
insert into late values (2);
insert into t values (3);`;
  const path = 'a/001_x.sql';
  expect(failureOf(await trial.run({ [path]: text }), path).sqlstate).toBe('42P01');
  await trial.sql.unsafe(`create table ${trial.name}.late (n int)`);
  expect(statesOf(await trial.run({ [path]: text }))).toEqual([`${path} applied`]);
  expect(await numbers(trial)).toEqual([1, 3]);
});
