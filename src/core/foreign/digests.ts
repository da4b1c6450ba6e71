import { createHash } from 'node:crypto';

export function digest(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha384', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

/** The text as it is and with each kind of line end: git may convert them between systems. */
export function everyLineEnd(text: string): readonly string[] {
  const lf = text.replace(/\r\n?/g, '\n');
  return [...new Set([text, lf, lf.replaceAll('\n', '\r\n'), lf.replaceAll('\n', '\r')])];
}

/** CRC-32 of the lines without their ends and without a byte order mark, as a signed number. */
export function crc32OfLines(text: string): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  let crc = -1;
  crcTable ??= makeCrcTable();
  for (const line of lines) {
    for (const byte of Buffer.from(line)) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  }
  return String(~crc);
}

/** Computed when first needed: most commands load this file without using it. */
let crcTable: readonly number[] | null = null;

function makeCrcTable(): readonly number[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
  });
}
