import type { Socket } from 'node:net';

/** Letters of the protocol's messages from the server. */
const commandComplete = 'C';
const emptyQuery = 'I';
const errorResponse = 'E';
const readyForQuery = 'Z';

/** A letter, and a length of four bytes that counts itself. */
const headLength = 5;

/**
 * Reads from the server's messages on a connection what the driver does not report: how many statements of a message were
 * completed before one failed, and why the server ended the session. Messages count from 0; the answer to the start-up is not
 * counted.
 */
export class Answers {
  /** For each message that was answered or is being answered, the statements completed before any error. */
  readonly #completed = new Map<number, number>();
  /** Number of the message being answered. */
  #at = -1;
  /** The error in its answer, as far as received. */
  #error: Buffer | null = null;
  #letter = '';
  /** Bytes of the server's current message that are still to come. */
  #left = 0;
  #head: Buffer = Buffer.alloc(0);

  /** Listens before the driver does, so that an error is read when the driver rejects because of it. */
  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#take(chunk);
    });
  }

  /** How many statements of message `at` were completed; what is known of earlier ones is forgotten. */
  completedOf(at: number): number {
    const count = this.#completed.get(at) ?? 0;
    for (const known of this.#completed.keys()) if (known < at) this.#completed.delete(known);
    return count;
  }

  /** The fields of an error that was the last message, by the driver's names; null if there is none. */
  get lastWords(): Record<string, string> | null {
    if (this.#error === null || this.#left > 0) return null;
    return fieldsIn(this.#error);
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#pass(rest);
      if (rest.length === 0) return;
      const wanted = headLength - this.#head.length;
      const part = rest.subarray(0, wanted);
      const head = this.#head.length === 0 ? part : Buffer.concat([this.#head, part]);
      rest = rest.subarray(wanted);
      this.#head = head.length < headLength ? head : Buffer.alloc(0);
      if (head.length === headLength) this.#begin(head);
    }
  }

  /** Skips the rest of the current message, and returns what follows it. */
  #pass(bytes: Buffer): Buffer {
    const body = bytes.subarray(0, this.#left);
    this.#left -= body.length;
    if (this.#letter === errorResponse && this.#error !== null) {
      this.#error = Buffer.concat([this.#error, body]);
    }
    return bytes.subarray(body.length);
  }

  #begin(head: Buffer): void {
    this.#left = head.readUInt32BE(1) - (headLength - 1);
    this.#letter = String.fromCharCode(head[0] ?? 0);
    if (this.#letter === readyForQuery) {
      this.#at += 1;
      this.#error = null;
    } else if (this.#letter === errorResponse) this.#error = Buffer.alloc(0);
    else if (this.#error === null && [commandComplete, emptyQuery].includes(this.#letter)) {
      this.#completed.set(this.#at, (this.#completed.get(this.#at) ?? 0) + 1);
    }
  }
}

/** The fields of the error that an answer begins with, by the driver's names; null if it begins otherwise. */
export function errorFields(answer: Buffer): Readonly<Partial<Record<string, string>>> | null {
  if (answer[0] !== errorResponse.charCodeAt(0)) return null;
  return fieldsIn(answer.subarray(headLength));
}

function fieldsIn(body: Buffer): Record<string, string> {
  const known = body
    .toString('utf8')
    .split('\0')
    .flatMap((part) => {
      const name = fieldNames[part[0] ?? ''];
      return name === undefined ? [] : [[name, part.slice(1)] as const];
    });
  return Object.fromEntries(known);
}

const fieldNames: Readonly<Record<string, string>> = {
  V: 'severity',
  C: 'code',
  M: 'message',
  D: 'detail',
  H: 'hint',
  W: 'where',
  R: 'routine',
};
