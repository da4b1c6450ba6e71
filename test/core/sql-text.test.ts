import { describe, expect, test } from 'vitest';
import { AsciiText, isFoundIn } from '../../src/core/sql-text.js';

describe('a text in bytes', () => {
  const string = "select 'a';\n-- b\n";
  const text = (): AsciiText => new AsciiText(Buffer.from(string));

  test('has the length and the stretches of the string that it is, also once that was made', () => {
    const whole = text();
    expect(String(whole)).toBe(string);
    for (const each of [text(), whole]) {
      expect(each.length).toBe(string.length);
      for (let start = -3; start <= string.length + 1; start += 1) {
        expect(each.slice(start)).toBe(string.slice(start));
        for (let end = -3; end <= string.length + 1; end += 1) {
          expect(each.slice(start, end)).toBe(string.slice(start, end));
        }
      }
    }
  });

  test('may lie in the middle of other bytes', () => {
    const around = new Uint8Array(Buffer.from(`xx${string}yy`));
    expect(String(new AsciiText(around.subarray(2, -2)))).toBe(string);
  });
});

describe('what is looked for in a text', () => {
  const pattern = /ab{1,3}c/i;
  const longest = 'abbbc'.length;

  test.each(['abc', 'ABBBC', 'abbc'])('is found wherever the windows end: %s', (word) => {
    for (let before = 0; before < 12; before += 1) {
      const string = `${'a'.repeat(before)}${word}${'b'.repeat(before)}`;
      for (const text of [string, new AsciiText(Buffer.from(string))]) {
        for (let length = 1; length <= string.length + 1; length += 1) {
          expect(isFoundIn(text, pattern, longest, { length }), string).toBe(true);
          const from = before + 1;
          expect(isFoundIn(text, pattern, longest, { length, from }), string).toBe(false);
        }
      }
    }
  });

  test('is not found where it is not', () => {
    for (const string of ['', 'ab', 'abbbbc', 'ac abb bc']) {
      for (let length = 1; length <= string.length + 1; length += 1) {
        expect(isFoundIn(string, pattern, longest, { length }), string).toBe(false);
      }
    }
  });
});
