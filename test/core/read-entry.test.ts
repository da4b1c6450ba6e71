import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { Migration } from '../../src/core/migration.js';
import { schemaRule } from '../../src/core/names.js';
import { type EntryReading, readEntry, shortLength } from '../../src/core/read-entry.js';
import { AsciiText } from '../../src/core/sql-text.js';
import { finish, stepLength } from '../../src/core/steps.js';

const rule = schemaRule([]);

function read(bytes: Uint8Array): EntryReading {
  return finish(readEntry({ kind: 'file', path: 'a/1_x.sql', bytes }, rule));
}

function migrationOf(bytes: Uint8Array): Migration {
  const reading = read(bytes);
  if (reading.kind === 'refused') throw new Error(reading.file.reason);
  return reading.file;
}

/** Plain words for what a file means: decode all of it, mend the text, hash it. */
function inPlainWords(bytes: Uint8Array): object {
  const utf16 = ['fffe', 'feff'].includes(Buffer.from(bytes.subarray(0, 2)).toString('hex'));
  if (utf16) return { reason: 'it is UTF-16; save it as UTF-8', byteOffset: 0 };
  const valid = validLength(bytes);
  const nul = bytes.subarray(0, valid).indexOf(0);
  if (nul !== -1) {
    return { reason: 'it holds a NUL byte, which PostgreSQL cannot take', byteOffset: nul };
  }
  if (valid < bytes.length) return { reason: 'it is not valid UTF-8', byteOffset: valid };
  const sql = textOf(bytes) ?? '';
  const canonical = sql.trimEnd().replaceAll('\r\n', '\n');
  return { sql, checksum: createHash('sha256').update(canonical).digest('hex') };
}

function unmarked(bytes: Uint8Array): Buffer {
  return Buffer.from(new TextDecoder().decode(bytes));
}

/** Of the longest beginning that is valid: a decoder that waits for more takes every shorter one, and no longer one. */
function validLength(bytes: Uint8Array): number {
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

/** Numbers that look random and are the same in every run; 0 ≤ x < 1. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const plain = ['a', ';', '--', '/*', '*/', 'é', '東', '🎉', '\u0085', '\u180e', '\u200b', '\ufffd'];
const blanks = Array.from(
  ' \t\n\v\f\r\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
);
const ends = ['\r\n', '\r\n', '\r\r\n', '\n\r'];
const faults = [[0x80], [0xff], [0xc3], [0xe6, 0x9d], [0xf0, 0x9f, 0x8e], [0xed, 0xa0, 0x80], [0]];

/** Letters, blanks, line ends of all kinds, marks, and sometimes bytes that are no text. */
function bytesFrom(random: () => number, mostParts: number): Buffer {
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const parts = Array.from({ length: Math.floor(random() * mostParts) }, () => {
    if (random() < 0.02) return Buffer.from(one(faults));
    return Buffer.from(one(one([plain, blanks, ends])));
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
    if (rest.sql instanceof AsciiText)
      expect(Buffer.from(rest.sql.bytes).equals(unmarked(bytes))).toBe(true);
    expect({ key, schema, path }).toEqual({ key: path, schema: 'a', path: 'a/1_x.sql' });
    if (filename !== undefined)
      expect({ filename, number }).toEqual({ filename: '1_x.sql', number: '1' });
    expect(shown(rest), Buffer.from(bytes.subarray(-99)).toString('hex')).toEqual(
      shown(inPlainWords(bytes)),
    );
  }

  test('is what decoding, trimming and hashing all of it gives, whatever its bytes are', () => {
    const random = numbersFrom(1);
    for (let round = 0; round < 20_000; round += 1) expectPlain(bytesFrom(random, 24));
  });

  test('the same of a long file, whatever lies where its steps end', () => {
    const random = numbersFrom(2);
    const letters = Buffer.alloc(stepLength, 'x');
    for (let round = 0; round < 150; round += 1) {
      const seam = bytesFrom(random, 12);
      const before = letters.subarray(Math.floor(random() * (seam.length + 2)));
      expectPlain(Buffer.concat([before, seam, letters.subarray(3), bytesFrom(random, 12)]));
    }
  });

  test('the same of a file about as long as those whose text is made at once', () => {
    for (let length = shortLength - 2; length <= shortLength + 2; length += 1) {
      expectPlain(Buffer.alloc(length, 'select 1;\r\n'));
      expectPlain(Buffer.alloc(length, ' \r\n'));
    }
  });
});

describe('the text of a long file', () => {
  const bytes = Buffer.alloc(1 << 20, 'select 1;\n');

  test('is not made before it is asked for, and made once', () => {
    const decoded = vi.spyOn(Buffer.prototype, 'toString');
    const lengths = (): number[] =>
      decoded.mock.results
        .map(({ value }) => String(value).length)
        .filter((of) => of > shortLength);
    try {
      const migration = migrationOf(bytes);
      expect(lengths()).toEqual([]);
      expect([migration.sql.length, migration.sql.slice(0, 9)]).toEqual([1 << 20, 'select 1;']);
      expect(lengths()).toEqual([]);
      expect([String(migration.sql), String(migration.sql)].map(({ length }) => length)).toEqual([
        1 << 20,
        1 << 20,
      ]);
      expect(lengths()).toEqual([1 << 20]);
    } finally {
      decoded.mockRestore();
    }
  });

  test('is made in steps, and so at once, where that takes long: when it is not ASCII', () => {
    const entry = { kind: 'file', path: 'a/1_x.sql', bytes: Buffer.alloc(5 << 20, 'é') } as const;
    const ascii = { ...entry, bytes: Buffer.alloc(5 << 20, 'e') };
    expect([...readEntry(entry, rule)].length).toBeGreaterThanOrEqual(
      [...readEntry(ascii, rule)].length + 20,
    );
  });
});

test('the bytes of a long file are kept where each of them is a character', () => {
  const long = Buffer.alloc(shortLength + 1, 'x');
  const kept = new AsciiText(long);
  expect(migrationOf(long).sql).toEqual(kept);
  expect(migrationOf(Buffer.from(`\ufeff${long.toString()}`)).sql).toEqual(kept);
  expect(migrationOf(Buffer.from(`${long.toString()}é`)).sql).toBe(`${long.toString()}é`);
});

test('the bytes of a short file may change once it is read', () => {
  const bytes = Buffer.from('select 1;');
  const migration = migrationOf(bytes);
  bytes.fill('x');
  expect(migration.sql).toBe('select 1;');
});

test('a byte order mark is no part of the text, however long', () => {
  for (const length of [1, shortLength + 1]) {
    const text = 'x'.repeat(length);
    expect(String(migrationOf(Buffer.from(`\ufeff${text}`)).sql) === text).toBe(true);
  }
});
