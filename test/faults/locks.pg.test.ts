import { describe, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { kinds, useLockBench, waitAtTheGate } from '../support/lock-bench.js';
import { pgm } from '../support/pgm.js';
import { migrateFiles, type Running, startFiles } from '../support/run.js';

const bench = useLockBench();

describe('the run lock is somebody else’s', () => {
  test('past --lock-wait: exit 5, and who has it by pid, application and since when', async () => {
    await bench.tree.write(countingFiles(bench.own.table));
    const lock = await bench.holdTheLock();
    const { pid, since } = (await bench.holder())!;
    const { exitCode, stderr } = await pgm(['migrate', '--lock-wait', '300ms'], bench.environment);
    await lock.release();
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`pid ${pid} (pgm/0.0.0 ${bench.own.host}, user pact) since ${since}`);
    expect(stderr).toContain('--lock-wait');
  });

  test('watch waits as long as it takes, and then goes on', async () => {
    await bench.tree.write(countingFiles(bench.own.table));
    const lock = await bench.holdTheLock();
    const { pid } = (await bench.holder())!;
    const watch = await bench.startWatch();
    await watch.printed(new RegExp(`another runner is at work: pid ${pid} `));
    await lock.release();
    await watch.printed(/All migrations applied/);
    expect((await watch.stop()).exitCode).toBe(0);
    await expectWhole(bench.database.sql, bench.own);
  });

  test('migrate beside a watch that is in a file waits for it, and then finds nothing to do', async () => {
    await bench.tree.write({ ...countingFiles(bench.own.table), 'a/004_gate.sql': waitAtTheGate });
    await bench.closeTheGate();
    const watch = await bench.startWatch();
    await expect.poll(() => bench.waitingAtTheGate()).toBe(1);
    const migrate = bench.start('migrate');
    await migrate.printed(/another runner is at work: pid \d+ \(pgm\//);
    await bench.openTheGate();
    const { exitCode, stdout } = await migrate.finished;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to do: 4 applied') as string,
    });
    expect((await watch.stop()).exitCode).toBe(0);
    const rows = await bench.database
      .sql`select n from ${bench.database.sql(bench.own.table)} order by at`;
    expect(rows.map(({ n }) => Number(n))).toEqual([2, 3, 33]);
  });

  test('who waits has no advisory lock of any kind: whoever looks into pg_locks sees one runner', async () => {
    const lock = await bench.holdTheLock();
    const { pid } = (await bench.holder())!;
    const here = startFiles(countingFiles(bench.own.table), bench.target);
    await expect
      .poll(() => kinds(here).filter((kind) => kind === 'waiting-for-lock').length)
      .toBeGreaterThan(2);
    const holders = await bench.database.sql`
      select distinct pid from pg_locks where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())`;
    expect(holders).toEqual([{ pid }]);
    await lock.release();
    expect((await here.finished).applied).toHaveLength(3);
  });

  test('in another history schema, or in another database: nobody waits', async () => {
    const lock = await bench.holdTheLock();
    const elsewhere = await createDatabase();
    const other = startFiles(countingFiles(bench.own.table), {
      ...bench.target,
      historySchema: `${bench.own.historySchema}_other`,
    });
    const there = startFiles(countingFiles(), { ...bench.target, database: elsewhere.name });
    for (const run of [other, there]) {
      expect((await run.finished).applied).toHaveLength(3);
      expect(kinds(run)).not.toContain('waiting-for-lock');
    }
    const here = startFiles(countingFiles(`${bench.own.table}_here`), bench.target);
    await expect.poll(() => kinds(here)).toContain('waiting-for-lock');
    await lock.release();
    expect((await here.finished).applied).toHaveLength(3);
    await elsewhere.drop();
  });
});

describe('CREATE INDEX CONCURRENTLY under a run lock that three others wait for', () => {
  test('no deadlock, no INVALID index, and only one builds it', async () => {
    const { sql } = bench.database;
    const files = {
      ...countingFiles(bench.own.table),
      'a/004_index.sql': `-- pgm:lock-timeout 0\ncreate index concurrently ${bench.own.table}_n on ${bench.own.table} (n);`,
    };
    await migrateFiles(countingFiles(bench.own.table), bench.target);
    // An old snapshot of somebody's: the index cannot be finished before it is gone.
    await bench.blocker`begin isolation level repeatable read`;
    await bench.blocker`select count(*) from ${bench.blocker(bench.own.table)}`;
    const first = startFiles(files, bench.target);
    await expect
      .poll(
        () => sql`
          select phase from pg_stat_progress_create_index where datname = current_database()`,
      )
      .toEqual([{ phase: expect.stringMatching(/^waiting for/) as string }]);
    const others = [1, 2, 3].map(() => startFiles(files, bench.target));
    const waits = (run: Running) => kinds(run).filter((kind) => kind === 'waiting-for-lock');
    // More than once each: whoever asks with the blocking form asks once and deadlocks with the index.
    for (const run of others) await expect.poll(() => waits(run).length).toBeGreaterThan(2);
    await bench.blocker`commit`;
    const reports = await Promise.all([first, ...others].map(({ finished }) => finished));
    expect(reports.map(({ applied }) => applied.length)).toEqual([1, 0, 0, 0]);
    expect([first, ...others].flatMap(kinds)).not.toContain('migration-retried');
    expect([first, ...others].flatMap(kinds)).not.toContain('migration-failed');
    const indexes = await sql`
      select indisvalid from pg_index where indrelid = ${bench.own.table}::regclass`;
    expect(indexes).toEqual([{ indisvalid: true }]);
    const outcomes = await sql`
      select outcome from ${sql(bench.own.historySchema)}.attempts where filename = '004_index.sql'`;
    expect(outcomes).toEqual([{ outcome: 'applied' }]);
    await expectNobodyLeft(sql, bench.own.host);
  });
});
