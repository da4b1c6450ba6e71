import { randomBytes } from 'node:crypto';
import type { Migration } from '../core/migration.js';
import type { TextRange } from '../core/sql-reading.js';
import { utf8Parts } from '../core/utf8.js';

/** What a message says: as it is, or in UTF-8. Bytes must not change any more. */
export type MessageText = string | Uint8Array;

/** UTF-16 units, or bytes, from which on a text is long. */
export const longLength = 1 << 20;

/** The message that a stretch of a file is: of a long one its bytes, where they are at hand. */
export function messageOf({ sql }: Migration, { start, end }: TextRange): MessageText {
  const isLong = end - start >= longLength;
  return isLong && typeof sql !== 'string' ? sql.bytes.subarray(start, end) : sql.slice(start, end);
}

/**
 * The long messages of one connection. The driver makes three copies of a message before the socket has it. So of a long
 * one it is given a stand-in, of a few characters, and whoever writes to the socket puts the message in its place
 * (`placed`). No file can hold a stand-in, as part of it is chance; and if one ever reached the server it would be a
 * syntax error there, so that it cannot pass for the file.
 */
export class LongMessages {
  /** Parts that the system has taken so far: as long as it grows, the way to the server is alive. */
  partsTaken = 0;
  readonly #beginning = `pgm_stands_for_${randomBytes(16).toString('hex')}_`;
  /** How the driver writes a stand-in, up to its number. */
  readonly #mark: Buffer;
  /** Made, and not written yet. */
  readonly #awaited = new Map<string, LongMessage>();
  #made = 0;

  constructor() {
    const length = this.#standIn(0).length + endMark.length;
    this.#mark = Buffer.concat([queryHead(length), Buffer.from(this.#beginning)]);
  }

  make(text: MessageText): LongMessage {
    const message = new LongMessage(this.#standIn(this.#made), text);
    this.#made += 1;
    this.#awaited.set(message.standIn, message);
    return message;
  }

  /** A chunk that the driver writes, in pieces: each stand-in as the message it stands for, all else as it is. */
  placed(chunk: Buffer): readonly (Buffer | LongMessage)[] {
    const pieces: (Buffer | LongMessage)[] = [];
    let from = 0;
    while (this.#awaited.size > 0) {
      const at = chunk.indexOf(this.#mark, from);
      if (at === -1) break;
      if (at > from) pieces.push(chunk.subarray(from, at));
      from = at + this.#mark.length + numberLength + endMark.length;
      const standIn = chunk.toString('latin1', at + headLength, from - endMark.length);
      pieces.push(this.#awaited.get(standIn) ?? chunk.subarray(at, from));
      this.#awaited.delete(standIn);
    }
    if (from < chunk.length) pieces.push(from === 0 ? chunk : chunk.subarray(from));
    return pieces;
  }

  #standIn(number: number): string {
    return this.#beginning + number.toString(16).padStart(numberLength, '0');
  }
}

/** One message of the simple protocol that is too long for the driver. */
export class LongMessage {
  /** True once the system has all of it: before that the server cannot have begun with it. */
  isWritten = false;
  #text: MessageText | null;

  constructor(
    /** What the driver is to send instead. */
    readonly standIn: string,
    text: MessageText,
  ) {
    this.#text = text;
  }

  /** What goes over the wire, piece by piece; once, as the text is let go of. */
  *parts(): Generator<Uint8Array, void, undefined> {
    const text = this.#text ?? '';
    this.#text = null;
    const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
    let before: Uint8Array = queryHead(length + endMark.length);
    for (const part of utf8Parts(text)) {
      yield before;
      before = part;
    }
    // Together, as a byte by itself would wait until the server has confirmed all before it.
    yield Buffer.concat([before, endMark]);
  }
}

const numberLength = 8;
const headLength = 5;
const endMark = Buffer.from([0]);

/** The letter of Query, and its length, which counts itself and `length` bytes of text. */
function queryHead(length: number): Buffer {
  const head = Buffer.from('Q\0\0\0\0');
  head.writeUInt32BE(length + 4, 1);
  return head;
}
