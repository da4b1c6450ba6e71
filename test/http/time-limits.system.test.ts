import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  type HealthServer,
  type HealthServerOptions,
  startHealthServer,
  usualLimits,
} from '../../src/http/health-server.js';
import { openSocket, serverOptions, untilClosed } from '../support/http-answers.js';

const anHour = 3_600_000;

/** As in production, only sooner. Where an answer must come first, its limits are long: see each test. */
const hasty = {
  ...usualLimits,
  headersTimeout: 300,
  requestTimeout: 500,
  keepAliveTimeout: 300,
  connectionsCheckingInterval: 50,
};

let server: HealthServer;
let socket: Socket;

afterEach(async () => {
  socket.destroy();
  await server.close();
});

/** Starts a server and connects to it. */
async function open(options: Partial<HealthServerOptions>): Promise<void> {
  server = await startHealthServer(serverOptions(options));
  socket = await openSocket(server);
}

test('headers that trickle in are 408, however long they go on trickling', async () => {
  await open({ limits: hasty });
  const closed = untilClosed(socket);
  socket.write('GET /liveness HTTP/1.1\r\n');
  const trickle = setInterval(() => socket.write('x-a: b\r\n'), 50);
  const text = await closed;
  clearInterval(trickle);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
});

test('a body that trickles in does not hold the connection', async () => {
  await open({ limits: { ...hasty, headersTimeout: 5_000, requestTimeout: 5_000 } });
  const closed = untilClosed(socket);
  socket.write('GET /liveness HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
  const trickle = setInterval(() => socket.write('x'), 50);
  const text = await closed;
  clearInterval(trickle);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test('a connection that says nothing is closed', async () => {
  await open({ limits: hasty });
  await untilClosed(socket);
});

test('a connection that was answered and stays is closed', async () => {
  await open({ limits: { ...hasty, headersTimeout: anHour, requestTimeout: anHour } });
  const closed = untilClosed(socket);
  socket.write('GET /liveness HTTP/1.1\r\nhost: x\r\n\r\n');
  const text = await closed;
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test('slow headers are cut off with the limits of production too', async () => {
  await open({});
  const closed = untilClosed(socket);
  socket.write('GET /liveness HTTP/1.1\r\n');
  expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
});
