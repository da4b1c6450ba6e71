import type { Socket } from 'node:net';
import type { FirstQuestion } from './first-question.js';
import { LongMessage, type LongMessages } from './long-messages.js';

/** Called when the system has taken what was written, or will not take it any more. */
type Written = (error?: Error | null) => void;

/** Something to write behind something else. */
interface Waiting {
  readonly piece: Buffer | LongMessage;
  readonly onWritten: Written | undefined;
}

/** What the driver writes otherwise than it would by itself. */
export interface Cargo {
  readonly longMessages: LongMessages;
  readonly firstQuestion: FirstQuestion;
}

/**
 * Lets the driver write to `socket` as before, but for the first question, which goes ahead, and long messages, which are
 * put in place of their stand-ins. A long one goes part by part, each when the system has taken the one before; what the
 * driver writes meanwhile waits behind it, in order. Who ends the socket in the middle of one destroys it: a goodbye there
 * would count as a part of the message.
 */
export function carry(socket: Socket, cargo: Cargo): void {
  const outlet = new Outlet(socket, cargo);
  const end = socket.end.bind(socket) as (last?: Buffer) => Socket;
  Object.assign(socket, {
    write: (chunk: Buffer, onWritten?: Written) => outlet.write(chunk, onWritten),
    end: (last?: Buffer) => (outlet.isBusy ? socket.destroy() : end(last)),
  });
}

class Outlet {
  readonly #messages: LongMessages;
  readonly #first: FirstQuestion;
  /** Of the socket itself. */
  readonly #write: (chunk: Uint8Array, onWritten?: Written) => boolean;
  readonly #destroy: () => void;
  /** The first is being written. */
  readonly #waiting: Waiting[] = [];

  constructor(socket: Socket, { longMessages, firstQuestion }: Cargo) {
    this.#messages = longMessages;
    this.#first = firstQuestion;
    this.#write = socket.write.bind(socket);
    this.#destroy = () => {
      socket.destroy(new Error('the driver wrote what was not expected of it'));
    };
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** False when the driver should hold back what comes next; never for the sake of a long message, whose wait is ours. */
  write(written: Buffer, onWritten?: Written): boolean {
    const chunk = this.#first.placed(written);
    if (chunk === null || chunk.length === 0) {
      if (chunk === null) this.#destroy();
      onWritten?.();
      return true;
    }
    const pieces = this.#messages.placed(chunk);
    const wasBusy = this.isBusy;
    if (!wasBusy && pieces.every((piece) => piece === chunk)) return this.#write(chunk, onWritten);
    for (const [at, piece] of pieces.entries()) {
      this.#waiting.push({ piece, onWritten: at === pieces.length - 1 ? onWritten : undefined });
    }
    if (!wasBusy) void this.#writeAll();
    return true;
  }

  /** Never rejects: what became of the connection the socket tells by its own events. */
  async #writeAll(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      for (const part of partsOf(next.piece)) {
        if (!(await this.#isTaken(part))) {
          this.#giveUp();
          return;
        }
        this.#messages.partsTaken += 1;
      }
      if (next.piece instanceof LongMessage) next.piece.isWritten = true;
      this.#waiting.shift();
      next.onWritten?.();
    }
  }

  #isTaken(part: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#write(part, (error) => {
        resolve((error ?? null) === null);
      });
    });
  }

  #giveUp(): void {
    for (const { onWritten } of this.#waiting.splice(0)) {
      onWritten?.(new Error('the connection was closed'));
    }
  }
}

function partsOf(piece: Buffer | LongMessage): Iterable<Uint8Array> {
  return piece instanceof LongMessage ? piece.parts() : [piece];
}
