import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { finish, stepLength, type Steps } from './steps.js';

/** Why bytes are not the text of a file, and the first byte that is not allowed in one. */
interface TextFault {
  readonly reason: string;
  readonly byteOffset: number;
}

export function findFault(bytes: Uint8Array): TextFault | null {
  if (isUtf16(bytes)) return { reason: 'it is UTF-16; save it as UTF-8', byteOffset: 0 };
  const nul = bytes.indexOf(0);
  const invalid = isUtf8(bytes) ? -1 : firstInvalidByte(bytes);
  if (nul !== -1 && (invalid === -1 || nul < invalid)) {
    const reason = 'it contains a NUL byte, which PostgreSQL does not accept';
    return { reason, byteOffset: nul };
  }
  return invalid === -1 ? null : { reason: 'it is not valid UTF-8', byteOffset: invalid };
}

/** True when the bytes start with a UTF-16 byte order mark. */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Decoding replaces invalid bytes with U+FFFD, but that may also be part of the text. */
function firstInvalidByte(bytes: Uint8Array): number {
  let offset = 0;
  for (const part of partsOf(bytes)) {
    if (!isUtf8(part)) break;
    offset += part.length;
  }
  // Four bytes more, because among invalid bytes a part may end within a character.
  const searched = viewOf(bytes.subarray(offset, offset + stepLength + 4));
  for (const text of searched.toString().split('\ufffd')) {
    offset += Buffer.byteLength(text);
    if (!replacement.equals(bytes.subarray(offset, offset + replacement.length))) return offset;
    offset += replacement.length;
  }
  return offset;
}

const replacement = Buffer.from('\ufffd');

/** The text of a file without a byte order mark, decoded at once; for bytes without a fault. */
export function decode(bytes: Uint8Array): string {
  return finish(decodeInSteps(bytes));
}

/** The same in steps. ASCII needs none: each byte is a character, and 64 MiB are copied in 30 ms. */
export function* decodeInSteps(bytes: Uint8Array): Steps<string> {
  if (isAscii(bytes)) return viewOf(bytes).toString('latin1');
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let text = '';
  for (const part of partsOf(isMarked ? bytes.subarray(3) : bytes)) {
    text += viewOf(part).toString();
    yield;
  }
  // V8 joins the parts at the first access, which takes 30 ms for 64 MiB: do it here, in a step of its own.
  text.charCodeAt(0);
  yield;
  return text;
}

/** Splits into parts without splitting a character of valid UTF-8, which has at most three bytes after its first. */
function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    let end = at + stepLength;
    while (end > at + stepLength - 3 && isContinuation(bytes[end])) end -= 1;
    yield bytes.subarray(at, end);
    at = end;
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * sha256 (hex) of the canonical text: no byte order mark, LF line ends, no whitespace at the end. So an editor that
 * changes only these does not make a file look edited.
 */
export function checksumOf(text: string): string {
  return hash('sha256', text.trimEnd().replaceAll('\r\n', '\n'));
}

/** The same in steps. */
export function* checksumInSteps(text: string): Steps<string> {
  if (text.length <= stepLength) return checksumOf(text);
  const canonical = text.trimEnd();
  const sum = createHash('sha256');
  for (let at = 0; at < canonical.length;) {
    // Do not split a CRLF or a surrogate pair.
    const isWhole = !/[\r\ud800-\udbff]/.test(canonical.charAt(at + stepLength - 1));
    const end = at + stepLength - (isWhole ? 0 : 1);
    sum.update(canonical.slice(at, end).replaceAll('\r\n', '\n'));
    at = end;
    yield;
  }
  return sum.digest('hex');
}

interface Leading {
  /** The line comments; block comments are skipped. */
  readonly comments: readonly { readonly start: number; readonly line: string }[];
  /** Where the first token starts; null when a block comment never ends, which the server reports as an error. */
  readonly end: number | null;
}

/** What comes before the first token of a text. Block comments nest. */
export function leadingComments(text: string): Leading {
  return trivia(text, /[ \t\n\r\f\v]+|--[^\n\r]*|\/\*/y);
}

/** True for a text of only whitespace, comments and semicolons. */
export function isWithoutStatement(text: string): boolean {
  return trivia(text, /[ \t\n\r\f\v;]+|--[^\n\r]*|\/\*/y).end === text.length;
}

function trivia(text: string, piece: RegExp): Leading {
  const comments: { start: number; line: string }[] = [];
  for (let at = 0; ; at = piece.lastIndex) {
    const line = piece.exec(text)?.[0];
    if (line === undefined) return { comments, end: at };
    if (line.startsWith('--')) comments.push({ start: at, line });
    if (line !== '/*') continue;
    const end = endOfBlockComment(text, piece.lastIndex);
    if (end === null) return { comments, end };
    piece.lastIndex = end;
  }
}

/** The end of the block comment that was opened before `from`; comments nest. Null if it never ends. */
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
