import { describe, expect, test } from 'vitest';
import { lineDiff } from '../../../src/core/text/line-diff.js';
import { rounds } from '../../support/rounds.js';

const names = ['old', 'new'] as const;
const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a difference between texts', () => {
  test('has no lines for equal texts', () => {
    expect(lineDiff(text('a', 'b'), text('a', 'b'), names)).toEqual([]);
    expect(lineDiff('', '', names)).toEqual([]);
  });

  test('takes CRLF and a byte order mark of a file for what they stand for', () => {
    expect(lineDiff('\uFEFFa\r\nb\r\n', text('a', 'b'), names)).toEqual([]);
  });

  test('shows a changed line with three lines around it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    const after = before.with(4, 'five');
    expect(lineDiff(text(...before), text(...after), names)).toEqual([
      ...['--- old', '+++ new', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five'],
      ...[' 6', ' 7', ' 8'],
    ]);
  });

  test('shows changes far from each other as two stretches', () => {
    const before = Array.from({ length: 30 }, (_, at) => String(at));
    const after = before.with(2, 'x').toSpliced(25, 0, 'y');
    const heads = lineDiff(text(...before), text(...after), names).filter((line) =>
      line.startsWith('@@'),
    );
    expect(heads).toEqual(['@@ -1,6 +1,6 @@', '@@ -23,6 +23,7 @@']);
  });

  test('says where a text has no line end at its end', () => {
    expect(lineDiff('a', 'a\n', names)).toEqual([
      ...['--- old', '+++ new', '@@ -1 +1 @@', '-a', '\\ No newline at end of file', '+a'],
    ]);
  });

  test('of nothing and something begins at 0', () => {
    expect(lineDiff('', 'a\n', names)).toEqual(['--- old', '+++ new', '@@ -0,0 +1 @@', '+a']);
  });

  test('turns one text into the other, whatever they are', async () => {
    await rounds((random) => {
      const lines = (): string[] =>
        Array.from({ length: Math.floor(random() * 40) }, () => 'abc'[Math.floor(random() * 3)]!);
      const [before, after] = [lines(), lines()];
      const diff = lineDiff(text(...before), text(...after), names);
      expect(patched(before, diff)).toEqual(after);
    });
  });

  test('of texts with 50,000 other lines each is told as one change', () => {
    const lines = (prefix: string): string[] =>
      Array.from({ length: 50_000 }, (_, at) => `${prefix}${at}`);
    const diff = lineDiff(text(...lines('a')), text(...lines('b')), names);
    expect(diff.length).toBe(100_003);
  });
});

/** Applies a difference. */
function patched(before: readonly string[], diff: readonly string[]): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.slice(2)) {
    const head = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      result.push(...before.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) result.push(line.slice(1));
      at += 1;
    }
  }
  return [...result, ...before.slice(at)];
}
