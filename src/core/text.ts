import { createHash, hash } from 'node:crypto';
import { finish, stepLength, type Steps } from './steps.js';
import { blankBefore, firstInvalidByte, isUtf16, partsOf, withoutMark } from './utf8.js';

/** The text of a file, or the first byte that keeps it from being one. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad'; readonly reason: string; readonly byteOffset: number };

/** Decodes UTF-8 strictly (the default decoding would silently put U+FFFD in) and drops a byte order mark. */
export function readText(bytes: Uint8Array): TextReading {
  const fault = finish(findFault(bytes));
  return fault ?? { kind: 'text', text: decode(withoutMark(bytes)) };
}

/** What keeps the bytes from being a text, or null. */
export function* findFault(bytes: Uint8Array): Steps<Extract<TextReading, { kind: 'bad' }> | null> {
  if (isUtf16(bytes)) return bad('it is UTF-16; save it as UTF-8', 0);
  const nul = bytes.indexOf(0);
  if (bytes.length > stepLength) yield;
  const invalid = yield* firstInvalidByte(bytes);
  if (nul !== -1 && (invalid === -1 || nul < invalid)) {
    return bad('it holds a NUL byte, which PostgreSQL cannot take', nul);
  }
  return invalid === -1 ? null : bad('it is not valid UTF-8', invalid);
}

function bad(reason: string, byteOffset: number): Extract<TextReading, { kind: 'bad' }> {
  return { kind: 'bad', reason, byteOffset };
}

/** The text of valid UTF-8 without a byte order mark, in one go. */
export function decode(bytes: Uint8Array): string {
  return viewOf(bytes).toString('utf8');
}

/** The same in steps. */
export function* decodeInSteps(bytes: Uint8Array): Steps<string> {
  let text = '';
  for (const part of partsOf(bytes)) {
    text += decode(part);
    yield;
  }
  // The parts become one string when it is first looked into: 30 ms for 64 MiB, in one go, so with nothing else beside it.
  text.charCodeAt(0);
  yield;
  return text;
}

/** One character a byte: the text itself where it is ASCII, and in one copy, which takes a fifth of the time. */
export function decodeBytewise(bytes: Uint8Array): string {
  return viewOf(bytes).toString('latin1');
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * sha256 (hex) of the canonical text: no byte order mark, LF line ends, no blanks or line ends at the very end. So an
 * editor that only touches those does not make a file look changed.
 */
export function checksumOf(text: string): string {
  const canonical = text.trimEnd();
  return hash('sha256', canonical.includes('\r') ? canonical.replaceAll('\r\n', '\n') : canonical);
}

/** `checksumOf` the text that these bytes are; valid UTF-8, the byte order mark left off. Decodes nothing. */
export function* checksumInSteps(bytes: Uint8Array): Steps<string> {
  const canonical = bytes.subarray(0, yield* lengthWithoutEnd(bytes));
  if (canonical.length <= stepLength) return hash('sha256', withoutReturns(canonical), 'hex');
  const sum = createHash('sha256');
  for (let at = 0; at < canonical.length;) {
    // No CRLF is cut in two: what the end is trimmed to is never a CR.
    const end = at + stepLength - (canonical[at + stepLength - 1] === carriageReturn ? 1 : 0);
    sum.update(withoutReturns(canonical.subarray(at, end)));
    at = end;
    yield;
  }
  return sum.digest('hex');
}

const carriageReturn = 0x0d;

/** The same bytes, with LF for each CRLF; a CR alone stays. */
function withoutReturns(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(carriageReturn)) return bytes;
  return Buffer.from(decodeBytewise(bytes).replaceAll('\r\n', '\n'), 'latin1');
}

/** How much of it `trimEnd` would leave. */
function* lengthWithoutEnd(bytes: Uint8Array): Steps<number> {
  let end = bytes.length;
  for (let pause = end - stepLength; end > 0;) {
    const blank = blankBefore(bytes, end);
    if (blank === 0) break;
    end -= blank;
    if (end > pause) continue;
    pause = end - stepLength;
    yield;
  }
  return end;
}

/** True when the text gives the server nothing to do: blanks, comments and stray semicolons. Block comments nest. */
export function* isWithoutStatement(text: string): Steps<boolean> {
  return (yield* endOfTrivia(text)) === text.length;
}

/** `isWithoutStatement` of a text in UTF-8, of which hardly ever more than the beginning is looked at. */
export function* hasNoStatement(bytes: Uint8Array): Steps<boolean> {
  for (let length = headLength; ; length *= 2) {
    const head = decodeBytewise(bytes.subarray(0, length));
    const end = yield* endOfTrivia(head);
    if (bytes.length <= length) return end === head.length;
    // What opens a comment has two characters, so the last one does not tell.
    if (end !== null && end < head.length - 1) return false;
  }
}

/** Bytes, or UTF-16 units, that are looked at first for what stands before the first statement. */
export const headLength = 1 << 14;

/** Index of the first character that a statement may begin with; null when a block comment never ends. */
function* endOfTrivia(text: string): Steps<number | null> {
  const trivia = /[ \t\n\r\f\v;]+|--[^\n\r]*|\/\*/y;
  let at = 0;
  for (let pause = stepLength; at < text.length;) {
    trivia.lastIndex = at;
    const found = trivia.exec(text)?.[0];
    if (found === undefined) break;
    const end = found === '/*' ? endOfBlockComment(text, trivia.lastIndex) : trivia.lastIndex;
    if (end === null) return null;
    at = end;
    if (at < pause) continue;
    pause = at + stepLength;
    yield;
  }
  return at;
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
