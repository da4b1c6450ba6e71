import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { notReady } from '../../src/core/watch/readiness.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import { type HealthServer, startHealthServer } from '../../src/http/health-server.js';
import { ask, type Asked, serverOptions } from '../support/http-answers.js';

let server: HealthServer;

afterEach(async () => {
  await server.close();
});

const view: StatusView = {
  version: '1.2.3',
  at: Date.UTC(2026, 10, 23, 12),
  labels: { namespace: 'n', configMap: 'c' },
  health: notReady('postgres unreachable', 'down', null),
  activity: null,
  target: 'localhost:5432/pact',
  source: { directory: '/m', origin: 'default' },
  snapshot: null,
  seen: null,
  drift: null,
  heldByLint: null,
  runs: [],
};

async function statusOf(asked: Asked): Promise<number> {
  return (await ask(server, asked)).status;
}

describe('the status', () => {
  test.each(['/', '/status'])('%s is there for who is on this machine', async (path) => {
    server = await startHealthServer(serverOptions({ view: () => Promise.resolve(view) }));
    for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:1239', '127.9.9.9', '[::1]:1']) {
      expect([host, await statusOf({ path, headers: { host } })]).toEqual([host, 200]);
    }
  });

  test.each(['/', '/status'])('%s is refused to a name that points here', async (path) => {
    server = await startHealthServer(serverOptions({ view: () => Promise.resolve(view) }));
    const hosts = ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'];
    for (const host of [...hosts, '[::2]', 'localhost:1:2']) {
      expect([host, await statusOf({ path, headers: { host } })]).toEqual([host, 403]);
    }
    const headers = { host: 'localhost' };
    expect(await statusOf({ path: `http://evil.example${path}`, headers })).toBe(403);
    expect(await statusOf({ path: `http://localhost:80${path}`, headers })).toBe(200);
  });

  test('is refused to another machine, whatever it calls this one', async () => {
    server = await startHealthServer(
      serverOptions({ addresses: ['0.0.0.0'], view: () => Promise.resolve(view) }),
    );
    const own = ownAddress();
    const headers = { host: 'localhost' };
    expect(await statusOf({ path: '/status', hostname: own, headers })).toBe(403);
    expect(await statusOf({ path: '/', hostname: own, headers })).toBe(403);
    expect(await statusOf({ path: '/liveness', hostname: own })).toBe(200);
  });

  test('is there for everyone with --expose-status', async () => {
    const options = { exposeStatus: true, view: () => Promise.resolve(view) };
    server = await startHealthServer(serverOptions(options));
    expect(await statusOf({ path: '/status', headers: { host: 'evil.example' } })).toBe(200);
  });

  test('is 503 before there is anything to show', async () => {
    server = await startHealthServer(serverOptions());
    expect(await ask(server, { path: '/status' })).toMatchObject({
      status: 503,
      text: '{"error":"pgm is starting; try again in a second"}\n',
    });
  });

  test('says as JSON what the process knows although PostgreSQL is away', async () => {
    server = await startHealthServer(serverOptions({ view: () => Promise.resolve(view) }));
    const { text } = await ask(server, { path: '/status' });
    expect(JSON.parse(text)).toMatchObject({
      at: '2026-11-23T12:00:00.000Z',
      ready: false,
      reason: 'postgres unreachable',
      seenAt: null,
      status: null,
      runs: [],
    });
  });
});

describe('liveness', () => {
  test('is 503 once a loop was not active for too long, and names it', async () => {
    server = await startHealthServer(
      serverOptions({ pulse: () => ({ kind: 'stalled', loop: 'reconcile', silentMs: 121_400 }) }),
    );
    const { status, text } = await ask(server, { path: '/liveness' });
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      status: 'stalled',
      reason: 'the reconcile loop has not been active for 121 s',
      version: '1.2.3',
    });
  });
});

test('a mistake of ours in one answer is a 500 and is told, and the next answer comes', async () => {
  const bugs: unknown[] = [];
  const mistake = new TypeError('a mistake of ours');
  server = await startHealthServer(
    serverOptions({
      view: () => Promise.reject(mistake),
      onBug: (error) => bugs.push(error),
    }),
  );
  expect(await ask(server, { path: '/status' })).toMatchObject({
    status: 500,
    text: '{"error":"this is a bug in pgm; see its log"}\n',
  });
  expect(bugs).toEqual([mistake]);
  expect(await statusOf({ path: '/liveness' })).toBe(200);
});

/** An address of this machine that is no loopback address. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = all.find(({ internal, family }) => !internal && family === 'IPv4');
  if (own === undefined) throw new Error('this machine has no address but the loopback one');
  return own.address;
}
