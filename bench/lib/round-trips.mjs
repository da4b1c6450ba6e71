/**
 * Counts the round trips of a PostgreSQL connection from the messages of both sides. In a round trip the client sends
 * something that needs an answer, and receives all of the answer. Messages written before an answer was awaited count as one.
 * COPY data is not recognised: no corpus uses it.
 */

/** The types of the messages in a stream of bytes, without keeping their bodies. */
export class MessageTypes {
  /** Bytes of the current body that are still to come. */
  #skip = 0;
  #header = Buffer.alloc(0);
  #typed;

  /** @param {'client' | 'server'} side A client's first message has no letter. */
  constructor(side) {
    this.#typed = side === 'server';
  }

  /** @param {Buffer} chunk @returns {Generator<string>} `startup`, `tls`, or the letter of the message. */
  *read(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const wanted = (this.#typed ? 5 : 8) - this.#header.length;
      const part = chunk.subarray(at, at + wanted);
      this.#header = Buffer.concat([this.#header, part]);
      at += part.length;
      if (part.length < wanted) return;
      yield this.#open();
    }
  }

  #open() {
    const header = this.#header;
    this.#header = Buffer.alloc(0);
    if (this.#typed) {
      this.#skip = header.readUInt32BE(1) - 4;
      return String.fromCharCode(header[0] ?? 0);
    }
    const length = header.readUInt32BE(0);
    this.#skip = length - 8;
    if (encryptionRequests.includes(header.readUInt32BE(4))) return 'tls';
    this.#typed = true;
    return 'startup';
  }
}

/** SSLRequest and GSSENCRequest. */
const encryptionRequests = [80877103, 80877104];

export class RoundTrips {
  /** Until the server was ready for the first query. */
  connecting = 0;
  working = 0;
  #client = new MessageTypes('client');
  #server = new MessageTypes('server');
  /** An answer of one byte, without length, is due to a request for encryption. */
  #byteDue = false;
  #ready = false;
  #awaiting = false;
  /** Queries that were not yet answered by ReadyForQuery. */
  #open = 0;

  get all() {
    return this.connecting + this.working;
  }

  /** @param {Buffer} chunk */
  fromClient(chunk) {
    for (const type of this.#client.read(chunk)) {
      if (type === 'tls') this.#byteDue = true;
      if (['tls', 'startup', 'p', 'H'].includes(type)) this.#awaiting = true;
      if (['Q', 'S', 'F'].includes(type)) this.#open += 1;
    }
  }

  /** @param {Buffer} chunk As the client gets it. */
  toClient(chunk) {
    // A query that was written with it is not answered yet, and both are one.
    if (this.#awaiting && this.#open === 0) this.#count();
    this.#awaiting = false;
    const rest = this.#byteDue ? chunk.subarray(1) : chunk;
    this.#byteDue = false;
    for (const type of this.#server.read(rest)) {
      if (type !== 'Z') continue;
      const isGreeting = !this.#ready;
      this.#ready = true;
      if (isGreeting || this.#open === 0) continue;
      this.#open -= 1;
      if (this.#open === 0) this.#count();
    }
  }

  #count() {
    if (this.#ready) this.working += 1;
    else this.connecting += 1;
  }
}
