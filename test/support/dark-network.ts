import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to a server that can go dark: not a byte passes, not even the end of a connection, in either direction. */
export class DarkNetwork {
  readonly #sockets = new Set<Socket>();
  /** Connections that went dark; they stay so. */
  readonly #dark = new Set<Socket>();
  readonly #server: Server;
  #isDark = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => {
      const server = connect(target.port, target.host);
      this.#pass(client, server);
      this.#pass(server, client);
      // Connected while it is dark, it is never heard of on the other side.
      if (this.#isDark) this.#darken(client, server);
    });
  }

  static async open(target: {
    readonly host: string;
    readonly port: number;
  }): Promise<DarkNetwork> {
    const network = new DarkNetwork(target);
    await new Promise<void>((resolve) => {
      network.#server.listen(0, '127.0.0.1', resolve);
    });
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** For all connections there are, and for those to come until `light`. */
  goDark(): void {
    this.#isDark = true;
    this.#darken(...this.#sockets);
  }

  /** For connections to come. */
  light(): void {
    this.#isDark = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #darken(...sockets: readonly Socket[]): void {
    for (const socket of sockets) this.#dark.add(socket);
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (chunk) => {
      if (!this.#dark.has(from)) to.write(chunk);
    });
    from.on('close', () => {
      if (this.#dark.has(from)) return;
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
