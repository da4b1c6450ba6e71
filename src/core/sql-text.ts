import { decodeBytewise } from './text.js';

/**
 * The text of a file: at hand, or in the bytes of a long one. Who asks for stretches of it never has all of a long text in
 * memory a second time; who needs all of it says `String(text)`.
 */
export type SqlText = string | AsciiText;

/** A text in bytes that are ASCII, so that its indices are theirs. They must not change any more. */
export class AsciiText {
  #whole: string | null = null;

  constructor(readonly bytes: Uint8Array) {}

  get length(): number {
    return this.bytes.length;
  }

  /** As that of a string. */
  slice(start: number, end?: number): string {
    return this.#whole?.slice(start, end) ?? decodeBytewise(this.bytes.subarray(start, end));
  }

  /** Made when it is first asked for, and kept; 30 ms for 64 MiB. */
  toString(): string {
    this.#whole ??= decodeBytewise(this.bytes);
    return this.#whole;
  }
}

/**
 * UTF-16 units of a text that are looked at together. V8 lets go of a string of up to 128 KiB as soon as it is short of
 * space for short-lived objects; longer ones stay until it has looked through all that there is.
 */
export const windowLength = 112 * 1024;

/**
 * True when the text holds what `pattern` describes, which takes at most `longest` characters and does not look round
 * itself. Searched is one window after the other, each with so much of the next that nothing is cut in two.
 */
export function isFoundIn(
  text: SqlText,
  pattern: RegExp,
  longest: number,
  { from = 0, length = windowLength }: SearchOptions = {},
): boolean {
  for (let at = from; at < text.length; at += length) {
    if (pattern.test(text.slice(at, at + length + longest - 1))) return true;
  }
  return false;
}

export interface SearchOptions {
  /** Where to begin; default 0. */
  readonly from?: number;
  /** Of a window. */
  readonly length?: number;
}
