/**
 * Cuts a stream of PostgreSQL's protocol into its messages: a byte for the kind, four for the length, which counts itself.
 * `startsBare`: the client's side, whose first message has no kind.
 */
export class Frames {
  #rest = Buffer.alloc(0);
  #isBare;

  constructor(startsBare) {
    this.#isBare = startsBare;
  }

  /** The messages that are whole by now, each with `kind` ('' for a bare one) and all its `bytes`. */
  take(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const whole = [];
    for (let next = this.#next(); next !== null; next = this.#next()) whole.push(next);
    return whole;
  }

  #next() {
    const head = this.#isBare ? 0 : 1;
    if (this.#rest.length < head + 4) return null;
    const end = head + this.#rest.readInt32BE(head);
    if (this.#rest.length < end) return null;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    this.#isBare = false;
    return { kind: head === 0 ? '' : String.fromCharCode(bytes[0]), bytes };
  }
}

/** How a question begins, up to where it may be another one each time. The first message, which is none, begins with ''. */
export function openingOf({ kind, bytes }) {
  return kind === '' ? '' : bytes.toString('latin1', 5, 17);
}
