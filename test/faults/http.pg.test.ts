import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';
import { connect as connectTo, testServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let database: Database;
let home: Tree;
let port: number;
let watching: RunningPgm;
const sockets: Socket[] = [];
const workers: Worker[] = [];

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree({ 'a/001_x.sql': 'select 1;' });
  port = await freePort();
  watching = new RunningPgm(['watch', '--dir', home.directory], {
    DATABASE_URL: database.url,
    HEALTH_PORT: String(port),
  });
  await until(port, '/readiness', 200);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const worker of workers.splice(0)) await worker.terminate();
  await watching.stop('SIGKILL');
  await home.remove();
  await database.drop();
});

async function open(): Promise<Socket> {
  const socket = connect({ port, host: 'localhost', allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Sends the bytes, and gives what came until the server let go. */
async function sent(bytes: string): Promise<string> {
  const socket = await open();
  let text = '';
  socket.on('data', (part: Buffer) => {
    text += part.toString();
  });
  const gone = new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
  socket.write(bytes);
  await gone;
  return text;
}

/** A probe as the kubelet sends it: a connection of its own. */
async function probe(path = '/readiness', status = 200): Promise<void> {
  const text = await sent(`GET ${path} HTTP/1.1\r\nhost: pod\r\nconnection: close\r\n\r\n`);
  expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
}

describe('a client that is rude', () => {
  test.each([
    [
      'POST',
      'POST /readiness HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc',
      405,
    ],
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 405],
    [
      'a path that climbs',
      'GET /../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      404,
    ],
    [
      'a path that climbs in disguise',
      'GET /%2e%2e/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      404,
    ],
    ['a header of 1 MiB', `GET /liveness HTTP/1.1\r\nx: ${'a'.repeat(1 << 20)}\r\n\r\n`, 431],
    ['what is no HTTP', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
    [
      'two lengths',
      'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    ['no host', 'GET /liveness HTTP/1.1\r\n\r\n', 400],
  ])('%s is refused, and a probe beside it is answered', async (_, bytes, status) => {
    const rude = sent(bytes);
    await probe();
    expect(await rude).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('headers that trickle in are cut off in the end, and until then probes are answered', async () => {
    const socket = await open();
    const trickle = setInterval(() => socket.write('x: y\r\n'), 200);
    socket.resume();
    socket.write('GET /liveness HTTP/1.1\r\n');
    while (!socket.readableEnded && !socket.destroyed) {
      await probe('/liveness');
      await delay(100);
    }
    clearInterval(trickle);
  });

  test('HTTP/1.0 without a host, as old load balancers ask, is answered and closed', async () => {
    expect(await sent('GET /readiness HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('who closes his half after the question still gets the answer', async () => {
    const socket = await open();
    let text = '';
    socket.on('data', (part: Buffer) => {
      text += part.toString();
    });
    socket.end('GET /readiness HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('end', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('questions sent in one breath are answered in their order', async () => {
    const paths = ['/liveness', '/nothing', '/readiness', '/healthz'];
    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const last = 'GET /liveness HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    const text = await sent(requests.join('') + last);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '404', '200', '200', '200']);
  });
});

describe('many clients', () => {
  /** In a thread of its own, beside which this one goes on probing. */
  function crowd(code: string): Promise<number> {
    const worker = new Worker(
      `const { connect } = require('node:net');
       const { parentPort, workerData: { port } } = require('node:worker_threads');
       ${code}`,
      { eval: true, execArgv: [], workerData: { port } },
    );
    workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
  }

  test('a thousand idle sockets: the probes beside them are answered', async () => {
    await crowd(`let opened = 0;
      for (let at = 0; at < 1000; at += 1)
        connect(port, 'localhost', () => { if (++opened === 1000) parentPort.postMessage(opened); })
          .on('error', () => undefined);`);
    for (let round = 0; round < 20; round += 1) await probe();
  });

  test('ten thousand probes at once: each is answered or let go, and the process lives on', async () => {
    const answered = await crowd(`let left = 10000, good = 0;
      const done = () => { if (--left === 0) parentPort.postMessage(good); };
      for (let at = 0; at < 10000; at += 1) {
        let text = '';
        connect(port, 'localhost', function () {
          this.write('GET /readiness HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n');
        }).on('data', (part) => { text += part; }).on('error', () => undefined)
          .on('close', () => { if (text.startsWith('HTTP/1.1 200')) good += 1; done(); });
      }`);
    expect(answered).toBeGreaterThan(0);
    await probe();
    await probe('/liveness');
    const sessions = await database.sql`select 1 from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
    expect(sessions.length).toBeLessThanOrEqual(2);
    // And it still does its work.
    await home.write({ 'a/002_x.sql': 'create table later (id int);' });
    await watching.printed(/a\/002_x\.sql applied/);
  });
});

describe('liveness', () => {
  test('is 200 throughout a migration that runs long and one that waits for a lock', async () => {
    const { sql } = database;
    await sql`create table busy (id int)`;
    const untilLetGo =
      'while not pg_try_advisory_xact_lock(7) loop perform pg_sleep(0.01); end loop;';
    const probeWhile = async (state: string): Promise<void> => {
      const look = (): PromiseLike<readonly unknown[]> =>
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event = ${state}`;
      await expect.poll(look).toHaveLength(1);
      for (let round = 0; round < 20; round += 1) {
        await probe('/liveness');
        await probe('/readiness', 503);
      }
    };
    // Another session: in a transaction pg_stat_activity stays as it was.
    const blocker = connectTo(database.name);
    await blocker.unsafe('select pg_advisory_lock(7); begin; lock table busy').simple();
    await home.write({
      'a/002_x.sql': `-- pgm:lock-timeout 0\ndo $$ begin ${untilLetGo} end $$; alter table busy add x int;`,
    });
    await probeWhile('PgSleep');
    await blocker`select pg_advisory_unlock(7)`;
    await probeWhile('relation');
    await blocker.end();
    await watching.printed(/a\/002_x\.sql applied/);
  });

  test('is not answered by a process that stands still, and is 200 again once it goes on', async () => {
    watching.child.kill('SIGSTOP');
    const ask = fetch(`http://localhost:${port}/liveness`, { signal: AbortSignal.timeout(1_000) });
    await expect(ask).rejects.toThrow();
    watching.child.kill('SIGCONT');
    expect((await until(port, '/liveness', 200)).status).toBe(200);
  });
});

test('the bodies of the open endpoints hold no SQL, no message, no host and no user', async () => {
  const { user, password } = testServer();
  await home.write({
    'a/002_x.sql': "insert into canary_table values ('canary_literal');",
    'a/003_x.sql':
      "do $$ begin raise exception 'canary_message' using hint = 'canary_hint', detail = 'canary_detail'; end $$;",
    'a/004_x.sql': 'drop table canary_dropped;',
  });
  await watching.printed(/not all migrations are applied/);
  const paths = ['/liveness', '/readiness', '/health', '/healthz', '/metrics', '/nothing'];
  const bodies: string[] = [];
  for (const path of [...paths, '/readiness?revision=canary_query', '/canary_path']) {
    const response = await fetch(`http://localhost:${port}${path}`);
    bodies.push(await response.text(), JSON.stringify([...response.headers]));
  }
  const all = bodies.join('\n');
  expect(all).toContain('a/002_x.sql failed');
  expect(all).not.toMatch(/canary/);
  for (const secret of [
    password,
    `"${user}"`,
    `${user}@`,
    `user="${user}`,
    database.name,
    '127.0.0.1',
    home.directory,
  ]) {
    expect(all).not.toContain(secret);
  }
  const fromAfar = 'GET /status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n';
  const text = await sent(fromAfar);
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
  expect(text).not.toMatch(/canary/);
});
