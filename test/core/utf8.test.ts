import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { stepLength } from '../../src/core/steps.js';
import { utf8Parts } from '../../src/core/utf8.js';

/** What lies across the end of a part: characters of one to four bytes, pairs, and halves of pairs. */
const seams = [
  'x',
  'é',
  '東',
  '🎉',
  '🎉🎉',
  '\ud83c',
  '\udf89',
  '\ud83c\ud83c\udf89',
  '\udf89\ud83c',
];

test('the parts of a text are together what it is in UTF-8, whatever lies where one ends', () => {
  for (const seam of seams) {
    for (let shift = 0; shift <= 4; shift += 1) {
      const text = `${'a'.repeat(stepLength - shift)}${seam}${'b'.repeat(stepLength)}${seam}`;
      const parts = [...utf8Parts(text)];
      expect(parts.length).toBeGreaterThan(1);
      expect(Buffer.concat(parts).equals(Buffer.from(text)), `${seam} ${String(shift)}`).toBe(true);
      expect(parts.every((part) => isUtf8(part))).toBe(true);
    }
  }
});

test('no part is longer than three bytes for each unit of a step', () => {
  for (const part of utf8Parts('東'.repeat(3 * stepLength))) {
    expect(part.length).toBeLessThanOrEqual(3 * stepLength);
  }
});

test('the parts of bytes are the bytes themselves, and no copies', () => {
  const bytes = Buffer.from('é'.repeat(stepLength));
  const parts = [...utf8Parts(bytes)];
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(parts.every(({ buffer }) => buffer === bytes.buffer)).toBe(true);
  expect([...utf8Parts('')]).toEqual([]);
});
