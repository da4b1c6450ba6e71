import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { kinds, useLockBench, waitAtTheGate } from '../support/lock-bench.js';
import type { RunningPgm } from '../support/pgm.js';
import { startFiles } from '../support/run.js';

const bench = useLockBench();

/** Milliseconds until `look` gives what is wanted. */
async function timeUntil(look: () => Promise<unknown>, wanted: unknown): Promise<number> {
  const started = performance.now();
  await expect.poll(look).toEqual(wanted);
  return performance.now() - started;
}

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

  test('in a statement: the lock is free at once, the statement ends within the check interval, and the next run has it all', async () => {
    const process = await inThirdFile('select pg_sleep(20);');
    await expect.poll(stateOfFile).toBe('active');
    const next = startFiles(countingFiles(bench.own.table), bench.target);
    await expect.poll(() => kinds(next)).toContain('waiting-for-lock');
    const dead = await bench.holder();
    await process.stop('SIGKILL');
    const statementEnded = timeUntil(stateOfFile, undefined);
    const lockFree = timeUntil(async () => (await bench.holder())?.pid === dead?.pid, false);
    await next.finished;
    expect(await lockFree).toBeLessThan(2_000);
    // The interval is half a second; without it the statement would go on for its twenty.
    expect(await statementEnded).toBeLessThan(5_000);
    await expectWhole(bench.database.sql, bench.own);
  });

  test('while it is idle: free at once', async () => {
    const process = await inThirdFile('select pg_sleep(0.2);');
    await expect.poll(stateOfFile).toBe('active');
    // Stopped, it does not hear that the file is done, whose record was in flight with it.
    process.child.kill('SIGSTOP');
    await expect.poll(stateOfFile).toBeUndefined();
    expect(await bench.holder()).toBeDefined();
    await process.stop('SIGKILL');
    expect(await timeUntil(() => bench.holder(), undefined)).toBeLessThan(2_000);
    await expectNobodyLeft(bench.database.sql, hostname(), { withinMs: 5_000 });
  });
});

describe('the connection that holds the lock is terminated in a run', () => {
  test('it is noticed before the next file, and no file runs twice though another runner has the lock by then', async () => {
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
      expect.objectContaining({ kind: 'migration-applied', key: 'a/001_make.sql' }),
      expect.objectContaining({ kind: 'migration-started', key: 'a/002_two.sql' }),
      expect.objectContaining({ kind: 'migration-applied', key: 'a/002_two.sql' }),
      expect.objectContaining({
        kind: 'waiting-for-postgres',
        reason: expect.stringContaining('run lock was lost') as string,
      }),
    ]);
    await expectNobodyLeft(sql, bench.own.host);
  });
});
