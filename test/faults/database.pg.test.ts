import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { migrateFiles, startFiles } from '../support/run.js';
import { connect, type OwnServer, startServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { waitsForLock } from '../support/waiting.js';

let tree: Tree;
let running: RunningPgm | null = null;

beforeEach(async () => {
  tree = await makeTree(countingFiles());
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await tree.remove();
});

function environment(url: string): Record<string, string> {
  return { DATABASE_URL: url, MIGRATIONS_DIR: tree.directory };
}

async function watch(env: Record<string, string>): Promise<{ port: number; pgm: RunningPgm }> {
  const port = await freePort();
  running = new RunningPgm(['watch', '--health-port', String(port)], env);
  return { port, pgm: running };
}

describe('a server of its own', () => {
  let server: OwnServer;

  beforeEach(async () => {
    server = await startServer({ settings: { max_connections: '12' } });
  });

  afterEach(() => server.remove());

  test('watch waits for a server that is down at the start, alive and not ready, and applies all when it comes', async () => {
    await server.stop('fast');
    const { port, pgm: watching } = await watch(environment(urlFor('late', {}, server)));
    await watching.printed(/nothing is listening there/);
    expect((await get(port, '/liveness')).status).toBe(200);
    expect((await get(port, '/readiness')).body).toMatchObject({ reason: 'postgres unreachable' });
    await server.restart();
    await until(port, '/readiness', 200);
    const sql = connect('late', server);
    await expectWhole(sql);
    await sql.end();
  });

  test.each(['fast', 'immediate'] as const)(
    'stopped (%s) and started again in the middle of a file: the whole file again, its effects once',
    async (how) => {
      const last = 'a/003_three.sql';
      const wait = 'do $$ begin perform pg_advisory_xact_lock(4711); end $$;';
      const text = `-- pgm:lock-timeout 0\n${String(countingFiles()[last])} ${wait}`;
      const holder = connect('postgres', server);
      await holder`select pg_advisory_lock(4711)`;
      const files = { ...countingFiles(), [last]: text };
      const done = migrateFiles(files, { database: 'postgres', server });
      await waitsForLock(holder);
      await server.stop(how);
      // The lock that the file waits for has gone with the server.
      await holder.end({ timeout: 0 });
      await server.restart();
      const { report, events } = await done;
      expect(report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
      expect(events.map(({ kind }) => kind)).not.toContain('migration-failed');
      const sql = connect('postgres', server);
      await expectWhole(sql);
      await expectNobodyLeft(sql);
      await sql.end();
    },
  );

  test('a server that is full up (53300) is waited for, and nothing is marked failed', async () => {
    const guests = Array.from({ length: 12 }, () => connect('postgres', server));
    await Promise.all(guests.map((guest) => guest`select 1`));
    const { events, finished } = startFiles(countingFiles(), { database: 'postgres', server });
    await expect
      .poll(() => events.find(({ kind }) => kind === 'waiting-for-postgres'))
      .toMatchObject({
        reason: expect.stringMatching(/too many clients|connection slots/) as string,
      });
    await Promise.all(guests.map((guest) => guest.end({ timeout: 0 })));
    await finished;
    const sql = connect('postgres', server);
    await expectWhole(sql);
    await sql.end();
  });
});

describe('a server that cannot be reached: exit 4, and the reason in words', () => {
  const places: readonly (readonly [string, RegExp, () => string | Promise<string>])[] = [
    ['refuses', /nothing is listening there/, async () => `127.0.0.1:${String(await freePort())}`],
    [
      'has no such name',
      /the host name (is not known|cannot be looked up)/,
      () => 'nowhere.invalid',
    ],
  ];

  test.each(places)(
    'a server that cannot be reached because it %s: exit 4',
    async (_, reason, where) => {
      const env = environment(`postgresql://pact:pact@${await where()}/x`);
      const { exitCode, stderr } = await pgm(['migrate', '--wait-timeout', '300ms'], env);
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(reason);
      expect(stderr).not.toContain('    at ');
    },
  );

  test('a server that takes the connection and never says a word: exit 4', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const env = environment(`postgresql://pact:pact@127.0.0.1:${port}/x`);
    const args = ['migrate', '--wait-timeout', '300ms', '--connect-timeout', '200ms'];
    const { exitCode, stderr } = await pgm(args, env);
    mute.close();
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no answer');
  });
});

describe('a database of the shared server', () => {
  let database: Database;

  beforeEach(async () => {
    database = await createDatabase();
  });

  afterEach(() => database.drop());

  // The server itself has each of them: a device that is always full, and memory that cannot be read at its start.
  test.each([
    ['53100', 'No space left on device', "copy (select 1) to '/dev/full';"],
    ['58030', 'Input/output error', "perform pg_read_binary_file('/proc/self/mem', 0, 10);"],
  ])(
    'SQLSTATE %s while a file runs is the server’s trouble: the file is tried again and never marked failed',
    async (_, said, trouble) => {
      await database.sql`create sequence tries`;
      const twice = `do $$ begin if nextval('tries') < 3 then ${trouble} end if; end $$;`;
      const last = 'a/003_three.sql';
      const files = { ...countingFiles(), [last]: `${String(countingFiles()[last])} ${twice}` };
      const { events } = await migrateFiles(files, { database: database.name });
      await expectWhole(database.sql);
      expect(await database.sql`select distinct outcome from pgm.attempts`).toEqual([
        { outcome: 'applied' },
      ]);
      const waits = events.filter(({ kind }) => kind === 'waiting-for-postgres');
      expect(waits).toHaveLength(2);
      expect(waits[0]).toMatchObject({
        reason: expect.stringMatching(
          new RegExp(`: ${said}, said while a/003_three\\.sql ran$`),
        ) as string,
      });
    },
  );

  test('a wrong password in DATABASE_URL_FILE is read again: rotated, watch goes on; and again', async () => {
    const role = `${database.name}_role`;
    await database.sql.unsafe(
      `create role ${role} login password 'first'; grant all on database ${database.name} to ${role};
       grant all on schema public to ${role}`,
    );
    const secret = await makeTree();
    const mount = (password: string): Promise<void> =>
      secret.write({ url: urlFor(database.name, { user: role, password }) });
    await mount('wrong');
    const env = { DATABASE_URL_FILE: `${secret.directory}/url`, MIGRATIONS_DIR: tree.directory };
    const { port, pgm: watching } = await watch(env);
    try {
      await watching.printed(/password authentication failed/);
      await mount('first');
      await until(port, '/readiness', 200);
      await database.sql.unsafe(`alter role ${role} password 'second'`);
      await database.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`;
      await until(port, '/readiness', 503);
      await mount('second');
      await until(port, '/readiness', 200);
      expect(watching.output).not.toContain('second');
      await expectWhole(database.sql);
    } finally {
      await watching.stop();
      await secret.remove();
      await database.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });
});
