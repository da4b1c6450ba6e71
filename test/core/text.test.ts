import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { finish } from '../../src/core/steps.js';
import {
  checksumInSteps,
  checksumOf,
  decodeInSteps,
  findFault,
  hasNoStatement,
  isWithoutStatement,
  readText,
} from '../../src/core/text.js';

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

describe('the checksum', () => {
  const plain = 'create table t (id int);\nselect 1;';

  function ofFile(file: Uint8Array): string {
    const reading = readText(file);
    if (reading.kind === 'bad') throw new Error(reading.reason);
    return checksumOf(reading.text);
  }

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
    expect(ofFile(file)).toBe(checksumOf(plain));
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
    const step = 1 << 20;
    for (const seam of ['\r\n', '🎉', 'é', 'ab']) {
      for (const shift of [0, 1, 2]) {
        const text = `${'x'.repeat(step - shift)}${seam}${'y'.repeat(step)}${seam}end`;
        const unix = text.replaceAll('\r\n', '\n');
        expect(checksumOf(text)).toBe(createHash('sha256').update(unix).digest('hex'));
      }
    }
  });

  test('leaves out the end also where that is longer than a step', () => {
    const end = '\u3000 \t\r\n\u00a0';
    for (const text of ['', plain, `${plain}${end}.`]) {
      for (const more of [(1 << 18) - plain.length, 1 << 18, (1 << 19) + 1]) {
        expect(checksumOf(text + end.repeat(more / 4))).toBe(checksumOf(text));
      }
    }
  });

  test('of a large text is made in steps', () => {
    const steps = [...checksumInSteps(bytes('x'.repeat(5 << 20)))];
    expect(steps.length).toBeGreaterThanOrEqual(5);
    expect([...checksumInSteps(bytes(' '.repeat(5 << 20)))].length).toBeGreaterThanOrEqual(5);
  });
});

describe('a text', () => {
  test.each(['', 'select 1;', 'größe 東京 🎉', '\u0001\u007f', '\ufffd'])('%j is read', (text) => {
    expect(readText(bytes(text))).toEqual({ kind: 'text', text });
  });

  test('loses one byte order mark, and only at its start', () => {
    const mark = [0xef, 0xbb, 0xbf];
    expect(readText(bytes(mark, 'a', mark, 'b'))).toEqual({ kind: 'text', text: 'a\ufeffb' });
    expect(readText(bytes(mark))).toEqual({ kind: 'text', text: '' });
  });

  test('is read from the middle of a larger buffer too', () => {
    const larger = bytes('xxselect 1;xx');
    expect(readText(larger.subarray(2, 11))).toEqual({ kind: 'text', text: 'select 1;' });
  });

  test('that is large comes out whole, wherever its steps end', () => {
    for (const shift of [0, 1, 2, 3]) {
      const text = `${'x'.repeat((1 << 20) - shift)}🎉${'é'.repeat(1 << 20)}`;
      expect(finish(decodeInSteps(bytes(text))) === text).toBe(true);
    }
  });

  test('that is large is checked and decoded in steps', () => {
    const file = bytes('é'.repeat(5 << 19));
    expect([...findFault(file)].length).toBeGreaterThanOrEqual(5);
    expect([...decodeInSteps(file)].length).toBeGreaterThanOrEqual(5);
  });
});

describe('bytes that are no text', () => {
  const invalid = 'it is not valid UTF-8';
  const nul = 'it holds a NUL byte, which PostgreSQL cannot take';
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
    expect(readText(file)).toEqual({ kind: 'bad', reason, byteOffset });
  });

  test('the offset is right behind the first megabyte', () => {
    const before = `${'x'.repeat(1 << 20)}é東🎉`;
    const file = bytes(before, [0xff]);
    expect(readText(file)).toMatchObject({ kind: 'bad', byteOffset: file.length - 1 });
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
    expect(finish(isWithoutStatement(text))).toBe(true);
    expect(finish(hasNoStatement(bytes(text)))).toBe(true);
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
    expect(finish(isWithoutStatement(text))).toBe(false);
    expect(finish(hasNoStatement(bytes(text)))).toBe(false);
  });

  test.each(['-- x', '/* x */', ';', '/* open', '-', '/', 'x', 'é'])(
    'is told of %j also behind a head of any length',
    (end) => {
      for (let length = (1 << 14) - 4; length <= (1 << 14) + 1; length += 1) {
        for (const head of [' '.repeat(length), `/*${'x'.repeat(length - 4)}*/`]) {
          const text = head + end;
          const told = finish(hasNoStatement(bytes(text)));
          expect(told).toBe(finish(isWithoutStatement(text)));
          expect(finish(hasNoStatement(bytes(text, ' '.repeat(9))))).toBe(told);
        }
      }
    },
  );

  test('is looked for in the beginning of a large file only', () => {
    const decoded = vi.spyOn(Buffer.prototype, 'toString');
    try {
      expect(finish(hasNoStatement(bytes('-- x\nselect 1;\n'.repeat(1 << 16))))).toBe(false);
      expect(decoded.mock.results.every(({ value }) => String(value).length <= 1 << 14)).toBe(true);
    } finally {
      decoded.mockRestore();
    }
  });

  test('that is large is looked through in steps', () => {
    const steps = [...isWithoutStatement('-- x\n'.repeat(1 << 20))];
    expect(steps.length).toBeGreaterThanOrEqual(4);
  });
});
