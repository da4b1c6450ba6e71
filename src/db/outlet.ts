import type { Socket } from 'node:net';
import { LongMessage, type LongMessages } from './long-messages.js';

/** Called when the system has taken what was written, or will not take it any more. */
type Written = (error?: Error | null) => void;

/** Something to write behind something else. */
interface Waiting {
  readonly piece: Buffer | LongMessage;
  readonly onWritten: Written | undefined;
}

/**
 * Lets the driver write to `socket` as before, and puts long messages in place of their stand-ins. A long one goes part by
 * part, each when the system has taken the one before; what the driver writes meanwhile waits behind it, in order. Who
 * ends the socket in the middle of one destroys it: a goodbye there would count as a part of the message.
 */
export function carryLongMessages(socket: Socket, messages: LongMessages): void {
  const outlet = new Outlet(socket, messages);
  const end = socket.end.bind(socket) as (last?: Buffer) => Socket;
  Object.assign(socket, {
    write: (chunk: Buffer, onWritten?: Written) => outlet.write(chunk, onWritten),
    end: (last?: Buffer) => (outlet.isBusy ? socket.destroy() : end(last)),
  });
}

class Outlet {
  readonly #messages: LongMessages;
  /** Of the socket itself. */
  readonly #write: (chunk: Uint8Array, onWritten?: Written) => boolean;
  /** The first is being written. */
  readonly #waiting: Waiting[] = [];

  constructor(socket: Socket, messages: LongMessages) {
    this.#messages = messages;
    this.#write = socket.write.bind(socket);
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** False when the driver should hold back what comes next; never for the sake of a long message, whose wait is ours. */
  write(chunk: Buffer, onWritten?: Written): boolean {
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
