import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { asks, FrameCount, readyForQuery } from './frames.js';

/** Where a relay passes its connections on to. */
export interface RelayTarget {
  readonly host: string;
  readonly port: number;
}

interface Link {
  readonly ends: readonly [client: Socket, server: Socket];
  silent: boolean;
}

type Trap = { readonly pattern: RegExp } & (
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hold'; readonly onHeld: (letGo: () => void) => void }
);

/** What takes the kernel of the server 25 s. */
const keepalivesMs = 1_000;

/**
 * The network between pgm and a server: an address that passes each connection on, until it is told to strike, at all
 * connections there are or at the one that carries a certain message. `FaultProxy` strikes by count; a relay strikes when
 * the test says so, and connections that come later are well. Whoever opens it closes it.
 */
export class Relay {
  /**
   * How many sessions there were at once, at most, as the server counts them for CONNECTION LIMIT: from when they are
   * logged in until it has ended them.
   */
  mostSessions = 0;
  #sessions = 0;
  readonly #links = new Set<Link>();
  readonly #asked: FrameCount[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #server: Server;
  #target: RelayTarget;
  #trap: Trap | null = null;

  private constructor(target: RelayTarget) {
    this.#target = target;
    // A connection that the client has ended is over when the server has ended it too.
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      this.#join(client, connect(this.#target.port, this.#target.host));
    });
  }

  static async open(target: RelayTarget): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => {
      relay.#server.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many questions it has carried to the server, the password exchange left out. */
  get questions(): number {
    return this.#asked.reduce((sum, { count }) => sum + count, 0);
  }

  /** Later connections go to another server, as when a Service or a DNS name moves; those there are stay where they are. */
  aim(target: RelayTarget): void {
    this.#target = target;
  }

  /** Resets the connection that carries the next message like this: instead of the message, or of its answer. */
  resetAt(pattern: RegExp, when: 'before' | 'after'): void {
    this.#trap = { kind: 'reset', pattern, when };
  }

  /** True once the message came that was waited for. */
  get hasStruck(): boolean {
    return this.#trap === null;
  }

  /** Keeps the next message like this from the server. Settles when it has come, with the function that lets it go on. */
  holdAt(pattern: RegExp): Promise<() => void> {
    return new Promise((resolve) => {
      this.#trap = { kind: 'hold', pattern, onHeld: resolve };
    });
  }

  /** Every connection is ended in order, in the middle of whatever it carries. */
  cut(): void {
    for (const { ends } of this.#links) for (const end of ends) end.end();
  }

  /** Both ends of every connection get an RST. */
  reset(): void {
    for (const { ends } of this.#links) for (const end of ends) end.resetAndDestroy();
  }

  /** Half open: not a byte more, either way. Later connections are well. The server's keepalives notice in the end. */
  stall(): void {
    for (const link of this.#links) {
      link.silent = true;
      this.#timers.push(setTimeout(() => link.ends[1].resetAndDestroy(), keepalivesMs));
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    const link: Link = { ends: [client, server], silent: false };
    const asked = new FrameCount('client', asks);
    const answered = new FrameCount('server', readyForQuery);
    this.#asked.push(asked);
    /** With this one the strike comes; those before it are lost with it. */
    let lostAnswer = Infinity;
    this.#links.add(link);
    client.on('data', (chunk) => {
      const trap = this.#sprung(chunk);
      // A chunk may carry several messages; what is meant is the one with these words.
      const at = trap === null ? chunk.length : chunk.toString('latin1').search(trap.pattern);
      asked.take(chunk.subarray(0, at));
      const lost = asked.count;
      asked.take(chunk.subarray(at));
      if (trap?.kind === 'hold') hold(link, chunk, trap.onHeld);
      else if (trap?.when === 'before') this.reset();
      else if (!link.silent) server.write(chunk);
      // The server is ready once before it is asked anything.
      if (trap?.kind === 'reset') lostAnswer = lost + 1;
    });
    server.on('data', (chunk) => {
      const isIn = answered.count > 0;
      answered.take(chunk);
      if (!isIn && answered.count > 0) this.#countSession(server);
      if (answered.count >= lostAnswer) this.reset();
      else if (!link.silent && lostAnswer === Infinity) client.write(chunk);
    });
    this.#endTogether(link);
  }

  #countSession(server: Socket): void {
    this.#sessions += 1;
    this.mostSessions = Math.max(this.mostSessions, this.#sessions);
    server.once('close', () => {
      this.#sessions -= 1;
    });
  }

  /** The trap, when this is what it waits for; it strikes once. */
  #sprung(chunk: Buffer): Trap | null {
    const trap = this.#trap;
    if (trap?.pattern.test(chunk.toString('latin1')) !== true) return null;
    this.#trap = null;
    return trap;
  }

  #endTogether(link: Link): void {
    const [client, server] = link.ends;
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => undefined);
      end.on('end', () => {
        if (!link.silent) other.end();
      });
      end.on('close', () => {
        // One that is held notices nothing by itself.
        if (other.destroyed) this.#links.delete(link);
        if (!link.silent) other.end();
      });
    }
  }
}

function hold({ ends }: Link, chunk: Buffer, onHeld: (letGo: () => void) => void): void {
  const [client, server] = ends;
  client.pause();
  onHeld(() => {
    server.write(chunk);
    client.resume();
  });
}
