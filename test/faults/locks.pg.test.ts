import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunLock } from '../../src/core/ports.js';
import { createDatabase, type Database } from '../support/database.js';
import { freePort } from '../support/http.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { databasePort, migrateFiles, type Running, startFiles } from '../support/run.js';
import { connect } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let database: Database;
let tree: Tree;
/** Sessions of nobody in particular, which stand in the way of files. */
let blocker: ReturnType<typeof connect>;
/** Names of each test's own, in the one database. */
let own: { readonly table: string; readonly historySchema: string; readonly host: string };
let tests = 0;
/** None outlives its test. */
const processes: RunningPgm[] = [];

beforeAll(async () => {
  database = await createDatabase();
  blocker = connect(database.name);
});

afterAll(async () => {
  await blocker.end({ timeout: 0 });
  await database.drop();
});

beforeEach(async () => {
  tests += 1;
  own = { table: `effects_${tests}`, historySchema: `pgm_${tests}`, host: `t${tests}` };
  tree = await makeTree();
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop('SIGKILL');
  await blocker`rollback`;
  await blocker`select pg_advisory_unlock_all()`;
  await tree.remove();
});

const target = () => ({ ...own, database: database.name });
const environment = () => ({
  DATABASE_URL: database.url,
  PGM_HISTORY_SCHEMA: own.historySchema,
  MIGRATIONS_DIR: tree.directory,
});

function start(command: string, more: Readonly<Record<string, string>> = {}): RunningPgm {
  const process = new RunningPgm([command], { ...environment(), ...more });
  processes.push(process);
  return process;
}

const startWatch = async () => start('watch', { HEALTH_PORT: String(await freePort()) });

/** Holds the run lock without doing anything. */
async function holdTheLock(): Promise<RunLock> {
  const lock = await databasePort(target()).openLock();
  expect(await lock.tryAcquire()).toBeNull();
  return lock;
}

/** The one session that holds the run lock here, or undefined. */
async function holder(): Promise<{ readonly pid: number; readonly since: string } | undefined> {
  const [row] = await database.sql<{ pid: number; since: string }[]>`
    select pid, to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
      and mode = 'ExclusiveLock' and granted and application_name like 'pgm/%'
      and query like '%pg_try_advisory_lock%'`;
  return row;
}

/** Milliseconds until `look` gives what is wanted. */
async function timeUntil(look: () => Promise<unknown>, wanted: unknown): Promise<number> {
  const started = performance.now();
  await expect.poll(look).toEqual(wanted);
  return performance.now() - started;
}

const kinds = ({ events }: Running) => events.map(({ kind }) => kind);

/** A number that only the blocker has the lock of, until it lets go; a file that asks for it waits. */
const gate = 4711;
const waitAtTheGate = `-- pgm:lock-timeout 0\nselect pg_advisory_xact_lock(${gate});\n`;
const closeTheGate = () => blocker`select pg_advisory_lock(${gate})`;
const openTheGate = () => blocker`select pg_advisory_unlock(${gate})`;
const waitingAtTheGate = async (): Promise<unknown> => {
  const [row] = await database.sql`
    select count(*)::int as n from pg_locks
    where locktype = 'advisory' and objid = ${gate} and not granted`;
  return row?.['n'];
};

describe('the run lock is somebody else’s', () => {
  test('past --lock-wait: exit 5, and who has it by pid, application and since when', async () => {
    await tree.write(countingFiles(own.table));
    const lock = await holdTheLock();
    const { pid, since } = (await holder())!;
    const { exitCode, stderr } = await pgm(['migrate', '--lock-wait', '300ms'], environment());
    await lock.release();
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`pid ${pid} (pgm/0.0.0 ${own.host}, user pact) since ${since}`);
    expect(stderr).toContain('--lock-wait');
  });

  test('watch waits as long as it takes, and then goes on', async () => {
    await tree.write(countingFiles(own.table));
    const lock = await holdTheLock();
    const { pid } = (await holder())!;
    const watch = await startWatch();
    await watch.printed(new RegExp(`another runner is at work: pid ${pid} `));
    await lock.release();
    await watch.printed(/All migrations applied/);
    expect((await watch.stop()).exitCode).toBe(0);
    await expectWhole(database.sql, own);
  });

  test('migrate beside a watch that is in a file waits for it, and then finds nothing to do', async () => {
    await tree.write({ ...countingFiles(own.table), 'a/004_gate.sql': waitAtTheGate });
    await closeTheGate();
    const watch = await startWatch();
    await expect.poll(waitingAtTheGate).toBe(1);
    const migrate = start('migrate');
    await migrate.printed(/another runner is at work: pid \d+ \(pgm\//);
    await openTheGate();
    const { exitCode, stdout } = await migrate.finished;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to do: 4 applied') as string,
    });
    expect((await watch.stop()).exitCode).toBe(0);
    const rows = await database.sql`select n from ${database.sql(own.table)} order by at`;
    expect(rows.map(({ n }) => Number(n))).toEqual([2, 3, 33]);
  });

  test('in another history schema, or in another database: nobody waits', async () => {
    const lock = await holdTheLock();
    const elsewhere = await createDatabase();
    const other = startFiles(countingFiles(own.table), {
      ...target(),
      historySchema: `${own.historySchema}_other`,
    });
    const there = startFiles(countingFiles(), { ...target(), database: elsewhere.name });
    for (const run of [other, there]) {
      expect((await run.finished).applied).toHaveLength(3);
      expect(kinds(run)).not.toContain('waiting-for-lock');
    }
    const here = startFiles(countingFiles(`${own.table}_here`), target());
    await expect.poll(() => kinds(here)).toContain('waiting-for-lock');
    await lock.release();
    expect((await here.finished).applied).toHaveLength(3);
    await elsewhere.drop();
  });
});

describe('CREATE INDEX CONCURRENTLY under a run lock that three others wait for', () => {
  test('no deadlock, no INVALID index, and only one builds it', async () => {
    const { sql } = database;
    const files = {
      ...countingFiles(own.table),
      'a/004_index.sql': `-- pgm:lock-timeout 0\ncreate index concurrently ${own.table}_n on ${own.table} (n);`,
    };
    await migrateFiles(countingFiles(own.table), target());
    // An old snapshot of somebody's: the index cannot be finished before it is gone.
    await blocker`begin isolation level repeatable read`;
    await blocker`select count(*) from ${blocker(own.table)}`;
    const first = startFiles(files, target());
    await expect
      .poll(
        () => sql`
          select phase from pg_stat_progress_create_index where datname = current_database()`,
      )
      .toEqual([{ phase: expect.stringMatching(/^waiting for/) as string }]);
    const others = [1, 2, 3].map(() => startFiles(files, target()));
    const waits = (run: Running) => kinds(run).filter((kind) => kind === 'waiting-for-lock');
    // More than once each: whoever asks with the blocking form asks once and deadlocks with the index.
    for (const run of others) await expect.poll(() => waits(run).length).toBeGreaterThan(2);
    await blocker`commit`;
    const reports = await Promise.all([first, ...others].map(({ finished }) => finished));
    expect(reports.map(({ applied }) => applied.length)).toEqual([1, 0, 0, 0]);
    expect([first, ...others].flatMap(kinds)).not.toContain('migration-retried');
    expect([first, ...others].flatMap(kinds)).not.toContain('migration-failed');
    const indexes = await sql`
      select indisvalid from pg_index where indrelid = ${own.table}::regclass`;
    expect(indexes).toEqual([{ indisvalid: true }]);
    const outcomes = await sql`
      select outcome from ${sql(own.historySchema)}.attempts where filename = '004_index.sql'`;
    expect(outcomes).toEqual([{ outcome: 'applied' }]);
    await expectNobodyLeft(sql, own.host);
  });
});

describe('the holder dies by SIGKILL', () => {
  /** A process that holds the lock and is in the third of `countingFiles`, which begins with `sql` there. */
  async function inThirdFile(sql: string): Promise<RunningPgm> {
    const files = countingFiles(own.table);
    await tree.write({ ...files, 'a/003_three.sql': `${sql}\n${files['a/003_three.sql'] ?? ''}` });
    const process = start('migrate');
    await expect.poll(holder).toBeDefined();
    return process;
  }

  /** What the session of the third file is doing; undefined when it is gone. */
  async function stateOfFile(): Promise<string | undefined> {
    const [row] = await database.sql<{ state: string }[]>`
      select state from pg_stat_activity
      where datname = current_database() and application_name like ${`pgm/% ${hostname()}`} and query like '%pg_sleep%'
        and pid <> pg_backend_pid()`;
    return row?.state;
  }

  test('in a statement: the lock is free at once, the statement ends within the check interval, and the next run has it all', async () => {
    const process = await inThirdFile('select pg_sleep(20);');
    await expect.poll(stateOfFile).toBe('active');
    const next = startFiles(countingFiles(own.table), target());
    await expect.poll(() => kinds(next)).toContain('waiting-for-lock');
    const dead = await holder();
    await process.stop('SIGKILL');
    const statementEnded = timeUntil(stateOfFile, undefined);
    const lockFree = timeUntil(async () => (await holder())?.pid === dead?.pid, false);
    await next.finished;
    expect(await lockFree).toBeLessThan(2_000);
    // The interval is half a second; without it the statement would go on for its twenty.
    expect(await statementEnded).toBeLessThan(5_000);
    await expectWhole(database.sql, own);
  });

  test('while it is idle: free at once', async () => {
    const process = await inThirdFile('select pg_sleep(0.2);');
    await expect.poll(stateOfFile).toBe('active');
    // Stopped, it does not hear that the statement is done.
    process.child.kill('SIGSTOP');
    await expect.poll(stateOfFile).toBe('idle in transaction');
    expect(await holder()).toBeDefined();
    await process.stop('SIGKILL');
    expect(await timeUntil(holder, undefined)).toBeLessThan(2_000);
    await expectNobodyLeft(database.sql, hostname(), { withinMs: 5_000 });
  });
});

describe('the connection that holds the lock is terminated in a run', () => {
  test('it is noticed before the next file, and no file runs twice though another runner has the lock by then', async () => {
    const { sql } = database;
    const made = countingFiles(own.table);
    const files = {
      ...made,
      'a/002_two.sql': `${waitAtTheGate}${made['a/002_two.sql'] ?? ''}`,
    };
    await closeTheGate();
    const first = startFiles(files, target());
    await expect.poll(waitingAtTheGate).toBe(1);
    const second = startFiles(files, target());
    await expect.poll(() => kinds(second)).toContain('waiting-for-lock');
    const { pid } = (await holder())!;
    await sql`select pg_terminate_backend(${pid})`;
    // The second has the lock now, and stands before the claim on the file that the first is in.
    await expect.poll(() => kinds(second)).toContain('migration-started');
    await openTheGate();
    const reports = await Promise.all([first.finished, second.finished]);
    for (const { statuses } of reports) {
      expect(statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    }
    await expectWhole(sql, own);
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
    await expectNobodyLeft(sql, own.host);
  });
});
