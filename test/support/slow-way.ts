import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Bytes that it carries to the server at once, and how long it rests then. */
const stretch = 512 * 1024;
const restMs = 100;

/** A network to a server that takes its time with much, and none with little. */
export class SlowWay {
  readonly #server: Server;

  private constructor(host: string, port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, host);
      for (const [end, other] of [
        [client, server],
        [server, client],
      ] as const) {
        end.on('error', () => other.destroy());
        end.on('close', () => other.end());
      }
      server.pipe(client);
      void carrySlowly(client, server);
    });
  }

  static async open({ host, port }: { host: string; port: number }): Promise<SlowWay> {
    const way = new SlowWay(host, port);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** When all its connections are closed. */
  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function carrySlowly(client: Socket, server: Socket): Promise<void> {
  let carried = 0;
  // What goes wrong with it is for the two sockets to tell.
  const chunks = (client as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const next = (): Promise<Buffer | null> =>
    chunks.next().then(
      ({ value, done }) => (done === true ? null : value),
      () => null,
    );
  for (let chunk = await next(); chunk !== null; chunk = await next()) {
    server.write(chunk);
    carried += chunk.length;
    if (carried < stretch) continue;
    carried = 0;
    await delay(restMs);
  }
  server.end();
}
