import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type Frame, Frames, terminate } from './frames.js';

/** What happens to a connection: ended in order, reset, or silent for ever in both directions. */
export type Fault = 'cut' | 'reset' | 'stall';

export interface FaultPlan {
  readonly fault: Fault;
  /** Which message of the clients it happens at, counted over all connections from 1. */
  readonly at: number;
  /** `before`: the message does not reach the server. `after`: it does, is answered, and the answer is lost. */
  readonly when: 'before' | 'after';
}

export interface FaultProxyTarget {
  readonly host: string;
  readonly port: number;
  /** When the server notices a stall, as its keepalives make it; null: never. */
  readonly keepalivesMs?: number | null;
}

/** A proxy before a PostgreSQL server that counts the messages of its clients and makes one fault, where it is told to. */
export class FaultProxy {
  /** Messages of clients so far, start-up messages included, goodbyes not. */
  messages = 0;
  /** True once the fault was made. */
  struck = false;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #plan: FaultPlan | null = null;

  private constructor(
    readonly host: string,
    readonly targetPort: number,
    readonly keepalivesMs: number | null,
  ) {
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async open({ host, port, keepalivesMs = null }: FaultProxyTarget): Promise<FaultProxy> {
    const proxy = new FaultProxy(host, port, keepalivesMs);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Starts counting anew; null: no fault. */
  arm(plan: FaultPlan | null): void {
    this.#plan = plan;
    this.messages = 0;
    this.struck = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect(this.targetPort, this.host);
    const link = new Link(client, server, this.keepalivesMs);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
      });
    }
    client.on('data', (chunk) => {
      for (const frame of link.said.completedBy(chunk)) this.#pass(link, frame);
    });
    client.on('close', () => {
      if (!link.silent) server.end();
    });
    server.on('data', (chunk) => {
      link.fromServer(chunk);
    });
    server.on('close', () => {
      if (!link.silent) client.end();
    });
  }

  #pass(link: Link, { letter, bytes }: Frame): void {
    // A goodbye is not waited for by anybody, so it may come or not; no fault can be made of it.
    if (letter === terminate) {
      link.toServer(bytes);
      return;
    }
    this.messages += 1;
    const plan = this.#plan;
    const strikes = plan !== null && !this.struck && this.messages === plan.at;
    if (!strikes) {
      link.toServer(bytes);
      return;
    }
    this.struck = true;
    if (plan.when === 'before') link.strike(plan.fault);
    else link.strikeAfterAnswer(plan.fault, bytes);
  }
}

/** One client, one server, and what stands between them. */
class Link {
  silent = false;
  /** By the client. */
  readonly said = new Frames('client');
  #doom: Fault | null = null;

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    readonly keepalivesMs: number | null,
  ) {}

  toServer(message: Buffer): void {
    if (!this.silent && !this.server.destroyed) this.server.write(message);
  }

  fromServer(chunk: Buffer): void {
    if (this.silent) return;
    if (this.#doom !== null) this.strike(this.#doom);
    else if (!this.client.destroyed) this.client.write(chunk);
  }

  strikeAfterAnswer(fault: Fault, message: Buffer): void {
    this.#doom = fault;
    this.toServer(message);
  }

  strike(fault: Fault): void {
    this.silent = true;
    if (fault === 'stall') {
      const { keepalivesMs } = this;
      if (keepalivesMs !== null) setTimeout(() => this.server.resetAndDestroy(), keepalivesMs);
      return;
    }
    for (const socket of [this.client, this.server]) {
      if (fault === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  }
}
