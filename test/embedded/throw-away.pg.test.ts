import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedEvent, EmbeddedPostgres } from '../../src/core/embedded.js';
import { freePort } from '../support/http.js';
import { asAdmin, testServer } from '../support/server.js';
import { pgm } from '../support/pgm.js';
import type { TestServer } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { postmasterOf, processesOf, recorder, sleepersOn, sleepOn, start } from './program.js';

const password = 'canary-7f3a';

function reachable({ host, port }: EmbeddedPostgres, words = password): TestServer {
  return { host, port, user: 'somebody', password: words, version: testServer().version };
}

describe('a throw-away server', () => {
  let server: EmbeddedPostgres;
  const { events, onEvent } = recorder();

  beforeAll(async () => {
    server = await start({ user: 'somebody', password, onEvent });
  });
  afterAll(() => server.stop());

  const setting = async (name: string): Promise<unknown> => {
    const rows = await asAdmin(
      (sql) => sql`select current_setting(${name}) as it`,
      reachable(server),
    );
    return rows[0]?.['it'];
  };

  test('is the version that is installed, and takes the user and password it was given', async () => {
    expect(server.version.split('.')[0]).toBe(testServer().version);
    const rows = await asAdmin((sql) => sql`select current_user as it`, reachable(server));
    expect(rows[0]).toEqual({ it: 'somebody' });
  });

  test('refuses any other password', async () => {
    const attempt = asAdmin((sql) => sql`select 1`, reachable(server, 'wrong'));
    await expect(attempt).rejects.toMatchObject({ code: '28P01' });
  });

  test('listens on 127.0.0.1 and nowhere else', async () => {
    expect(await setting('listen_addresses')).toBe('127.0.0.1');
    expect(await setting('unix_socket_directories')).toBe('');
  });

  test('does not wait for the disk', async () => {
    expect(await setting('fsync')).toBe('off');
    expect(await setting('synchronous_commit')).toBe('off');
  });

  test('speaks UTF-8, sorts by code point and knows the case of letters beyond ASCII', async () => {
    const rows = await asAdmin(
      (sql) => sql`
        select current_setting('server_encoding') as encoding, upper('éß') as up,
          (select string_agg(x, '' order by x) from unnest(array['a','B','é','Z']) x) as sorted`,
      reachable(server),
    );
    expect(rows[0]).toEqual({ encoding: 'UTF8', up: 'Éß', sorted: 'BZaé' });
  });

  test('keeps the password out of every file, command line and environment', async () => {
    const found: string[] = [];
    const names = await readdir(server.directory, { recursive: true, withFileTypes: true });
    for (const entry of names.filter((name) => name.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if ((await readFile(path)).includes(password)) found.push(path);
    }
    const pids = (await processesOf(server.directory)).map((line) => line.split(' ')[0] ?? '');
    expect(pids.length).toBeGreaterThan(3);
    for (const pid of pids) {
      for (const file of ['cmdline', 'environ']) {
        const text = await readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0));
        if (text.includes(password)) found.push(`/proc/${pid}/${file}`);
      }
    }
    expect(found).toEqual([]);
  });

  test('does not log what statements held that failed', async () => {
    const failing = asAdmin((sql) => sql`select 'canary-in-sql'::int`, reachable(server));
    await expect(failing).rejects.toMatchObject({ code: '22P02' });
    const log = await readFile(join(server.directory, 'data/server.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('canary-in-sql');
  });

  test('tells what it does', () => {
    const { directory, port, version } = server;
    expect(events).toEqual([
      { kind: 'initialising', directory, kept: false },
      { kind: 'starting', directory, port },
      { kind: 'started', directory, port, version, kept: false, ms: expect.any(Number) as number },
    ]);
  });
});

test('stop leaves no session, process or file, and asking twice is one stop', async () => {
  const server = await start();
  const ended = expect(sleepOn(server.port)).rejects.toThrow();
  await expect.poll(() => sleepersOn(server.port)).toHaveLength(1);
  expect(await processesOf(server.directory)).not.toEqual([]);
  await Promise.all([server.stop(), server.stop()]);
  await ended;
  expect(await processesOf(server.directory)).toEqual([]);
  expect(existsSync(server.directory)).toBe(false);
});

test('takes the preferred port when it is free, and says so when it is not', async () => {
  const port = await freePort();
  const rival = createServer().listen(port, '127.0.0.1');
  await once(rival, 'listening');
  const { events, onEvent } = recorder();
  const other = await start({ preferredPort: port, onEvent });
  expect(other.port).not.toBe(port);
  expect(events).toContainEqual({ kind: 'port-taken', port });
  await other.stop();
  rival.close();
  await once(rival, 'close');
  const server = await start({ preferredPort: port });
  expect(server.port).toBe(port);
  await server.stop();
});

test('tells when the server ends by itself, and cleans up after it', async () => {
  const told = new EventEmitter();
  const lost = once(told, 'lost') as Promise<[Extract<EmbeddedEvent, { kind: 'lost' }>]>;
  const server = await start({ onEvent: (event) => told.emit(event.kind, event) });
  process.kill(await postmasterOf(server.directory), 'SIGTERM');
  expect((await lost)[0].log.join('\n')).toContain('received smart shutdown request');
  expect(existsSync(server.directory)).toBe(false);
  await server.stop();
});

test('credentials that cannot be are refused before anything is started', async () => {
  await expect(start({ user: 'pg_me' })).rejects.toThrow(/does not start with pg_/);
  await expect(start({ password: '' })).rejects.toThrow(/must not be empty/);
  await expect(start({ password: 'a\nb' })).rejects.toThrow(/single line/);
});

test('a setting the server does not know ends in its own words, and leaves nothing', async () => {
  const { events, onEvent } = recorder();
  await expect(start({ settings: { no_such_setting: '1' }, onEvent })).rejects.toThrow(
    /did not start\. The last lines of .*\n.*unrecognized configuration parameter "no_such_setting"/,
  );
  const begun = events.find((event) => event.kind === 'initialising');
  expect(existsSync(begun!.directory)).toBe(false);
});

test('pgm fills one with --embedded also where the connection string has no password', async () => {
  const tree = await makeTree({ 'a/001_x.sql': 'create table t (id int);' });
  const env = { DATABASE_URL: 'postgresql://somebody@db.invalid/theirs' };
  const { exitCode, stdout } = await pgm(['migrate', '--embedded', '--dir', tree.directory], env);
  await tree.remove();
  expect(stdout).toContain('host of DATABASE_URL has no effect');
  expect(exitCode).toBe(0);
});
