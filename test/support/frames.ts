/**
 * How messages of PostgreSQL's protocol lie in the bytes of a connection without TLS: a letter, a length of four bytes that
 * counts itself, and the rest. The start-up messages of a client have no letter, and a server answers a request for TLS by
 * a single byte.
 */
export interface Frame {
  /** Null for a start-up message, and for that single byte. */
  readonly letter: string | null;
  readonly bytes: Buffer;
}

export type Side = 'client' | 'server';

/** Ends a session in order. */
export const terminate = 'X';
/** Query and Sync: a server answers each of them, and then says that it is ready. */
export const asks = ['Q', 'S'];
export const readyForQuery = 'Z';

/** The server's word that it has no TLS. */
export const noTls = Buffer.from('N');
/** What a server asks with for a password in clear text. */
export const passwordRequest = frameOf('R', Buffer.from([0, 0, 0, 3]));

export function frameOf(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, letter);
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** Length of a request for TLS or GSS, after which a start-up message is still to come. */
const requestLength = 8;
const requestCodes = [80_877_103, 80_877_104];

/** True when a client asks for TLS or GSS before it says anything. */
export function isEncryptionRequest(bytes: Buffer): boolean {
  return bytes.length === requestLength && requestCodes.includes(bytes.readUInt32BE(4));
}

/** The server's own limit for a start-up message, in bytes. */
const longestStartUp = 10_000;

interface Head {
  readonly letter: string | null;
  /** Of the whole message, the head too. */
  readonly size: number;
}

/** Reads the head of one message after the other, of one side of a connection. */
class Heads {
  #isStarted = false;

  constructor(readonly side: Side) {}

  /** The head of the message with which `bytes` begin, which has to be the next one; null when more bytes are needed. */
  next(bytes: Buffer): Head | null {
    const head = this.#isStarted ? withLetter(bytes) : this.#first(bytes);
    if (head !== null && !(this.side === 'client' && head.size === requestLength)) {
      this.#isStarted = true;
    }
    return head;
  }

  #first(bytes: Buffer): Head | null {
    if (this.side === 'client') return startUp(bytes);
    // Nothing else that a server says first begins with one of these letters.
    if ('NS'.includes(letterOf(bytes))) return { letter: null, size: 1 };
    return withLetter(bytes);
  }
}

function withLetter(bytes: Buffer): Head | null {
  if (bytes.length < 5) return null;
  return { letter: letterOf(bytes), size: 1 + bytes.readUInt32BE(1) };
}

/** A client that was refused TLS may say its first word of TLS all the same, which the server answers by hanging up. */
function startUp(bytes: Buffer): Head | null {
  if (bytes.length < 4) return null;
  const size = bytes.readUInt32BE(0);
  return { letter: null, size: size > longestStartUp ? bytes.length : size };
}

function letterOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, 1);
}

/** Cuts what one side says into whole messages. */
export class Frames {
  readonly #heads: Heads;
  #parts: Buffer[] = [];
  #length = 0;
  #head: Head | null = null;

  constructor(side: Side) {
    this.#heads = new Heads(side);
  }

  /** The messages that a chunk completes. */
  *completedBy(chunk: Buffer): Generator<Frame> {
    this.#keep(chunk);
    while (this.#length > 0 && this.#length >= (this.#head?.size ?? 0)) {
      const bytes = Buffer.concat(this.#parts);
      this.#head ??= this.#heads.next(bytes);
      if (this.#head === null || bytes.length < this.#head.size) return;
      const { letter, size } = this.#head;
      this.#head = null;
      this.#parts = [];
      this.#length = 0;
      this.#keep(bytes.subarray(size));
      yield { letter, bytes: bytes.subarray(0, size) };
    }
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

/** A message that begins in a chunk, and where; 0 if it began in the chunk before. */
export interface FrameStart {
  readonly letter: string | null;
  readonly at: number;
}

/** Finds where the messages of one side begin, as soon as their heads are there; keeps nothing but those. */
export class FrameStarts {
  readonly #heads: Heads;
  #head: Buffer = Buffer.alloc(0);
  /** Bytes of the message at hand that are still to come. */
  #left = 0;

  constructor(side: Side) {
    this.#heads = new Heads(side);
  }

  in(chunk: Buffer): readonly FrameStart[] {
    const starts: FrameStart[] = [];
    let rest = this.#skip(chunk);
    while (rest.length > 0) {
      const at = chunk.length - rest.length;
      const bytes = this.#head.length === 0 ? rest : Buffer.concat([this.#head, rest]);
      const head = this.#heads.next(bytes);
      this.#head = head === null ? bytes : Buffer.alloc(0);
      if (head === null) break;
      starts.push({ letter: head.letter, at });
      this.#left = head.size;
      rest = this.#skip(bytes);
    }
    return starts;
  }

  #skip(bytes: Buffer): Buffer {
    const skipped = Math.min(this.#left, bytes.length);
    this.#left -= skipped;
    return bytes.subarray(skipped);
  }
}
