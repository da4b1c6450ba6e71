import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort, get, unreadyReason, until } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { Relay } from '../support/relay.js';
import { connect, type OwnServer, startServer, urlFor } from '../support/server.js';
import { type Standby, startStandby } from '../support/standby.js';
import { makeTree, type Tree } from '../support/tree.js';

let primary: OwnServer;
let standby: Standby;
let tree: Tree;
let running: RunningPgm | null = null;

beforeAll(async () => {
  primary = await startServer();
});

beforeEach(async () => {
  standby = await startStandby(primary);
  tree = await makeTree({ 'a/001_one.sql': table('one') });
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await tree.remove();
  await standby.remove();
});

afterAll(() => primary.remove());

const table = (name: string): string => `create table ${name} (id int);`;

function environment(url: string): Record<string, string> {
  return { DATABASE_URL: url, MIGRATIONS_DIR: tree.directory };
}

async function tables(server: Standby | OwnServer, database: string): Promise<unknown[]> {
  const sql = connect(database, server);
  const rows = await sql`
    select relname from pg_class where relnamespace = 'public'::regnamespace order by 1`;
  await sql.end({ timeout: 0 });
  return rows.map(({ relname }) => relname as unknown);
}

/** Why the standby takes no session. */
async function refusalOf(): Promise<string> {
  const sql = connect('postgres', standby);
  const why = await sql`select 1`.then(() => '', String);
  await sql.end({ timeout: 0 });
  return why;
}

describe('migrate on a standby', () => {
  test('waits, writes nothing, and ends with exit 4 and a reason', async () => {
    const env = environment(urlFor('postgres', {}, standby));
    const { exitCode, stdout, stderr } = await pgm(['migrate', '--wait-timeout', '300ms'], env);
    expect(exitCode).toBe(4);
    expect(stdout + stderr).toContain('is a standby, nothing can be written');
    expect(stderr).toContain('was not writable within 0.3 s');
    expect(stderr).not.toContain('check host and port');
    expect(stdout).not.toContain('✅');
  });

  test('a standby without such a database is waited for too: it cannot be created there', async () => {
    const env = environment(urlFor('not_yet', {}, standby));
    const { exitCode, stderr } = await pgm(['migrate', '--wait-timeout', '300ms'], env);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('can only be read');
  });

  test('goes on once it is promoted', async () => {
    running = new RunningPgm(
      ['migrate', '--history-schema', 'pgm_promoted'],
      environment(urlFor('postgres', {}, standby)),
    );
    await running.printed(/waiting for PostgreSQL: .* is a standby/);
    await standby.promote();
    expect(await running.finished).toMatchObject({ exitCode: 0 });
    expect(await tables(standby, 'postgres')).toEqual(['one']);
    expect(await tables(primary, 'postgres')).toEqual([]);
  });

  test('goes on once its address leads to the primary: each try connects anew', async () => {
    const service = await Relay.open(standby);
    const env = environment(urlFor('moved', { port: service.port }, standby));
    running = new RunningPgm(['migrate'], env);
    await running.printed(/waiting for PostgreSQL: .* can only be read/);
    service.aim(primary);
    expect(await running.finished).toMatchObject({ exitCode: 0 });
    expect(await tables(primary, 'moved')).toEqual(['one']);
    await service.close();
  });

  test('a standby that takes no sessions (57P03) is waited for until it does', async () => {
    await standby.restart({ hot_standby: 'off' });
    // Before that it is one that starts up.
    await expect.poll(refusalOf).toContain('not accepting connections');
    const env = environment(urlFor('postgres', {}, standby));
    const { exitCode, stderr } = await pgm(['migrate', '--wait-timeout', '300ms'], env);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('the database system is not accepting connections');
  });
});

test('of two hosts in DATABASE_URL the one that can be written to is taken, whichever comes first', async () => {
  const { host, port, user, password } = primary;
  const login = `${user}:${password}`;
  const standbyFirst = `postgresql://${login}@${standby.host}:${standby.port},${host}:${port}/two`;
  const primaryFirst = `postgresql://${login}@${host}:${port},${standby.host}:${standby.port}/two`;
  const args = ['migrate'];
  expect(await pgm(args, environment(standbyFirst))).toMatchObject({ exitCode: 0 });
  expect(await tables(primary, 'two')).toEqual(['one']);
  await tree.write({ 'a/002_two.sql': table('two') });
  expect(await pgm(args, environment(primaryFirst))).toMatchObject({ exitCode: 0 });
  expect(await tables(primary, 'two')).toEqual(['one', 'two']);
});

describe('watch on a standby', () => {
  const following = /is a standby: pgm follows it/g;

  test('says so once, is ready when the history arrives from the primary, and never writes', async () => {
    const [port, name] = [await freePort(), 'followed'];
    running = new RunningPgm(
      ['watch', '--health-port', String(port)],
      environment(urlFor(name, {}, standby)),
    );
    await running.printed(/is a standby: pgm follows it/);
    expect(await until(port, '/liveness', 200)).toMatchObject({ status: 200 });
    const onPrimary = environment(urlFor(name, {}, primary));
    expect(await pgm(['migrate'], onPrimary)).toMatchObject({ exitCode: 0 });
    await until(port, '/readiness', 200);
    await tree.write({ 'a/002_two.sql': table('two') });
    const { body } = await until(port, '/readiness', 503);
    expect(body['reason']).toBe('1 pending; following a standby');
    expect(await pgm(['migrate'], onPrimary)).toMatchObject({ exitCode: 0 });
    await until(port, '/readiness', 200);
    expect(running.output.match(following)).toHaveLength(1);
    expect(running.output).not.toMatch(/WARN|ERROR|✅/);
  });

  test('goes on as a runner when it is promoted, and says nothing of a standby any more', async () => {
    const [port, name] = [await freePort(), 'postgres'];
    running = new RunningPgm(
      ['watch', '--health-port', String(port), '--history-schema', 'pgm_taken_over'],
      environment(urlFor(name, {}, standby)),
    );
    const at = await running.printed(/is a standby: pgm follows it/);
    await until(port, '/readiness', 503);
    await standby.promote();
    await running.printed(/a\/001_one\.sql applied/, at);
    await until(port, '/readiness', 200);
    expect(await tables(standby, name)).toEqual(['one']);
    await tree.write({ 'a/002_two.sql': table('two') });
    await running.printed(/a\/002_two\.sql applied/, at);
    expect(running.output.match(following)).toHaveLength(1);
    const over = `${standby.host}:${standby.port}/${name} is a primary: pgm stops following a standby`;
    expect(running.output.split(over)).toHaveLength(2);
  });

  test('of several hosts names the one it is at', async () => {
    await primary.stop('fast');
    try {
      const { host, port, user, password } = primary;
      const hosts = `${host}:${port},${standby.host}:${standby.port}`;
      running = new RunningPgm(
        ['watch', '--health-port', String(await freePort())],
        environment(`postgresql://${user}:${password}@${hosts}/postgres`),
      );
      await running.printed(/is a standby: pgm follows it/);
      expect(running.output).toContain(
        ` ${standby.host}:${standby.port}/postgres is a standby: pgm follows it`,
      );
    } finally {
      await primary.restart();
    }
  });
});

describe.each(['read-write', 'primary'])('with target_session_attrs=%s', (wanted) => {
  const hosts = (): string =>
    [primary, standby].map(({ host, port }) => `${host}:${port}`).join(',');
  const url = (at: string, database: string): string =>
    `postgresql://${primary.user}:${primary.password}@${at}/${database}?target_session_attrs=${wanted}`;

  test('watch stops following a standby: it waits for a primary, and readiness says so', async () => {
    const [port, name] = [await freePort(), `needs_${wanted.replace('-', '_')}`];
    await primary.stop('fast');
    running = new RunningPgm(
      ['watch', '--health-port', String(port)],
      environment(url(hosts(), name)),
    );
    const at = await running.printed(/no primary among .*: those that answer are standbys/);
    const reason = () => unreadyReason(port);
    await expect.poll(reason).toBe('waiting for a primary');
    expect((await get(port, '/liveness')).status).toBe(200);
    await primary.restart();
    await running.printed(/PostgreSQL answers after/, at);
    await until(port, '/readiness', 200);
    expect(await tables(primary, name)).toEqual(['one']);
    expect(running.output.match(/no primary among/g)).toHaveLength(1);
    expect(running.output).not.toContain('follows it');
  });

  test('migrate waits for one too, and says in the end what it asked for', async () => {
    const env = environment(url(`${standby.host}:${standby.port}`, 'postgres'));
    const { exitCode, stderr } = await pgm(['migrate', '--wait-timeout', '300ms'], env);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('was not writable within 0.3 s');
    expect(stderr).toContain('is a standby, not a primary');
    expect(stderr).toContain('target_session_attrs');
  });
});
