import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';

/** The text of a file, or the first byte that keeps it from being one. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad'; readonly reason: string; readonly byteOffset: number };

/** Work cut into steps of a few milliseconds, so that whoever drives it can give others a turn in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Takes all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Decodes UTF-8 strictly (the default decoding would silently put U+FFFD in) and drops a byte order mark. */
export function readText(bytes: Uint8Array): TextReading {
  return finish(readTextInSteps(bytes));
}

export function* readTextInSteps(bytes: Uint8Array): Steps<TextReading> {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return bad('it is UTF-16; save it as UTF-8', 0);
  }
  const nul = bytes.indexOf(0);
  yield;
  const invalid = (yield* isWholeUtf8(bytes)) ? -1 : yield* firstInvalidByte(bytes);
  if (nul !== -1 && (invalid === -1 || nul < invalid)) {
    return bad('it holds a NUL byte, which PostgreSQL cannot take', nul);
  }
  if (invalid !== -1) return bad('it is not valid UTF-8', invalid);
  return { kind: 'text', text: yield* decode(bytes) };
}

/** Bytes, or UTF-16 units, that are read or hashed in a few milliseconds, also on a machine that has other work. */
const stepLength = 1 << 18;

function* isWholeUtf8(bytes: Uint8Array): Steps<boolean> {
  for (const part of partsOf(bytes, 0)) {
    if (!isUtf8(part)) return false;
    yield;
  }
  return true;
}

function* decode(bytes: Uint8Array): Steps<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  for (const part of partsOf(bytes, startsWith(bytes, byteOrderMark) ? byteOrderMark.length : 0)) {
    text += decoder.decode(part);
    yield;
  }
  // The parts become one string when it is first looked into: 30 ms for 64 MiB, in one go, so with nothing else beside it.
  text.charCodeAt(0);
  yield;
  return text;
}

/** Cuts no character of valid UTF-8 in two: there are at most three bytes after its first. */
function* partsOf(bytes: Uint8Array, from: number): Generator<Uint8Array, void, undefined> {
  for (let at = from; at < bytes.length;) {
    let end = at + stepLength;
    while (end > at + stepLength - 3 && isContinuation(bytes[end])) end -= 1;
    yield bytes.subarray(at, end);
    at = end;
  }
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10;
}

/**
 * sha256 (hex) of the canonical text: no byte order mark, LF line ends, no blanks or line ends at the very end. So an
 * editor that only touches those does not make a file look changed.
 */
export function checksumOf(text: string): string {
  return finish(checksumInSteps(text));
}

export function* checksumInSteps(text: string): Steps<string> {
  const canonical = text.slice(0, yield* lengthWithoutEnd(text));
  const sum = createHash('sha256');
  for (let at = 0; at < canonical.length;) {
    const end = wholeCharacters(canonical, at + stepLength);
    sum.update(canonical.slice(at, end).replaceAll('\r\n', '\n'));
    at = end;
    yield;
  }
  return sum.digest('hex');
}

/** How much of it `trimEnd` leaves. */
function* lengthWithoutEnd(text: string): Steps<number> {
  for (let end = text.length; end > 0; end -= stepLength) {
    const start = Math.max(0, end - stepLength);
    const kept = text.slice(start, end).trimEnd().length;
    if (kept > 0) return start + kept;
    yield;
  }
  return 0;
}

/** The index itself, or one less where it would cut a surrogate pair or a CRLF in two. */
function wholeCharacters(text: string, index: number): number {
  const before = text.charCodeAt(index - 1);
  const cuts = before === 0x0d || (before >= 0xd800 && before <= 0xdbff);
  return cuts && index < text.length ? index - 1 : index;
}

/** True when the text gives the server nothing to do: blanks, comments and stray semicolons. Block comments nest. */
export function* isWithoutStatement(text: string): Steps<boolean> {
  const trivia = /[ \t\n\r\f\v;]+|--[^\n\r]*|\/\*/y;
  for (let pause = stepLength; trivia.lastIndex < text.length;) {
    const found = trivia.exec(text)?.[0];
    if (found === undefined) return false;
    if (found === '/*') {
      const end = endOfBlockComment(text, trivia.lastIndex);
      if (end === null) return false;
      trivia.lastIndex = end;
    }
    if (trivia.lastIndex < pause) continue;
    pause = trivia.lastIndex + stepLength;
    yield;
  }
  return true;
}

/**
 * Where the block comment ends that was opened before `from`; they nest. Null when it never does, which is for the server
 * to complain about.
 */
export function endOfBlockComment(text: string, from: number): number | null {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0;) {
    const found = mark.exec(text);
    if (found === null) return null;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

function bad(reason: string, byteOffset: number): TextReading {
  return { kind: 'bad', reason, byteOffset };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, at) => bytes[at] === byte);
}

/** Offset of the first byte that no valid UTF-8 text could have there; the RFC 3629 table, so surrogates and overlongs count. */
function* firstInvalidByte(bytes: Uint8Array): Steps<number> {
  let at = 0;
  for (let pause = stepLength; at < bytes.length; at += sequenceLength(bytes, at)) {
    if (sequenceLength(bytes, at) === 0) return at;
    if (at < pause) continue;
    pause += stepLength;
    yield;
  }
  return at;
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
