import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { type Finished, RunningPgm } from '../support/pgm.js';
import { asAdmin, connect, startServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let database: Database;
let home: Tree;
let port: number;
let running: RunningPgm[] = [];

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree();
  port = await freePort();
});

afterEach(async () => {
  for (const each of running) await each.stop('SIGKILL');
  running = [];
  await home.remove();
  await database.drop();
});

function start(command: string, args: readonly string[] = [], url = database.url): RunningPgm {
  const line = [command, '--dir', home.directory, ...args];
  const pgm = new RunningPgm(line, { DATABASE_URL: url, HEALTH_PORT: String(port) });
  running.push(pgm);
  return pgm;
}

/** Sends the signal, and gives what came of it and after how many milliseconds. */
async function stopped(
  pgm: RunningPgm,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Finished & { readonly afterMs: number }> {
  const began = performance.now();
  const finished = await pgm.stop(signal);
  return { ...finished, afterMs: performance.now() - began };
}

const sleeping = 'create table half (id int); select pg_sleep(600);';

/** The backends in the database that are in `waitEvent`; waits until there is one. */
async function backendIn(waitEvent: string, sql = database.sql): Promise<number> {
  const look = (): Promise<readonly Record<string, unknown>[]> =>
    sql`select pid from pg_stat_activity where wait_event = ${waitEvent} and datname = current_database()`;
  await expect.poll(look).toHaveLength(1);
  return Number((await look())[0]?.['pid']);
}

async function exists(table: string): Promise<boolean> {
  const [row] = await database.sql`select to_regclass(${table}) is not null as found`;
  return row?.['found'] === true;
}

async function history(): Promise<string[]> {
  const rows = await database.sql`select filename, state from pgm.migrations order by 1`;
  return rows.map(({ filename, state }) => `${String(filename)} ${String(state)}`);
}

/** No session of pgm's, and so no lock and no open transaction. */
async function nothingIsLeft(): Promise<void> {
  await expect
    .poll(
      () => database.sql`select pid, state, query from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    )
    .toEqual([]);
  expect(
    await database.sql`select pid from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`,
  ).toEqual([]);
}

describe('a signal between two things ends pgm within a second', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s between files', async (signal) => {
    const names = Array.from({ length: 200 }, (_, at) => `a/${1_000 + at}_x.sql`);
    await home.write(Object.fromEntries(names.map((name) => [name, 'select pg_sleep(0.02);'])));
    const watching = start('watch');
    await watching.printed(/a\/1005_x\.sql applied/);
    const { exitCode, afterMs, stdout } = await stopped(watching, signal);
    expect(exitCode).toBe(signal === 'SIGTERM' ? 0 : 130);
    expect(afterMs).toBeLessThan(1_000);
    const applied = await history();
    expect(applied).toHaveLength(stdout.match(/ applied \(/g)!.length);
    expect(applied.every((row) => row.endsWith(' applied'))).toBe(true);
    expect(applied.length).toBeLessThan(names.length);
    await nothingIsLeft();
  });

  test.each(['watch', 'migrate'])('%s while PostgreSQL is waited for', async (command) => {
    const pgm = start(command, [], 'postgresql://pact:pact@localhost:1/x');
    await pgm.printed(/ECONNREFUSED[^]*/);
    const { exitCode, afterMs } = await stopped(pgm);
    expect(exitCode).toBe(command === 'watch' ? 0 : 143);
    expect(afterMs).toBeLessThan(1_000);
  });

  test.each(['watch', 'migrate'])('%s while another runner has the lock', async (command) => {
    await home.write({ 'a/001_x.sql': sleeping });
    start('migrate');
    await backendIn('PgSleep');
    const pgm = start(command);
    await pgm.printed(/another runner is at work/);
    const { exitCode, afterMs } = await stopped(pgm);
    expect(exitCode).toBe(command === 'watch' ? 0 : 143);
    expect(afterMs).toBeLessThan(1_000);
  });
});

describe('a signal in a file', () => {
  test('makes readiness 503 at once while liveness stays 200, then cancels the file after the grace', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', ['--grace', '1500ms']);
    await backendIn('PgSleep');
    const ended = stopped(watching);
    expect((await until(port, '/readiness', 503, 250)).body['reason']).toBe('stopping');
    expect((await get(port, '/liveness')).status).toBe(200);
    const { exitCode, afterMs, stdout } = await ended;
    expect(exitCode).toBe(0);
    expect(afterMs).toBeGreaterThan(1_400);
    expect(afterMs).toBeLessThan(3_000);
    expect(stdout).not.toContain('ERROR');
    expect(await exists('half')).toBe(false);
    expect(await history()).toEqual([]);
    await nothingIsLeft();
  });

  test('lets it end within the grace, and begins no other', async () => {
    await home.write({
      'a/001_x.sql': 'create table done (id int); select pg_sleep(1);',
      'a/002_x.sql': 'select 1;',
    });
    const watching = start('watch');
    await backendIn('PgSleep');
    expect((await stopped(watching)).exitCode).toBe(0);
    expect(await exists('done')).toBe(true);
    expect(await history()).toEqual(['001_x.sql applied']);
  });

  test('and a second one cancels it now', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', ['--grace', '10m']);
    await backendIn('PgSleep');
    watching.child.kill('SIGTERM');
    await watching.printed(/SIGTERM: stopping/);
    const { exitCode, afterMs } = await stopped(watching);
    expect(exitCode).toBe(0);
    expect(afterMs).toBeLessThan(1_000);
    expect(await exists('half')).toBe(false);
    expect(await history()).toEqual([]);
    await nothingIsLeft();
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    '%s ends pgm migrate with %i: rolled back, not marked failed',
    async (signal, code) => {
      await home.write({ 'a/001_x.sql': sleeping });
      const migrating = start('migrate');
      await backendIn('PgSleep');
      const { exitCode, afterMs, stdout, stderr } = await stopped(migrating, signal);
      expect(exitCode).toBe(code);
      expect(afterMs).toBeLessThan(1_500);
      expect(stdout + stderr).not.toContain('ERROR');
      expect(await exists('half')).toBe(false);
      expect(await history()).toEqual([]);
      await nothingIsLeft();
    },
  );

  test('whose server does not react to the cancel: the second one ends the process all the same', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', ['--grace', '10m']);
    const backend = await backendIn('PgSleep');
    process.kill(backend, 'SIGSTOP');
    try {
      watching.child.kill('SIGTERM');
      await watching.printed(/SIGTERM: stopping/);
      const { exitCode, afterMs } = await stopped(watching);
      expect([0, 143]).toContain(exitCode);
      expect(afterMs).toBeLessThan(3_000);
    } finally {
      process.kill(backend, 'SIGCONT');
    }
    await nothingIsLeft();
    expect(await exists('half')).toBe(false);
    expect(await history()).toEqual([]);
  });
});

describe('a signal while the server commits', () => {
  /** Its COMMIT takes as long as the sleep of a trigger that was put off until then. */
  const slowCommit = (seconds: number): Readonly<Record<string, string>> => ({
    'a/001_x.sql': `create table t (id int);
      create function slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep(${seconds}); return null; end $$;
      create constraint trigger late after insert on t deferrable initially deferred
        for each row execute function slow();`,
    'a/002_x.sql': 'insert into t values (1);',
    'a/003_x.sql': 'select 1;',
  });

  async function rows(): Promise<number> {
    const [row] = await database.sql`select count(*)::int as n from t`;
    return Number(row?.['n']);
  }

  test('waits for its answer: the effect and its row are both there', async () => {
    await home.write(slowCommit(1.5));
    const watching = start('watch');
    await backendIn('PgSleep');
    const { exitCode, stdout } = await stopped(watching);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a/002_x.sql applied');
    expect(await rows()).toBe(1);
    expect(await history()).toEqual(['001_x.sql applied', '002_x.sql applied']);
  });

  test('and a cancel that is faster leaves neither', async () => {
    await home.write(slowCommit(600));
    const migrating = start('migrate');
    await backendIn('PgSleep');
    expect((await stopped(migrating)).exitCode).toBe(143);
    expect(await rows()).toBe(0);
    expect(await history()).toEqual(['001_x.sql applied']);
    await nothingIsLeft();
  });

  test('and a cancel that comes too late leaves both: the server only stops to wait for its standby', async () => {
    const settings = { synchronous_commit: 'local', synchronous_standby_names: 'nobody' };
    const server = await startServer({ settings });
    try {
      await asAdmin((admin) => admin`create database waiting`, server);
      // All that is asked to wait for the disk there waits for the standby too.
      await asAdmin((admin) => admin`alter database waiting set synchronous_commit = on`, server);
      const sql = connect('waiting', server);
      await home.write({ 'a/001_x.sql': 'create table t (id int);' });
      const migrating = start('migrate', [], urlFor('waiting', {}, server));
      await backendIn('SyncRep', sql);
      const { exitCode, stdout } = await stopped(migrating);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('✅ All migrations applied');
      const [row] = await sql`select to_regclass('t') is not null as found,
        (select string_agg(state, ' ') from pgm.migrations) as states`;
      expect(row).toEqual({ found: true, states: 'applied' });
      await sql.end();
    } finally {
      await server.remove();
    }
  });
});

test('a signal right after the start is not lost, whatever pgm was doing', async () => {
  for (const afterMs of [60, 100, 140, 180, 220, 260]) {
    const watching = start('watch', ['--allow-empty']);
    // Nothing can be awaited here: the moment before the first line is what is tested.
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const { exitCode, signal, afterMs: took } = await stopped(watching);
    expect([0, 143]).toContain(exitCode ?? (signal === 'SIGTERM' ? 143 : null));
    expect(took).toBeLessThan(2_000);
  }
});
