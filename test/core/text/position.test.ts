import { describe, expect, test } from 'vitest';
import {
  excerptAt,
  indexOfCodePoint,
  indexOfLine,
  placeAt,
} from '../../../src/core/text/position.js';

describe('a place', () => {
  test('counts lines and code points from 1', () => {
    const text = 'a\n😀é b\n';
    expect(placeAt(text, 0)).toEqual({ line: 1, column: 1 });
    expect(placeAt(text, text.indexOf('b'))).toEqual({ line: 2, column: 4 });
    expect(placeAt(text, 99)).toEqual({ line: 3, column: 1 });
  });

  test('of a line is where it begins', () => {
    expect([1, 2, 3, 9].map((line) => indexOfLine('a\nbc\n', line))).toEqual([0, 2, 5, 5]);
  });

  test('of the server is counted in code points', () => {
    const text = "select '😀', é x";
    expect(indexOfCodePoint(text, 15)).toBe(text.indexOf('x'));
    expect(indexOfCodePoint(text, 1)).toBe(0);
    expect(indexOfCodePoint(text, 99)).toBe(text.length);
  });
});

describe('an excerpt', () => {
  const under = (text: string, index: number, ...hidden: (readonly [number, number])[]): string => {
    const ranges = hidden.map(([start, end]) => ({ start, end }));
    const { text: line, caret } = excerptAt(text, index, ranges);
    return `${line}\n${' '.repeat(caret - 1)}^`;
  };

  test('is the line with a caret under the place', () => {
    const text = 'select 1;\nselect é frm t;\r\nselect 2;';
    expect(under(text, text.indexOf('frm'))).toBe('select é frm t;\n         ^');
    expect(under(text, text.length)).toBe('select 2;\n         ^');
    expect(under('', 0)).toBe('\n^');
  });

  test('has a mask of one length for what is hidden, and the caret moves with it', () => {
    const text = "f('a long secret', '') x";
    expect(under(text, text.indexOf('x'), [3, 16], [20, 20])).toBe(
      "f('•••', '•••') x\n                ^",
    );
    expect(under(text, 8, [3, 16], [20, 20])).toBe("f('•••', '•••') x\n   ^");
    expect(under(text, 16, [3, 16], [20, 20])).toBe("f('•••', '•••') x\n      ^");
  });

  test('masks what reaches in from other lines, ranges in ranges once', () => {
    const text = "a 'b\nc\nd' e";
    expect(under(text, 5, [3, 8])).toBe('•••\n^');
    expect(under(text, 10, [3, 8])).toBe("•••' e\n     ^");
    expect(under(text, 2, [3, 8])).toBe("a '•••\n  ^");
    expect(under('abcdefgh i', 9, [1, 6], [2, 3], [4, 8])).toBe('a••• i\n     ^');
  });

  test('of a long line is a window round the place', () => {
    const text = `${'a'.repeat(500)}X${'b'.repeat(500)}`;
    const { text: line, caret } = excerptAt(text, 500);
    expect(line).toBe(`…${'a'.repeat(60)}X${'b'.repeat(59)}…`);
    expect(line[caret - 1]).toBe('X');
    const near = excerptAt(`${'é'.repeat(10)}X${'b'.repeat(500)}`, 10);
    expect(near.text).toBe(`${'é'.repeat(10)}X${'b'.repeat(109)}…`);
  });

  test('of a line of megabytes is found at once, and cuts no character in two', () => {
    const text = `${'😀'.repeat(1_000_000)}X${'😀'.repeat(1_000_000)}`;
    const { text: line, caret } = excerptAt(text, 2_000_000);
    expect(Array.from(line)[caret - 1]).toBe('X');
    expect(line).toBe(`…${'😀'.repeat(60)}X${'😀'.repeat(59)}…`);
  });

  test('shows that something was cut away even when a mask makes it short', () => {
    const text = `${'a'.repeat(9000)}X`;
    expect(excerptAt(text, 9000, [{ start: 0, end: 9000 }])).toEqual({ text: '…•••X', caret: 5 });
  });

  test('steers no terminal', () => {
    expect(excerptAt('a\u001b[31mb\tc\u202ed', 0).text).toBe('a [31mb c d');
  });
});
