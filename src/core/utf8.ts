import { isUtf8 } from 'node:buffer';
import { stepLength, type Steps } from './steps.js';

/** True for the bytes that UTF-16 files begin with. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** The bytes behind a byte order mark; all of them when there is none. Copies nothing. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** Cuts no character of valid UTF-8 in two: there are at most three bytes after its first. */
export function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    let end = at + stepLength;
    while (end > at + stepLength - 3 && isContinuation(bytes[end])) end -= 1;
    yield bytes.subarray(at, end);
    at = end;
  }
}

/**
 * A text in UTF-8, a stretch at a time, so that there is never a second copy of all of it; bytes are that already. No pair
 * of surrogates is cut in two, and one without its other half becomes U+FFFD.
 */
export function* utf8Parts(text: string | Uint8Array): Generator<Uint8Array, void, undefined> {
  if (typeof text !== 'string') {
    yield* partsOf(text);
    return;
  }
  for (let at = 0; at < text.length;) {
    const end = at + stepLength - (isHighSurrogate(text.charCodeAt(at + stepLength - 1)) ? 1 : 0);
    yield Buffer.from(text.slice(at, end));
    at = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >> 10 === 0xd800 >> 10;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10;
}

/** Offset of the first byte that no valid UTF-8 text could have there, or -1. */
export function* firstInvalidByte(bytes: Uint8Array): Steps<number> {
  for (const part of partsOf(bytes)) {
    if (!isUtf8(part)) return yield* searchInvalidByte(bytes);
    yield;
  }
  return -1;
}

/** By the table of RFC 3629, so surrogates and overlongs count. */
function* searchInvalidByte(bytes: Uint8Array): Steps<number> {
  let at = 0;
  for (let pause = stepLength; at < bytes.length; at += sequenceLength(bytes, at)) {
    if (sequenceLength(bytes, at) === 0) return at;
    if (at < pause) continue;
    pause += stepLength;
    yield;
  }
  return -1;
}

/** Bytes of the valid sequence that starts at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >> 4 === 0xe ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (length === 0) return 0;
  const [low, high] = secondByteRange(lead);
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[at + offset] ?? 0;
    const [least, most] = offset === 1 ? [low, high] : [0x80, 0xbf];
    if (byte < least || byte > most) return 0;
  }
  return length;
}

function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** Bytes of the blank, as `String.trimEnd` knows them, that ends before the offset `end` of valid UTF-8; 0 where none does. */
export function blankBefore(bytes: Uint8Array, end: number): number {
  const last = bytes[end - 1] ?? 0;
  if (last < 0x80) return last === 0x20 || (last >= 0x09 && last <= 0x0d) ? 1 : 0;
  const [first, second] = [bytes[end - 3] ?? 0, bytes[end - 2] ?? 0];
  if (second === 0xc2) return last === 0xa0 ? 2 : 0;
  // All the others have three bytes.
  if (first >> 4 !== 0xe) return 0;
  const point = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (last & 0x3f);
  return String.fromCharCode(point).trimEnd() === '' ? 3 : 0;
}
