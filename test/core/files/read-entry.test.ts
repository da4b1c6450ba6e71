import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Migration } from '../../../src/core/files/migration.js';
import { type EntryReading, readEntry } from '../../../src/core/files/snapshot.js';
import { finish, stepLength } from '../../../src/core/files/steps.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';

function read(bytes: Uint8Array): EntryReading {
  return finish(readEntry({ kind: 'file', path: 'a/1_x.sql', bytes }, []));
}

function migrationOf(bytes: Uint8Array): Migration {
  const reading = read(bytes);
  if (reading.kind === 'refused') throw new Error(reading.file.reason);
  return reading.file;
}

/** Plain words for what a file means: decode all of it, fix the text, hash it. */
function inPlainWords(bytes: Uint8Array): object {
  const utf16 = ['fffe', 'feff'].includes(Buffer.from(bytes.subarray(0, 2)).toString('hex'));
  if (utf16) return { reason: 'it is UTF-16; save it as UTF-8', byteOffset: 0 };
  const valid = validLength(bytes);
  const nul = bytes.subarray(0, valid).indexOf(0);
  if (nul !== -1) {
    return { reason: 'it contains a NUL byte, which PostgreSQL does not accept', byteOffset: nul };
  }
  if (valid < bytes.length) return { reason: 'it is not valid UTF-8', byteOffset: valid };
  const sql = textOf(bytes) ?? '';
  const canonical = sql.trimEnd().replaceAll('\r\n', '\n');
  return { sql, checksum: createHash('sha256').update(canonical).digest('hex') };
}

/** Of the longest beginning that is valid: a decoder that waits for more takes every shorter one, and no longer one. */
function validLength(bytes: Uint8Array): number {
  if (textOf(bytes) !== null) return bytes.length;
  let [taken, refused] = [0, bytes.length + 1];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (textOf(bytes.subarray(0, middle), true) === null) refused = middle;
    else taken = middle;
  }
  while (textOf(bytes.subarray(0, taken)) === null) taken -= 1;
  return taken;
}

function textOf(bytes: Uint8Array, stream = false): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

const plain = ['a', ';', '--', '/*', '*/', 'é', '東', '🎉', '\u0085', '\u180e', '\u200b', '\ufffd'];
const blanks = Array.from(
  ' \t\n\v\f\r\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
);
const ends = ['\r\n', '\r\n', '\r\r\n', '\n\r'];
const faults = [[0x80], [0xff], [0xc3], [0xe6, 0x9d], [0xf0, 0x9f, 0x8e], [0xed, 0xa0, 0x80], [0]];

/** Letters, blanks, line ends of all kinds, marks, and sometimes bytes that are no text. */
function bytesFrom(chance: Chance, mostParts: number): Buffer {
  const parts = Array.from({ length: Math.floor(chance() * mostParts) }, () => {
    if (chance() < 0.02) return Buffer.from(oneOf(chance, faults));
    return Buffer.from(oneOf(chance, oneOf(chance, [plain, blanks, ends])));
  });
  return Buffer.concat(parts);
}

describe('what is read of a file', () => {
  function expectPlain(bytes: Uint8Array): void {
    const said = read(bytes).file;
    const shown = (what: object): unknown =>
      'sql' in what
        ? { ...what, sql: createHash('sha256').update(String(what.sql)).digest() }
        : what;
    const {
      key,
      schema,
      filename,
      number,
      path,
      ...rest
    }: Partial<Record<keyof Migration, unknown>> = said;
    expect({ key, schema, path }).toEqual({ key: path, schema: 'a', path: 'a/1_x.sql' });
    if (filename !== undefined)
      expect({ filename, number }).toEqual({ filename: '1_x.sql', number: '1' });
    expect(shown(rest), Buffer.from(bytes.subarray(-99)).toString('hex')).toEqual(
      shown(inPlainWords(bytes)),
    );
  }

  test('is what decoding, trimming and hashing all of it gives, whatever its bytes are', async () => {
    await rounds((chance) => {
      expectPlain(bytesFrom(chance, 24));
    });
  });

  test('is what decoding, trimming and hashing gives of a long file, whatever lies where its steps end', async () => {
    const letters = Buffer.alloc(stepLength, 'x');
    const round = (chance: Chance): void => {
      const seam = bytesFrom(chance, 12);
      const before = letters.subarray(Math.floor(chance() * (seam.length + 2)));
      expectPlain(Buffer.concat([before, seam, letters.subarray(3), bytesFrom(chance, 12)]));
    };
    await rounds(round, { least: 20 });
  });
});

test('the text of a long file is made in steps', () => {
  const entry = { kind: 'file', path: 'a/1_x.sql', bytes: Buffer.alloc(5 << 20, 'é') } as const;
  expect([...readEntry(entry, [])].length).toBeGreaterThanOrEqual(30);
});

test.each([1, stepLength])('the bytes of a file may change once it is read', (times) => {
  const text = 'select 1;'.repeat(times);
  const bytes = Buffer.from(text);
  const migration = migrationOf(bytes);
  bytes.fill('x');
  expect(migration.sql === text).toBe(true);
});

test('a byte order mark is no part of the text, however long', () => {
  for (const length of [1, stepLength + 1]) {
    const text = 'x'.repeat(length);
    expect(migrationOf(Buffer.from(`\ufeff${text}`)).sql === text).toBe(true);
  }
});
