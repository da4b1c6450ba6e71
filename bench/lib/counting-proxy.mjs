/** Stands before the server and counts round trips. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { RoundTrips } from './round-trips.mjs';

/**
 * Answers are held back for a moment, so that a client that does not wait has written its next message by then; else a
 * fast server would make it look as if it had waited.
 */
const heldMs = 1;

/**
 * @typedef {import('./trips.mjs').Trips} Trips
 *
 * @typedef {object} CountingProxy
 * @property {number} port
 * @property {() => Trips} take What was counted since the last call, over all connections.
 * @property {() => Promise<void>} close
 */

/** @param {string} host @param {number} port @returns {Promise<CountingProxy>} */
export async function openCountingProxy(host, port) {
  /** @type {RoundTrips[]} */
  let counted = [];
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const proxy = createServer((client) => {
    const trips = new RoundTrips();
    counted.push(trips);
    const server = connect(port, host);
    for (const socket of [client, server]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    forward(client, server, trips);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  return {
    port: address.port,
    take: () => {
      const sum = total(counted);
      counted = [];
      return sum;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** @param {import('node:net').Socket} client @param {import('node:net').Socket} server @param {RoundTrips} trips */
function forward(client, server, trips) {
  client.on('data', (chunk) => {
    trips.fromClient(chunk);
    server.write(chunk);
  });
  client.on('close', () => server.end());
  server.on('data', (chunk) => {
    setTimeout(() => {
      trips.toClient(chunk);
      if (!client.destroyed) client.write(chunk);
    }, heldMs);
  });
  server.on('close', () => setTimeout(() => client.end(), heldMs));
}

/** @param {readonly RoundTrips[]} counted @returns {Trips} */
function total(counted) {
  /** @param {(trips: RoundTrips) => number} of */
  const sum = (of) => counted.reduce((so, trips) => so + of(trips), 0);
  return {
    connections: counted.length,
    connecting: sum((trips) => trips.connecting),
    working: sum((trips) => trips.working),
  };
}
