import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancelRequests } from '../../../src/db/wire/cancel-request.js';

/** A server that keeps each connection until the test ends it. */
const server = createServer({ allowHalfOpen: true });
const key = { pid: 7, secret: 9 };
let accepted: Socket[];
let opened: number;
let requests: CancelRequests;

beforeEach(async () => {
  accepted = [];
  opened = 0;
  server.on('connection', (socket) => {
    accepted.push(socket.resume());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  requests = new CancelRequests(open);
});

afterEach(async () => {
  for (const socket of accepted) socket.destroy();
  server.close();
  await once(server, 'close');
  server.removeAllListeners('connection');
});

async function open(): Promise<Socket> {
  opened += 1;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** One that is asked for later is sent. */
async function expectAnother(): Promise<void> {
  await expect
    .poll(() => {
      requests.send(key);
      return opened;
    })
    .toBe(2);
}

test('while a request is on its way there is no second one, however often it is asked for', async () => {
  for (let nth = 0; nth < 20; nth += 1) requests.send(key);
  await expect.poll(() => accepted).toHaveLength(1);
  requests.send(key);
  expect(opened).toBe(1);
  accepted[0]!.end();
  await expectAnother();
});

test('one whose connection is reset, or cannot be opened, does not keep the next one back', async () => {
  requests.send(key);
  await expect.poll(() => accepted).toHaveLength(1);
  accepted[0]!.resetAndDestroy();
  await expectAnother();
  const refused = new CancelRequests(() => {
    opened += 1;
    return Promise.reject(new Error('ECONNREFUSED'));
  });
  refused.send(key);
  await expect
    .poll(() => {
      refused.send(key);
      return opened;
    })
    .toBeGreaterThan(3);
});
