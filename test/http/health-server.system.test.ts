import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Health, notReady } from '../../src/core/watch/readiness.js';
import {
  type HealthServer,
  type HealthServerOptions,
  startHealthServer,
} from '../../src/http/health-server.js';
import {
  type Answered,
  ask as send,
  openSocket,
  portOf,
  serverOptions,
  untilClosed,
} from '../support/http-answers.js';

const ready: Health = {
  ready: true,
  reason: null,
  postgres: 'up',
  revision: 'abc',
  migrations: { pending: 0, applied: 2, changed: 0, failed: 0, held: 0, missing: 0 },
};

let health: Health;
let wanted: (string | null)[];
let server: HealthServer;
const sockets: Socket[] = [];

beforeEach(() => {
  health = ready;
  wanted = [];
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

async function start(options: Partial<HealthServerOptions> = {}): Promise<void> {
  const check: HealthServerOptions['check'] = (revision) => {
    wanted.push(revision);
    return Promise.resolve(health);
  };
  server = await startHealthServer(serverOptions({ check, ...options }));
}

async function ask(
  path: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Answered & { readonly body: unknown }> {
  const answer = await send(server, { path, method, headers });
  return { ...answer, body: answer.text === '' ? null : (JSON.parse(answer.text) as unknown) };
}

async function connect(): Promise<Socket> {
  const socket = await openSocket(server);
  sockets.push(socket);
  return socket;
}

describe('GET', () => {
  test('/liveness is 200 and asks nobody', async () => {
    await start({ check: () => Promise.reject(new Error('asked')) });
    const { status, body } = await ask('/liveness');
    expect([status, body]).toEqual([200, { status: 'alive', version: '1.2.3' }]);
  });

  test('/readiness is 200 when ready, with everything that is known and no more', async () => {
    await start();
    health = { ...ready, password: 'hunter2' } as Health;
    const { status, body, headers } = await ask('/readiness');
    expect([status, body]).toEqual([200, { status: 'ready', ...ready, version: '1.2.3' }]);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test('/readiness is 503 when not, with the reason', async () => {
    await start();
    health = notReady('a/1_x.sql failed', 'up', 'abc');
    const { status, body } = await ask('/readiness');
    expect([status, body]).toEqual([
      503,
      {
        status: 'not ready',
        ready: false,
        reason: 'a/1_x.sql failed',
        postgres: 'up',
        revision: 'abc',
        migrations: null,
        version: '1.2.3',
      },
    ]);
  });

  test.each(['/health', '/healthz'])(
    '%s is 200 in either case, with the same body',
    async (path) => {
      await start();
      expect(await ask(path)).toMatchObject({ status: 200, body: { status: 'ready' } });
      health = notReady('starting', 'unknown', null);
      const { body } = await ask('/readiness');
      expect(await ask(path)).toMatchObject({ status: 200, body });
    },
  );

  test.each([
    ['/readiness', null],
    ['/readiness?revision=abc', 'abc'],
    ['/readiness?revision=', ''],
    ['/readiness?other=1', null],
    ['/readiness?revision=a%2Fb&revision=c', 'a/b'],
    ['/readiness?revision=%', '%'],
    ['/health?revision=abc', 'abc'],
  ])('%s asks for the revision %j', async (path, revision) => {
    await start();
    expect((await ask(path)).status).toBe(200);
    expect(wanted).toEqual([revision]);
  });

  test.each([
    '/nothing',
    '/status/',
    '/../x',
    '/liveness/../readiness',
    '/readiness/',
    '//readiness',
    '/%72eadiness',
    '/readiness;x',
    'http://elsewhere/nothing',
  ])('%s is 404', async (path) => {
    await start();
    expect(await ask(path)).toMatchObject({ status: 404, body: { error: 'not found' } });
    expect(wanted).toEqual([]);
  });
});

test('a request in absolute form, as proxies send it, is answered', async () => {
  await start();
  expect((await ask('http://pod:1239/readiness?revision=abc')).status).toBe(200);
  expect(wanted).toEqual(['abc']);
});

describe('other methods', () => {
  test('HEAD is answered like GET, without the body', async () => {
    await start();
    health = notReady('starting', 'unknown', null);
    const get = await ask('/readiness');
    const head = await ask('/readiness', 'HEAD');
    expect([head.status, head.text]).toEqual([503, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    '%s is 405 and says what is allowed',
    async (method) => {
      await start();
      const { status, headers } = await ask('/readiness', method);
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
      expect(wanted).toEqual([]);
    },
  );

  test('CONNECT is closed', async () => {
    await start();
    const socket = await connect();
    const closed = untilClosed(socket);
    socket.write('CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n');
    expect(await closed).toBe('');
  });

  test('an upgrade is answered like any GET', async () => {
    await start();
    const { status } = await ask('/liveness', 'GET', {
      connection: 'upgrade',
      upgrade: 'websocket',
    });
    expect(status).toBe(200);
  });
});

describe('a client that wants too much', () => {
  test('a header of 1 MiB is 431', async () => {
    await start();
    const socket = await connect();
    const closed = untilClosed(socket);
    socket.write(`GET /liveness HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(1 << 20)}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('one that goes on sending after its answer is cut off', async () => {
    await start();
    const { port } = new URL(server.address);
    const socket = createConnection({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(`GET /liveness HTTP/1.1\r\nx-large: ${'a'.repeat(1 << 20)}\r\n\r\n`);
    const more = setInterval(() => socket.write('a'), 20);
    await closed;
    clearInterval(more);
  });

  test('what is no HTTP is 400', async () => {
    await start();
    const socket = await connect();
    const closed = untilClosed(socket);
    socket.write('\u0016\u0003\u0001 hello\r\n\r\n');
    expect(await closed).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('many connections', () => {
  test('one that waits for its answer is not closed for those that came later', async () => {
    const answers: ((health: Health) => void)[] = [];
    await start({ check: () => new Promise((resolve) => answers.push(resolve)) });
    const waiting = ask('/readiness');
    await expect.poll(() => answers.length).toBe(1);
    await Promise.all(Array.from({ length: 400 }, () => connect()));
    const closed = (): number => sockets.filter((socket) => socket.closed).length;
    await expect.poll(closed).toBeGreaterThanOrEqual(400 - 256);
    answers[0]!(ready);
    expect((await waiting).status).toBe(200);
  });

  test('close() ends those that are open, and the port is free again', async () => {
    await start();
    const port = portOf(server);
    const socket = await connect();
    const closed = untilClosed(socket);
    await server.close();
    await closed;
    await start({ port });
    expect((await ask('/liveness')).status).toBe(200);
  });
});
