import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { openCountingProxy } from '../lib/counting-proxy.mjs';
import { MessageTypes } from '../lib/round-trips.mjs';

/** @param {string} type @param {string} body */
function message(type, body) {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const startUp = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
const query = message('Q', 'select 1\0');
const ready = message('Z', 'I');

/** Answers each message at once, and a query by a packet of its own. */
const server = createServer((socket) => {
  const types = new MessageTypes('client');
  socket.setNoDelay(true).on('data', (chunk) => {
    for (const type of types.read(chunk)) {
      if (type === 'startup' || type === 'Q') socket.write(ready);
    }
  });
});

/** @type {import('../lib/counting-proxy.mjs').CountingProxy} */
let proxy;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  proxy = await openCountingProxy('127.0.0.1', port);
});
after(async () => {
  await proxy.close();
  server.close();
});

/** A client that is let in, and then sends so many queries at a time and waits for the answers. @param {number} times @param {number} together */
async function ask(times, together) {
  const socket = connect(proxy.port, '127.0.0.1').setNoDelay(true);
  const types = new MessageTypes('server');
  let due = 1;
  socket.write(startUp);
  let rest = times;
  for await (const chunk of socket) {
    due -= [...types.read(chunk)].length;
    if (due > 0) continue;
    if (rest === 0) break;
    rest -= 1;
    due = together;
    for (let n = 0; n < together; n += 1) socket.write(query);
  }
}

test('three messages written one after the other and then waited for are one round trip', async () => {
  proxy.take();
  await ask(20, 3);
  assert.deepEqual(proxy.take(), { connections: 1, connecting: 1, working: 20 });
});

test('messages that are each waited for are as many', async () => {
  await ask(20, 1);
  assert.deepEqual(proxy.take(), { connections: 1, connecting: 1, working: 20 });
});

test('those of several connections are added up', async () => {
  await Promise.all([ask(4, 2), ask(5, 1)]);
  assert.deepEqual(proxy.take(), { connections: 2, connecting: 2, working: 9 });
});
