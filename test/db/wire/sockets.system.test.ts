import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Sockets } from '../../../src/db/wire/open-socket.js';

/** A server that keeps each connection until the test ends it. */
const server = createServer({ allowHalfOpen: true });
let accepted: Socket[];

beforeEach(async () => {
  accepted = [];
  server.on('connection', (socket) => {
    accepted.push(socket.resume());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const socket of accepted) socket.destroy();
  server.close();
  await once(server, 'close');
  server.removeAllListeners('connection');
});

const port = (): number => (server.address() as AddressInfo).port;

function open(sockets: Sockets, isOver: () => boolean, name = '127.0.0.1'): Promise<Socket> {
  const { signal } = new AbortController();
  const transport = { tls: null, orPlain: false };
  const host = { host: name, port: port() };
  return sockets.open({ host, transport, signal, onTls: () => undefined }, isOver);
}

test('a connection is opened only when the server has ended those that nobody uses any more', async () => {
  const sockets = new Sockets();
  let isOver = false;
  const first = (await open(sockets, () => isOver)).resume();
  await once(first.end(), 'finish');
  isOver = true;
  const second = open(sockets, () => false);
  // Connections are accepted in order, so if the second were on its way, it would be there.
  const other = connect(port());
  await once(other, 'connect');
  await expect.poll(() => accepted.map(({ remotePort }) => remotePort)).toContain(other.localPort);
  expect(accepted).toHaveLength(2);
  accepted[0]?.end();
  (await second).destroy();
  other.destroy();
  expect(first.closed).toBe(true);
});

test('one that the server never ends does not keep the next one from being opened, and is not waited for again', async () => {
  const sockets = new Sockets();
  const first = await open(sockets, () => true);
  (await open(sockets, () => false)).destroy();
  expect(first.destroyed).toBe(true);
});

test('any number of connections that are being closed is waited for without a warning of Node', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  try {
    const sockets = new Sockets();
    let areOver = false;
    for (let nth = 0; nth < 11; nth += 1) {
      const socket = (await open(sockets, () => areOver)).resume();
      await once(socket.end(), 'finish');
    }
    areOver = true;
    const next = open(sockets, () => false);
    for (const socket of accepted) socket.end();
    (await next).destroy();
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', onWarning);
  }
});

test('of a name with two addresses, one that has answered is taken, however late a busy process sees it', async () => {
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]) => {
    const answer = args.at(-1) as (error: null, addresses: readonly dns.LookupAddress[]) => void;
    setImmediate(() => {
      answer(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]);
      // Longer than Node gives an address by itself.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    });
  });
  try {
    (await open(new Sockets(), () => false, 'two.example')).destroy();
    expect(lookup).toHaveBeenCalledOnce();
  } finally {
    lookup.mockRestore();
  }
});
