import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What it does to a question that comes with the last word of the password exchange. */
export type Manners = 'carries it' | 'drops it' | 'hangs up' | 'objects';

/** Something before a server that ends the password exchange in its own way, as poolers do, and keeps a record. */
export class ForgetfulProxy {
  /** Of each connection, in order: in how many pieces the client has written, goodbyes left out, and whether a question came with the password. */
  readonly seen: { writes: number; questionAhead: boolean }[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(
    readonly target: { readonly host: string; readonly port: number },
    readonly manners: Manners,
  ) {
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async open(
    target: { readonly host: string; readonly port: number },
    manners: Manners,
  ): Promise<ForgetfulProxy> {
    const proxy = new ForgetfulProxy(target, manners);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect(this.target.port, this.target.host);
    const record = { writes: 0, questionAhead: false };
    this.seen.push(record);
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => other.end());
    }
    server.pipe(client);
    client.on('data', (chunk) => {
      if (chunk[0] !== goodbye) record.writes += 1;
      const behind = behindThePassword(chunk);
      if (behind.length === 0) server.write(chunk);
      else {
        record.questionAhead = true;
        this.#take(chunk, behind.length, client, server);
      }
    });
  }

  #take(chunk: Buffer, behind: number, client: Socket, server: Socket): void {
    if (this.manners === 'hangs up') client.destroy();
    else if (this.manners === 'objects') client.end(objection);
    else server.write(this.manners === 'carries it' ? chunk : chunk.subarray(0, -behind));
  }
}

const goodbye = 'X'.charCodeAt(0);

/** What follows a message of the password exchange in the chunk that begins with it. */
function behindThePassword(chunk: Buffer): Buffer {
  const isPassword = chunk[0] === 'p'.charCodeAt(0) && chunk.length > 4;
  return isPassword ? chunk.subarray(1 + chunk.readUInt32BE(1)) : Buffer.alloc(0);
}

const objection = errorResponse({
  ...{ S: 'FATAL', V: 'FATAL', C: '08P01', M: 'unexpected message' },
});

function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries(fields)
    .map(([letter, text]) => `${letter}${text}\0`)
    .join('');
  const message = Buffer.from(`E\0\0\0\0${body}\0`);
  message.writeUInt32BE(message.length - 1, 1);
  return message;
}
