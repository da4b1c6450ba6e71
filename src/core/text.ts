import { hash } from 'node:crypto';

/** The text of a file, or the first byte that keeps it from being one. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad'; readonly reason: string; readonly byteOffset: number };

/** Decodes UTF-8 strictly (the default decoding would silently put U+FFFD in) and drops a byte order mark. */
export function readText(bytes: Uint8Array): TextReading {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return bad('it is UTF-16; save it as UTF-8', 0);
  }
  const nul = bytes.indexOf(0);
  if (nul !== -1) return bad('it holds a NUL byte, which PostgreSQL cannot take', nul);
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return bad('it is not valid UTF-8', firstInvalidByte(bytes));
  }
}

/**
 * sha256 (hex) of the canonical text: no byte order mark, LF line ends, no blanks or line ends at the very end. So an
 * editor that only touches those does not make a file look changed.
 */
export function checksumOf(text: string): string {
  const unix = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  return hash('sha256', unix.trimEnd(), 'hex');
}

function bad(reason: string, byteOffset: number): TextReading {
  return { kind: 'bad', reason, byteOffset };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, at) => bytes[at] === byte);
}

/** Offset of the first byte that no valid UTF-8 text could have there; the RFC 3629 table, so surrogates and overlongs count. */
function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return bytes.length;
}

/** Bytes of the valid sequence that starts at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
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
