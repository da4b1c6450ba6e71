import { describe, expect, test } from 'vitest';
import {
  backoffAfter,
  backoffMs,
  connectionBackoff,
  contentionBackoff,
  isOverWithAnAnswer,
} from '../../../src/core/watch/backoff.js';

const nearlyOne = 1 - Number.EPSILON;

describe.each([
  ['connections', connectionBackoff, 500, 5_000],
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

describe('between two tries to reach a server', () => {
  const longest = (code: string | null): number => backoffMs(1_000, nearlyOne, backoffAfter(code));

  test.each(['ECONNREFUSED', 'ENOENT', '57P03'])(
    'lies at most a second where nobody listens or the server starts or stops (%s)',
    (code) => {
      expect(longest(code)).toBe(1_000);
    },
  );

  test.each(['CONNECT_TIMEOUT', 'EAI_AGAIN', 'ENOTFOUND', '28P01', '53300', '57P01', null])(
    'lie at most five seconds after other trouble (%s)',
    (code) => {
      expect(longest(code)).toBe(5_000);
    },
  );
});

test.each<[string | null, boolean]>([
  ['ECONNREFUSED', true],
  ['EAI_AGAIN', true],
  ['57P03', true],
  ['57P01', true],
  ['08006', true],
  [null, true],
  ['53100', false],
  ['58030', false],
])('trouble with code %s is over with an answer on another connection: %s', (code, isOver) => {
  expect(isOverWithAnAnswer(code)).toBe(isOver);
});

test('is in whole milliseconds', () => {
  expect(Number.isInteger(backoffMs(3, 1 / 3, connectionBackoff))).toBe(true);
});
