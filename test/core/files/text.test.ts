import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { finish, stepLength } from '../../../src/core/files/steps.js';
import { isWithoutStatement } from '../../../src/core/files/text.js';
import {
  checksumInSteps,
  checksumOf,
  decode,
  decodeInSteps,
  findFault,
} from '../../../src/core/files/text.js';

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

describe('the checksum', () => {
  const plain = 'create table t (id int);\nselect 1;';

  test('is the sha256 of the text', () => {
    expect(checksumOf(plain)).toBe(createHash('sha256').update(plain).digest('hex'));
  });

  test.each([
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], plain)],
    ['CRLF line ends', bytes(plain.replaceAll('\n', '\r\n'))],
    ['a last newline', bytes(plain, '\n')],
    ['many last newlines', bytes(plain, '\n\n\n')],
    ['blanks at the end', bytes(plain, ' \t \r\n ')],
    ['all of it', bytes([0xef, 0xbb, 0xbf], plain.replaceAll('\n', '\r\n'), '\r\n')],
  ])('is the same with %s', (_what, file) => {
    expect(checksumOf(decode(file))).toBe(checksumOf(plain));
  });

  test.each([
    ['blanks at the start', ` ${plain}`],
    ['blanks within', plain.replace(' ', '  ')],
    ['another letter', plain.replace('int', 'Int')],
    ['a lone carriage return', plain.replace('\n', '\r')],
    ['blanks at the end of a line', plain.replace('\n', ' \n')],
  ])('is another with %s', (_what, text) => {
    expect(checksumOf(text)).not.toBe(checksumOf(plain));
  });

  test('does not depend on where the steps of a large text end', () => {
    const step = stepLength;
    for (const seam of ['\r\n', '🎉', 'é', 'ab']) {
      for (const shift of [0, 1, 2]) {
        const text = `${'x'.repeat(step - shift)}${seam}${'y'.repeat(step)}${seam}end`;
        const unix = text.replaceAll('\r\n', '\n');
        expect(checksumOf(text)).toBe(createHash('sha256').update(unix).digest('hex'));
        expect(finish(checksumInSteps(text))).toBe(checksumOf(text));
      }
    }
  });

  test('leaves out the end also where that is longer than a step', () => {
    const end = '\u3000 \t\r\n\u00a0';
    for (const text of ['', plain, `${plain}${end}.`]) {
      for (const more of [(1 << 18) - plain.length, 1 << 18, (1 << 19) + 1]) {
        const longer = text + end.repeat(more / 4);
        expect(checksumOf(longer)).toBe(checksumOf(text));
        expect(finish(checksumInSteps(longer))).toBe(checksumOf(text));
      }
    }
  });

  test('of a large text is made in steps', () => {
    const steps = [...checksumInSteps('x'.repeat(5 << 20))];
    expect(steps.length).toBeGreaterThanOrEqual(5);
  });
});

describe('a text', () => {
  test.each(['', 'select 1;', 'größe 東京 🎉', '\u0001\u007f', '\ufffd'])('%j is read', (text) => {
    expect([findFault(bytes(text)), decode(bytes(text))]).toEqual([null, text]);
  });

  test('loses one byte order mark, and only at its start', () => {
    const mark = [0xef, 0xbb, 0xbf];
    expect(decode(bytes(mark, 'a', mark, 'b'))).toBe('a\ufeffb');
    expect(decode(bytes(mark))).toBe('');
  });

  test('is read from the middle of a larger buffer too', () => {
    const larger = bytes('xxselect 1;xx');
    expect(decode(larger.subarray(2, 11))).toBe('select 1;');
  });

  test('a large text comes out whole, wherever its steps end', () => {
    for (const shift of [0, 1, 2, 3]) {
      const text = `${'x'.repeat((1 << 20) - shift)}🎉${'é'.repeat(1 << 20)}`;
      expect(finish(decodeInSteps(bytes(text))) === text).toBe(true);
    }
  });

  test('a large text is decoded in steps', () => {
    const file = bytes('é'.repeat(5 << 19));
    expect([...decodeInSteps(file)].length).toBeGreaterThanOrEqual(5);
  });
});

describe('bytes that are no text', () => {
  const invalid = 'it is not valid UTF-8';
  const nul = 'it contains a NUL byte, which PostgreSQL does not accept';
  const utf16 = 'it is UTF-16; save it as UTF-8';

  test.each<[string, Uint8Array, string, number]>([
    ['a byte that never occurs', bytes('ab', [0xff], 'c'), invalid, 2],
    ['Latin-1', bytes('caf', [0xe9], ' au lait'), invalid, 3],
    ['a continuation that continues nothing', bytes('é', [0x80]), invalid, 2],
    ['an overlong slash in two bytes', bytes('a', [0xc0, 0xaf]), invalid, 1],
    ['an overlong slash in three bytes', bytes('ab', [0xe0, 0x80, 0xaf]), invalid, 2],
    ['an overlong slash in four bytes', bytes('abc', [0xf0, 0x80, 0x80, 0xaf]), invalid, 3],
    ['a high surrogate', bytes('abcd', [0xed, 0xa0, 0x80]), invalid, 4],
    ['a pair of surrogates', bytes([0xed, 0xa0, 0xbc, 0xed, 0xbe, 0x89]), invalid, 0],
    ['a character beyond U+10FFFF', bytes('a', [0xf4, 0x90, 0x80, 0x80]), invalid, 1],
    ['a lead byte beyond F4', bytes('a', [0xf5, 0x80, 0x80, 0x80]), invalid, 1],
    ['two of three bytes at the end', bytes('東', [0xe6, 0x9d]), invalid, 3],
    ['three of four bytes before more', bytes([0xf0, 0x9f, 0x8e], 'x'), invalid, 0],
    ['a lead byte before a NUL', bytes('a', [0xc3, 0x00]), invalid, 1],
    ['a NUL', bytes('ab', [0], 'c'), nul, 2],
    ['a NUL before bad bytes', bytes('a', [0, 0xff]), nul, 1],
    ['bad bytes before a NUL', bytes('a', [0xff, 0]), invalid, 1],
    ['UTF-16, little end first', bytes([0xff, 0xfe, 0x61, 0]), utf16, 0],
    ['UTF-16, big end first', bytes([0xfe, 0xff, 0, 0x61]), utf16, 0],
    ['UTF-16 without a mark', Buffer.from('select', 'utf16le'), nul, 1],
  ])('%s: refused at its first bad byte', (_what, file, reason, byteOffset) => {
    expect(findFault(file)).toEqual({ reason, byteOffset });
  });

  test('the offset is right behind the first megabyte', () => {
    const before = `${'x'.repeat(1 << 20)}é東🎉`;
    const file = bytes(before, [0xff]);
    expect(findFault(file)).toMatchObject({ byteOffset: file.length - 1 });
  });
});

describe('a text without any statement', () => {
  test.each([
    '',
    ' \t\r\n\f\v',
    '-- nothing yet',
    '-- one\n-- two\r\n',
    '/* nothing */',
    '/* /* nested */ still a comment */',
    '/**/ -- and /* this\n',
    ';',
    ' ; -- x\n ;',
    '-- ends with a carriage return\r/* */',
  ])('%j has none', (text) => {
    expect(isWithoutStatement(text)).toBe(true);
  });

  test.each([
    'select 1',
    '-- comment\nselect 1;',
    '/* nothing */ select 1',
    '/* /* nested */ still a comment */ x',
    '/* a */ */',
    '/* never ends',
    '/* /* never ends */',
    '-',
    '/',
    "''",
    '-- x\rselect 1',
    '\u00a0',
    '\ufeff',
  ])('%j has one, or what the server has to judge', (text) => {
    expect(isWithoutStatement(text)).toBe(false);
  });
});
