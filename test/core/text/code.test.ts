import { expect, test } from 'vitest';
import { blanked, isComment, withoutComments } from '../../../src/core/text/code.js';
import { literalRanges } from '../../../src/sql/literals.js';

test('what is left of a text without its comments stays where it was', () => {
  const text = 'select 1; -- one\n/* two /* three */ */ select \'--\', "/*";';
  const code = withoutComments(text, literalRanges(text));
  expect(code).toBe(`select 1; ${' '.repeat(6)}\n${' '.repeat(21)} select '--', "/*";`);
});

test('ranges are blanks also where they begin before a part of the text, or end after it', () => {
  const hidden = [
    { start: 0, end: 2 },
    { start: 3, end: 6 },
    { start: 8, end: 12 },
  ];
  expect(blanked('abcdefghijkl', hidden, { start: 4, end: 10 })).toBe('  gh  ');
  expect(blanked('abcdefghijkl', [], { start: 4, end: 10 })).toBe('efghij');
});

test('a text that is too long to look for its comments is not taken for one', () => {
  const text = `-- a\nselect 1;${' '.repeat(4 * 1024 * 1024)}`;
  const [all] = literalRanges(text);
  expect(isComment(text, all!)).toBe(false);
  expect(withoutComments(text, literalRanges(text))).toBe(text);
});
