/** What is known of the way to a server, by all who dial it. */
export interface FirstQuestions {
  /** Whether they may go ahead: false once one was lost that was heard when it did not. */
  mayGoAhead: boolean;
}

/** Milliseconds for an answer when the server has let us in and has had the question for as long. */
export const dueWithinMs = 2_000;

/**
 * The first question of a connection goes with the last word of the password exchange, in one write, and not behind the
 * server's answer to that word: one round trip less for each connection. PostgreSQL reads on when it has let us in, and
 * who is not let in gets the same refusal as ever, as both are read at once. The driver knows nothing of it: when it
 * writes the question itself, that is left out.
 *
 * A proxy that ends the password exchange itself may lose what came with its last word; then the question is never
 * answered. See `isUnheard`.
 */
export class FirstQuestion {
  /** Called when the server has let us in, and can have only the answer before it. */
  onDue: () => void = () => undefined;
  #message: Buffer | null = null;
  #isSent = false;
  #isAnswered = false;

  constructor(readonly mayGoAhead: boolean) {}

  /** To be called before the driver is given `text`; has no effect once the server has answered. */
  ask(text: string): void {
    if (this.mayGoAhead && !this.#isAnswered) this.#message = queryMessage(text);
  }

  /** To be called when the server has answered, whatever it said of the question. */
  answered(): void {
    this.#isAnswered = true;
    // The driver may have the answer before it has written the question, which must not go out a second time.
    if (!this.#isSent) this.#message = null;
  }

  /** True when it went ahead and nobody has answered. */
  get isUnheard(): boolean {
    return this.#isSent && !this.#isAnswered;
  }

  /**
   * What is to be written for a chunk that the driver writes; empty where all of it was written before. Null when the
   * driver writes something else where the question should be: were it asked twice, each answer from there on would pass
   * for that of the question behind.
   */
  placed(chunk: Buffer): Buffer | null {
    const message = this.#message;
    if (message === null) return chunk;
    if (!this.#isSent) {
      if (!isLastWord(chunk)) return chunk;
      this.#isSent = true;
      return Buffer.concat([chunk, message]);
    }
    if (!chunk.subarray(0, message.length).equals(message)) return null;
    this.#message = null;
    if (!this.#isAnswered) this.onDue();
    return chunk.subarray(message.length);
  }
}

/** What begins a message of the password exchange, and what the first of two of them says. */
const passwordLetter = 0x70;
const firstWord = Buffer.from('SCRAM-SHA-256');

/**
 * A password, its MD5 hash, or the proof of SCRAM, which has an earlier word in which the client names the mechanism. A
 * password that begins like that name only costs what is saved elsewhere.
 */
function isLastWord(chunk: Buffer): boolean {
  if (chunk[0] !== passwordLetter || chunk.length < headLength) return false;
  if (chunk.readUInt32BE(1) + 1 !== chunk.length) return false;
  return !chunk.subarray(headLength, headLength + firstWord.length).equals(firstWord);
}

const headLength = 5;

/** A message of the simple protocol, byte by byte as the driver writes it. */
function queryMessage(text: string): Buffer {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`);
  message.writeUInt32BE(message.length - 1, 1);
  return message;
}
