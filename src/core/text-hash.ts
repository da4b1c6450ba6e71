import { createHash } from 'node:crypto';

/** sha256 of many texts as if they were one, which they never are: of ten thousand names that would be a megabyte, twice. */
export class TextHash {
  readonly #hash = createHash('sha256');
  #waiting: string[] = [];

  add(text: string): void {
    this.#waiting.push(text);
    if (this.#waiting.length === most) this.#take();
  }

  /** In hex; nothing can be added behind it. */
  digest(): string {
    this.#take();
    return this.#hash.digest('hex');
  }

  #take(): void {
    this.#hash.update(this.#waiting.join(''));
    this.#waiting = [];
  }
}

/** A call for each text would take longer than hashing it. */
const most = 1_000;
