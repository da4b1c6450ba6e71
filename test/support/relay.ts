import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type FrameStart, terminate } from './frames.js';
import { type Fault, isQuestion, RelayLink, restOften } from './relay-link.js';

/** Where a relay passes its connections on to. */
export interface RelayTarget {
  readonly host: string;
  readonly port: number;
}

export interface RelayOptions {
  /** When the server notices a connection that stalls, as its keepalives make it; null: never. */
  readonly keepalivesMs?: number | null;
  /** How long a network that takes its time with much, and none with little, rests after each 512 KiB of a client. */
  readonly restMs?: number | null;
}

export interface FaultPlan {
  readonly fault: Fault;
  /** At which message of the clients: counted over all connections from 1, or the first with these words. */
  readonly at: number | RegExp;
  /** `before`: the message does not reach the server. `after`: it does, is answered, and the answer is lost. */
  readonly when: 'before' | 'after';
}

interface Hold {
  readonly at: RegExp;
  readonly onHeld: (letGo: () => void) => void;
}

/** A message at which something is to happen, and where it begins in a chunk. */
interface Sprung {
  readonly trap: FaultPlan | Hold;
  readonly start: FrameStart;
}

/**
 * The network between pgm and a server: an address that passes each connection on, until it is told to strike: at all
 * connections there are, or at the one that carries a certain message. Those that come later are well. Whoever opens it
 * closes it.
 */
export class Relay {
  /** Messages of clients since the last `arm`, start-up messages included, goodbyes not. */
  messages = 0;
  /** True once the message came that was waited for. */
  struck = false;
  /** How many questions it has carried to the server, the password exchange left out. */
  questions = 0;
  /**
   * How many sessions there were at once, at most, as the server counts them for CONNECTION LIMIT: from when they are
   * logged in until it has ended them.
   */
  mostSessions = 0;
  #sessions = 0;
  #isDark = false;
  #trap: FaultPlan | Hold | null = null;
  readonly #links = new Set<RelayLink>();
  readonly #server: Server;

  private constructor(
    private target: RelayTarget,
    readonly options: RelayOptions,
  ) {
    // A connection that the client has ended is over when the server has ended it too.
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      this.#join(client);
    });
  }

  static async open(target: RelayTarget, options: RelayOptions = {}): Promise<Relay> {
    const relay = new Relay(target, options);
    await new Promise<void>((resolve) => {
      relay.#server.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Later connections go to another server, as when a Service or a DNS name moves; those there are stay where they are. */
  aim(target: RelayTarget): void {
    this.target = target;
  }

  /** Makes one fault, and counts anew from here; null: none. */
  arm(plan: FaultPlan | null): void {
    this.#trap = plan;
    this.messages = 0;
    this.struck = false;
  }

  /** Keeps the next message like this from the server. Settles when it has come, with the function that lets it go on. */
  holdAt(pattern: RegExp): Promise<() => void> {
    return new Promise((resolve) => {
      this.#trap = { at: pattern, onHeld: resolve };
    });
  }

  /** At every connection there is, in the middle of whatever it carries. Later ones are well. */
  strike(fault: Fault): void {
    for (const link of this.#links) link.strike(fault);
  }

  /** Connections to come are refused; those there are stay. */
  refuse(): void {
    this.#server.close();
  }

  /** Every connection stalls, also those to come until `light`: the other side never hears of them. */
  goDark(): void {
    this.#isDark = true;
    this.strike('stall');
  }

  /** For connections to come. */
  light(): void {
    this.#isDark = false;
  }

  async close(): Promise<void> {
    this.strike('reset');
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const { keepalivesMs = null, restMs = null } = this.options;
    const server = connect(this.target.port, this.target.host);
    const link = new RelayLink(client, server, keepalivesMs);
    this.#links.add(link);
    if (this.#isDark) link.strike('stall');
    client.on('data', (chunk) => {
      this.#carry(link, chunk);
    });
    if (restMs !== null) restOften(client, restMs);
    for (const end of [client, server]) {
      end.on('close', () => {
        if (link.isOver) this.#links.delete(link);
      });
    }
    this.#countSession(link);
  }

  #carry(link: RelayLink, chunk: Buffer): void {
    const starts = link.said.in(chunk);
    const sprung = this.#sprungBy(chunk, starts);
    const asked = starts.filter(({ letter }) => isQuestion(letter));
    const before = link.asked;
    link.asked += asked.length;
    this.questions += asked.length;
    this.messages += starts.filter(({ letter }) => letter !== terminate).length;
    if (sprung === null) {
      link.toServer(chunk);
      return;
    }
    this.#trap = null;
    this.struck = true;
    const { trap, start } = sprung;
    if ('onHeld' in trap) trap.onHeld(link.hold(chunk));
    else if (trap.when === 'before') {
      link.toServer(chunk.subarray(0, start.at));
      link.strike(trap.fault);
    } else {
      const nth = before + asked.filter(({ at }) => at <= start.at).length;
      link.strikeAfterAnswer(trap.fault, isQuestion(start.letter) ? nth : null);
      link.toServer(chunk);
    }
  }

  /** A chunk may carry several messages. One that began before it has its words in the middle of a long message. */
  #sprungBy(chunk: Buffer, starts: readonly FrameStart[]): Sprung | null {
    const trap = this.#trap;
    if (trap === null) return null;
    const { at } = trap;
    if (typeof at === 'number') {
      // A goodbye is not waited for by anybody, so it may come or not; no fault can be made of it.
      const counted = starts.filter(({ letter }) => letter !== terminate);
      const start = counted[at - this.messages - 1];
      return start === undefined ? null : { trap, start };
    }
    const found = chunk.toString('latin1').search(at);
    if (found === -1) return null;
    return { trap, start: starts.findLast((each) => each.at <= found) ?? { letter: 'Q', at: 0 } };
  }

  #countSession(link: RelayLink): void {
    const { server } = link;
    const look = (): void => {
      if (link.answered === 0) return;
      server.off('data', look);
      this.#sessions += 1;
      this.mostSessions = Math.max(this.mostSessions, this.#sessions);
      server.once('close', () => {
        this.#sessions -= 1;
      });
    };
    server.on('data', look);
  }
}
