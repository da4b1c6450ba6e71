import { once } from 'node:events';
import type { Socket } from 'node:net';

/** What the server gave a connection to identify it by, in a request to cancel. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** Asks to cancel what a backend is doing, with one request at a time: a busy server would get dozens of connections. */
export class CancelRequests {
  #isOnItsWay = false;

  constructor(readonly openSocket: () => Promise<Socket>) {}

  send(key: BackendKey): void {
    if (this.#isOnItsWay) return;
    this.#isOnItsWay = true;
    void request(this.openSocket, key).finally(() => {
      this.#isOnItsWay = false;
    });
  }
}

/**
 * Asks the server, on a connection of its own, to cancel what that backend is doing; settles when it has been asked. Never
 * throws: the server says nothing about such a request, and one that is gone, or cannot be reached, has nothing left to
 * cancel. The driver's own request would end the process in that case.
 */
async function request(openSocket: () => Promise<Socket>, key: BackendKey): Promise<void> {
  const socket = await openSocket().catch(() => null);
  if (socket === null) return;
  const giveUp = (): void => {
    socket.destroy();
  };
  // The server ends the connection once it has done so.
  socket.on('error', giveUp).setTimeout(answerMs, giveUp).resume();
  socket.end(message(key));
  if (!socket.closed) await once(socket, 'close').catch(() => undefined);
}

const answerMs = 5_000;

/** Length and code of the request in PostgreSQL's protocol. */
const head = [0, 0, 0, 16, 4, 210, 22, 46];

function message({ pid, secret }: BackendKey): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.set(head);
  bytes.writeUInt32BE(pid, 8);
  bytes.writeUInt32BE(secret, 12);
  return bytes;
}
