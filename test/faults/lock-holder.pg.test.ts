import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { kinds, useLockBench, waitAtTheGate } from '../support/lock-bench.js';
import type { RunningPgm } from '../support/pgm.js';
import { startFiles } from '../support/run.js';

const bench = useLockBench();

describe('the holder dies by SIGKILL', () => {
  /** A process that holds the lock and is in the third of `countingFiles`, which begins with `sql` there. */
  async function inThirdFile(sql: string): Promise<RunningPgm> {
    const files = countingFiles(bench.own.table);
    await bench.tree.write({
      ...files,
      'a/003_three.sql': `${sql}\n${files['a/003_three.sql'] ?? ''}`,
    });
    const process = bench.start('migrate');
    await expect.poll(() => bench.holder()).toBeDefined();
    return process;
  }

  /** What the session of the third file is doing; undefined when it is gone. */
  async function stateOfFile(): Promise<string | undefined> {
    const [row] = await bench.database.sql<{ state: string }[]>`
      select state from pg_stat_activity
      where datname = current_database() and application_name like ${`pgm/% ${hostname()}`} and query like '%pg_sleep%'
        and pid <> pg_backend_pid()`;
    return row?.state;
  }

  test('in a statement: the lock is free, the statement ends long before its time, and the next run has it all', async () => {
    const process = await inThirdFile('select pg_sleep(600);');
    await expect.poll(stateOfFile).toBe('active');
    const next = startFiles(countingFiles(bench.own.table), bench.target);
    await expect.poll(() => kinds(next)).toContain('waiting-for-lock');
    const dead = await bench.holder();
    await process.stop('SIGKILL');
    // Without the check interval the statement would go on for ten minutes, and its file's row would be taken so long.
    await Promise.all([
      expect.poll(stateOfFile).toBeUndefined(),
      expect.poll(async () => (await bench.holder())?.pid).not.toBe(dead?.pid),
      next.finished,
    ]);
    await expectWhole(bench.database.sql, bench.own);
  });

  test('while it is idle: free', async () => {
    await bench.closeTheGate();
    const process = await inThirdFile(waitAtTheGate);
    await expect.poll(() => bench.waitingAtTheGate()).toBe(1);
    // Stopped, it does not hear that the file is done, whose record was in flight with it.
    process.child.kill('SIGSTOP');
    await bench.openTheGate();
    const { sql } = bench.database;
    await expect
      .poll(() => sql`select n from ${sql(bench.own.table)} where n = 33`)
      .toHaveLength(1);
    expect(await bench.holder()).toBeDefined();
    await process.stop('SIGKILL');
    await expect.poll(() => bench.holder()).toBeUndefined();
    await expectNobodyLeft(bench.database.sql, hostname());
  });
});

describe('the connection that holds the lock is terminated in a run', () => {
  test('a lost run lock is noticed before the next file, and no file runs twice though another runner has the lock by then', async () => {
    const { sql } = bench.database;
    const made = countingFiles(bench.own.table);
    const files = {
      ...made,
      'a/002_two.sql': `${waitAtTheGate}${made['a/002_two.sql'] ?? ''}`,
    };
    await bench.closeTheGate();
    const first = startFiles(files, bench.target);
    await expect.poll(() => bench.waitingAtTheGate()).toBe(1);
    const second = startFiles(files, bench.target);
    await expect.poll(() => kinds(second)).toContain('waiting-for-lock');
    const { pid } = (await bench.holder())!;
    await sql`select pg_terminate_backend(${pid})`;
    // The second has the lock now, and stands before the claim on the file that the first is in.
    await expect.poll(() => kinds(second)).toContain('migration-started');
    await bench.openTheGate();
    const reports = await Promise.all([first.finished, second.finished]);
    for (const { statuses } of reports) {
      expect(statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    }
    await expectWhole(sql, bench.own);
    const told = first.events.filter(({ kind }) =>
      ['migration-started', 'migration-applied', 'waiting-for-postgres'].includes(kind),
    );
    expect(told.slice(0, 5)).toEqual([
      expect.objectContaining({ kind: 'migration-started', key: 'a/001_make.sql' }),
      expect.objectContaining({ kind: 'migration-started', key: 'a/002_two.sql' }),
      // Told once a commit has waited for the disk, which is after the second.
      expect.objectContaining({ kind: 'migration-applied', key: 'a/001_make.sql' }),
      expect.objectContaining({ kind: 'migration-applied', key: 'a/002_two.sql' }),
      expect.objectContaining({
        kind: 'waiting-for-postgres',
        reason: expect.stringContaining('run lock was lost') as string,
      }),
    ]);
    await expectNobodyLeft(sql, bench.own.host);
  });
});
