import { describe, expect, test } from 'vitest';
import { RunningPgm } from '../support/pgm.js';
import { connect, urlFor } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { appliedIn, failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

describe('an index without a name', () => {
  type Trial = Awaited<ReturnType<typeof begin>>;

  const indexesOf = (trial: Trial, table: string) => trial.sql`
    select relname as name, indisvalid as valid from pg_index join pg_class on oid = indexrelid
    where indrelid = ${table}::regclass order by 1`;

  /** Somebody holds a lock that no build gets past; gives what lets go of it. */
  async function standInTheWay(trial: Trial, table: string): Promise<() => Promise<void>> {
    const blocker = connect(trial.target.database);
    await blocker.unsafe(`begin; lock table ${table} in row exclusive mode`).simple();
    return async () => {
      await blocker.unsafe('rollback');
      await blocker.end();
    };
  }

  /** Settles with the backend that builds an index here. */
  async function builder({ sql }: Trial, than = 0): Promise<number> {
    const look = () => sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and pid <> ${than}
        and query like 'create%index concurrently%' and wait_event_type = 'Lock'`;
    await expect.poll(look).toHaveLength(1);
    return (await look())[0]?.pid ?? 0;
  }

  test('whose backend was killed, where another had died before, is built once and nothing INVALID is left', async () => {
    const trial = await begin();
    const table = `${trial.name}."My Table"`;
    await trial.sql.unsafe(`create table ${table} ("Id" int, n int)`);
    const statement = `create index concurrently on ${table} ("Id", lower(n::text))`;
    // A snapshot, and no lock of the table: it keeps builds from being finished, and lets an index be dropped.
    const old = connect(trial.target.database);
    await old.unsafe('begin isolation level repeatable read; select 1').simple();
    await trial.sql`set lock_timeout = '100ms'`;
    await expect(trial.sql.unsafe(statement).simple()).rejects.toThrow('lock timeout');
    await trial.sql`reset lock_timeout`;
    const run = trial.run({ 'a/001_index.sql': `-- pgm:lock-timeout 0\n${statement};` });
    const first = await builder(trial);
    await trial.sql`select pg_terminate_backend(${first})`;
    await builder(trial, first);
    await old.end({ timeout: 0 });
    expect(statesOf(await run)).toEqual(['a/001_index.sql applied']);
    expect(await indexesOf(trial, table)).toEqual([{ name: 'My Table_Id_lower_idx', valid: true }]);
  });

  test('whose pgm was killed is built once by the next', async () => {
    const trial = await begin();
    const table = `${trial.name}.t`;
    await trial.sql.unsafe(`create table ${table} (id int)`);
    const files = {
      'a/001_index.sql': `-- pgm:lock-timeout 0\nset search_path = ${trial.name};\ncreate index concurrently on t (id);`,
    };
    const text = files['a/001_index.sql'].replace('\n', '\n-- pgm:no-transaction\n');
    const tree = await makeTree({ 'a/001_index.sql': text });
    const letGo = await standInTheWay(trial, table);
    const running = new RunningPgm(['migrate', '--dir', tree.directory], {
      DATABASE_URL: urlFor(trial.target.database),
      PGM_HISTORY_SCHEMA: trial.target.historySchema!,
    });
    await builder(trial);
    await running.stop('SIGKILL');
    // The settings of the first statement are gone with its session, and its effects are needed for the second.
    const again = trial.run({ 'a/001_index.sql': text });
    await letGo();
    expect(statesOf(await again)).toEqual(['a/001_index.sql applied']);
    expect(await indexesOf(trial, table)).toEqual([{ name: 't_id_idx', valid: true }]);
    await tree.remove();
  });

  test('an index that failed twice leaves nothing once it is fixed, not even by leaving UNIQUE off', async () => {
    const trial = await begin();
    const table = `${trial.name}.t`;
    await trial.sql.unsafe(
      `create table ${table} (id int, other int); insert into ${table} values (1), (1);
create index on ${table} (other)`,
    );
    for (const leftovers of [1, 1]) {
      const ran = await trial.run({
        'a/001_index.sql': `create unique index concurrently on ${table} (id);`,
      });
      expect(failureOf(ran, 'a/001_index.sql').sqlstate).toBe('23505');
      expect(await indexesOf(trial, table)).toHaveLength(1 + leftovers);
    }
    const fixed = await trial.run({
      'a/001_index.sql': `create index concurrently on ${table} (id);`,
    });
    expect(statesOf(fixed)).toEqual(['a/001_index.sql applied']);
    expect(await indexesOf(trial, table)).toEqual([
      { name: 't_id_idx', valid: true },
      { name: 't_other_idx', valid: true },
    ]);
  });

  test('an index built by a run that died before it could say so is not built again', async () => {
    const trial = await begin();
    const table = `${trial.name}.t`;
    await trial.sql.unsafe(`create table ${table} (id int)`);
    const files = { 'a/001_index.sql': `create index concurrently on ${table} (id);` };
    await trial.run(files);
    // What the history says between the end of the statement and its row.
    await trial.sql`
      update ${trial.sql(trial.target.historySchema!)}.migrations set state = 'failed',
        applied_checksum = null, statements_done = 0, last_error = '{"indexWasAbsent": true}'`;
    expect(appliedIn(await trial.run(files))).toEqual(['a/001_index.sql']);
    expect(await indexesOf(trial, table)).toEqual([{ name: 't_id_idx', valid: true }]);
  });

  test.each([
    ['without a name', 'create index concurrently on T (id)', 2],
    ['of that name', 'create index concurrently if not exists t_id_idx on T (id)', 1],
  ])(
    'that somebody else is building, %s, is waited for and not dropped',
    async (_, sql, in_all) => {
      const trial = await begin();
      const table = `${trial.name}.t`;
      await trial.sql.unsafe(`create table ${table} (id int)`);
      const letGo = await standInTheWay(trial, table);
      const other = connect(trial.target.database);
      const theirs = other.unsafe(`create index concurrently on ${table} (id)`).simple();
      const built = theirs.then(() => 'built');
      await builder(trial);
      const oid = () => trial.sql`select ${`${trial.name}.t_id_idx`}::regclass::oid::int as oid`;
      const before = await oid();
      const run = trial.run({
        'a/001_index.sql': `-- pgm:lock-timeout 0\n${sql.replace('T', table)};`,
      });
      await expect
        .poll(
          () => trial.sql`
          select 1 from pg_locks where relation = ${table}::regclass and not granted
            and mode = 'ShareUpdateExclusiveLock'`,
        )
        .toHaveLength(1);
      await letGo();
      expect(await built).toBe('built');
      await other.end();
      expect(statesOf(await run)).toEqual(['a/001_index.sql applied']);
      expect(await oid()).toEqual(before);
      const indexes = await indexesOf(trial, table);
      expect(indexes.map(({ valid }) => valid as boolean)).toEqual(Array(in_all).fill(true));
    },
  );
});
