import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database, hasRelation } from '../../support/database.js';
import { freePort, get, unreadyReason } from '../../support/http.js';
import { RunningPgm } from '../../support/pgm.js';
import { asAdmin, connect, startServer, urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

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

const sleeping = 'create table half (id int); select pg_sleep(600);';

/** The backends in the database that are in `waitEvent`; waits until there is one. */
async function backendIn(waitEvent: string, sql = database.sql): Promise<number> {
  const look = (): Promise<readonly Record<string, unknown>[]> =>
    sql`select pid from pg_stat_activity where wait_event = ${waitEvent} and datname = current_database()`;
  await expect.poll(look).toHaveLength(1);
  return Number((await look())[0]?.['pid']);
}

/** Whoever asks for this number waits until the gate is opened. */
async function closeTheGate(): Promise<void> {
  await database.sql`select pg_advisory_lock(7)`;
}

async function openTheGate(): Promise<void> {
  await database.sql`select pg_advisory_unlock(7)`;
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

/** What pgm may wait for here takes longer than a test has: it ends at once, or the test fails. */
const longGrace = ['--grace', '1h'];

describe('a signal between two things ends pgm, which waits for nothing', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s between files', async (signal) => {
    const names = Array.from({ length: 200 }, (_, at) => `a/${1_000 + at}_x.sql`);
    await home.write(Object.fromEntries(names.map((name) => [name, 'select pg_sleep(0.1);'])));
    const watching = start('watch', longGrace);
    await watching.printed(/a\/1005_x\.sql applied/);
    const { exitCode, stdout } = await watching.stop(signal);
    expect(exitCode).toBe(signal === 'SIGTERM' ? 0 : 130);
    const applied = await history();
    expect(applied).toHaveLength(stdout.match(/ applied \(/g)!.length);
    expect(applied.every((row) => row.endsWith(' applied'))).toBe(true);
    expect(applied.length).toBeLessThan(names.length);
    await nothingIsLeft();
  });

  test.each(['watch', 'migrate'])('%s while PostgreSQL is waited for', async (command) => {
    const args = command === 'watch' ? longGrace : ['--wait-timeout', '1h'];
    const pgm = start(command, args, 'postgresql://pact:pact@localhost:1/x');
    await pgm.printed(/ECONNREFUSED[^]*/);
    const { exitCode } = await pgm.stop();
    expect(exitCode).toBe(command === 'watch' ? 0 : 143);
  });

  test.each(['watch', 'migrate'])('%s while another runner has the lock', async (command) => {
    await home.write({ 'a/001_x.sql': sleeping });
    start('migrate');
    await backendIn('PgSleep');
    const pgm = start(command, ['--lock-wait', '1h', ...(command === 'watch' ? longGrace : [])]);
    await pgm.printed(/another runner is at work/);
    const { exitCode } = await pgm.stop();
    expect(exitCode).toBe(command === 'watch' ? 0 : 143);
  });
});

describe('a signal in a file', () => {
  test('makes readiness 503 while liveness stays 200, and the file goes on for the grace', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', longGrace);
    const backend = await backendIn('PgSleep');
    watching.child.kill('SIGTERM');
    // It was not ready before either, for another reason.
    const reason = () => unreadyReason(port);
    await expect.poll(reason).toBe('stopping');
    expect((await get(port, '/readiness')).status).toBe(503);
    expect((await get(port, '/liveness')).status).toBe(200);
    expect(await backendIn('PgSleep')).toBe(backend);
  });

  test('after the grace it is cancelled: exit 0, rolled back, not marked failed', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', ['--grace', '500ms']);
    await backendIn('PgSleep');
    const { exitCode, stdout } = await watching.stop();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('SIGTERM: stopping');
    expect(stdout).not.toContain('ERROR');
    expect(await hasRelation(database, 'half')).toBe(false);
    expect(await history()).toEqual([]);
    await nothingIsLeft();
  });

  test('lets it end within the grace, and begins no other', async () => {
    await home.write({
      'a/001_x.sql': 'create table done (id int); select pg_advisory_xact_lock(7);',
      'a/002_x.sql': 'select 1;',
    });
    await closeTheGate();
    const watching = start('watch', longGrace);
    await backendIn('advisory');
    watching.child.kill('SIGTERM');
    await watching.printed(/SIGTERM: stopping/);
    await openTheGate();
    expect((await watching.finished).exitCode).toBe(0);
    expect(await hasRelation(database, 'done')).toBe(true);
    expect(await history()).toEqual(['001_x.sql applied']);
  });

  test('a second signal cancels the file, however long the grace', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', longGrace);
    await backendIn('PgSleep');
    watching.child.kill('SIGTERM');
    await watching.printed(/SIGTERM: stopping/);
    expect(await watching.stop()).toMatchObject({ exitCode: 0 });
    expect(await hasRelation(database, 'half')).toBe(false);
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
      const { exitCode, stdout, stderr } = await migrating.stop(signal);
      expect(exitCode).toBe(code);
      expect(stdout + stderr).not.toContain('ERROR');
      expect(await hasRelation(database, 'half')).toBe(false);
      expect(await history()).toEqual([]);
      await nothingIsLeft();
    },
  );

  test('whose server does not react to the cancel: the second one ends the process all the same', async () => {
    await home.write({ 'a/001_x.sql': sleeping });
    const watching = start('watch', longGrace);
    const backend = await backendIn('PgSleep');
    process.kill(backend, 'SIGSTOP');
    try {
      watching.child.kill('SIGTERM');
      await watching.printed(/SIGTERM: stopping/);
      // The server hears nothing until it is woken below: whatever ends the process, it is not its answer.
      const { exitCode } = await watching.stop();
      expect([0, 143]).toContain(exitCode);
    } finally {
      process.kill(backend, 'SIGCONT');
    }
    await nothingIsLeft();
    expect(await hasRelation(database, 'half')).toBe(false);
    expect(await history()).toEqual([]);
  });
});

describe('a signal while the server commits', () => {
  /** Its COMMIT takes as long as a trigger that was put off until then. */
  const slowCommit = (waiting: string): Readonly<Record<string, string>> => ({
    'a/001_x.sql': `create table t (id int);
      create function slow() returns trigger language plpgsql as
        $$ begin perform ${waiting}; return null; end $$;
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
    await home.write(slowCommit('pg_advisory_xact_lock(7)'));
    await closeTheGate();
    const watching = start('watch', longGrace);
    await backendIn('advisory');
    watching.child.kill('SIGTERM');
    await watching.printed(/SIGTERM: stopping/);
    await openTheGate();
    const { exitCode, stdout } = await watching.finished;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a/002_x.sql applied');
    expect(await rows()).toBe(1);
    expect(await history()).toEqual(['001_x.sql applied', '002_x.sql applied']);
  });

  test('a cancel that is faster than the commit leaves neither effect nor row', async () => {
    await home.write(slowCommit('pg_sleep(600)'));
    const migrating = start('migrate');
    await backendIn('PgSleep');
    expect((await migrating.stop()).exitCode).toBe(143);
    expect(await rows()).toBe(0);
    expect(await history()).toEqual(['001_x.sql applied']);
    await nothingIsLeft();
  });

  test('a cancel that comes too late leaves effect and row: the server only stops to wait for its standby', async () => {
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
      const { exitCode, stdout } = await migrating.stop();
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
  for (const waitMs of [60, 100, 140, 180, 220, 260]) {
    const watching = start('watch', ['--allow-empty', ...longGrace]);
    // Nothing can be awaited here: the moment before the first line is what is tested.
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const { exitCode, signal } = await watching.stop();
    expect([0, 143]).toContain(exitCode ?? (signal === 'SIGTERM' ? 143 : null));
  }
});
