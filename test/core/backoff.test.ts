import { describe, expect, test } from 'vitest';
import { backoffMs, connectionBackoff, contentionBackoff } from '../../src/core/backoff.js';

const nearlyOne = 1 - Number.EPSILON;

describe.each([
  ['connections', connectionBackoff, 500, 30_000],
  ['contention', contentionBackoff, 100, 5_000],
])('the wait for %s', (_what, backoff, firstMs, mostMs) => {
  test('has a ceiling that doubles from the first to the most', () => {
    const ceilings = Array.from({ length: 12 }, (_, attempt) =>
      backoffMs(attempt, nearlyOne, backoff),
    );
    expect(ceilings[0]).toBe(firstMs);
    expect(ceilings[1]).toBe(2 * firstMs);
    expect(ceilings[2]).toBe(4 * firstMs);
    expect(ceilings.at(-1)).toBe(mostMs);
    expect(ceilings).toEqual([...ceilings].sort((a, b) => a - b));
  });

  test('lies anywhere between nothing and the ceiling: full jitter', () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const ceiling = backoffMs(attempt, nearlyOne, backoff);
      expect(backoffMs(attempt, 0, backoff)).toBe(0);
      expect(backoffMs(attempt, 0.5, backoff)).toBeCloseTo(ceiling / 2, -1);
    }
  });

  test('stays at the most for ever', () => {
    for (const attempt of [40, 1_000, 1e9, Number.MAX_SAFE_INTEGER]) {
      expect(backoffMs(attempt, nearlyOne, backoff)).toBe(mostMs);
    }
  });
});

test('is in whole milliseconds', () => {
  expect(Number.isInteger(backoffMs(3, 1 / 3, connectionBackoff))).toBe(true);
});
