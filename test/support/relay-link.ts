import type { Socket } from 'node:net';
import { asks, FrameStarts, readyForQuery } from './frames.js';

/** What happens to a connection: ended in order, reset, or silent for ever in both directions. */
export type Fault = 'cut' | 'reset' | 'stall';

/** One client, one server, and what stands between them. */
export class RelayLink {
  readonly said = new FrameStarts('client');
  /** How many questions the client has begun. */
  asked = 0;
  /** How often the server said that it is ready: once before it is asked anything, and then after each question. */
  answered = 0;
  readonly #heard = new FrameStarts('server');
  #isSilent = false;
  /** From now on no answer arrives, and with the last of so many comes the fault. */
  #doom: { readonly fault: Fault; readonly answered: number } | null = null;
  #keepalives: NodeJS.Timeout | undefined;

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    readonly keepalivesMs: number | null,
  ) {
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      const passOn = (): void => {
        if (!this.#isSilent) other.end();
      };
      end.setNoDelay(true);
      end.on('error', () => undefined);
      end.on('end', passOn);
      end.on('close', passOn);
    }
    server.on('data', (chunk) => {
      this.#toClient(chunk);
    });
  }

  get isOver(): boolean {
    return this.client.destroyed && this.server.destroyed;
  }

  toServer(bytes: Buffer): void {
    if (!this.#isSilent && !this.server.destroyed) this.server.write(bytes);
  }

  /** Takes nothing more from the client, until the function is called that it returns. */
  hold(bytes: Buffer): () => void {
    this.client.pause();
    return () => {
      this.toServer(bytes);
      this.client.resume();
    };
  }

  /** When the server has answered the `asked`th question; null: whatever it says next. */
  strikeAfterAnswer(fault: Fault, asked: number | null): void {
    this.#doom = { fault, answered: asked === null ? 0 : asked + 1 };
  }

  strike(fault: Fault): void {
    this.#isSilent = true;
    if (fault === 'stall') {
      if (this.keepalivesMs === null) return;
      this.#keepalives = setTimeout(() => this.server.resetAndDestroy(), this.keepalivesMs);
      return;
    }
    clearTimeout(this.#keepalives);
    for (const socket of [this.client, this.server]) {
      if (fault === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  }

  #toClient(chunk: Buffer): void {
    this.answered += this.#heard.in(chunk).filter(({ letter }) => letter === readyForQuery).length;
    if (this.#doom === null) {
      if (!this.#isSilent && !this.client.destroyed) this.client.write(chunk);
    } else if (this.answered >= this.#doom.answered) this.strike(this.#doom.fault);
  }
}

/** True for a message that is answered by itself. */
export function isQuestion(letter: string | null): boolean {
  return letter !== null && asks.includes(letter);
}

const stretch = 512 * 1024;

/** A network that takes its time with much, and none with little. */
export function restOften(client: Socket, restMs: number): void {
  let carried = 0;
  client.on('data', ({ length }) => {
    carried += length;
    if (carried < stretch) return;
    carried = 0;
    client.pause();
    setTimeout(() => client.resume(), restMs);
  });
}
