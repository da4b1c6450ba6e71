import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../src/core/text/words.js';

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0', 0],
    ['0s', 0],
    ['30', 30_000],
    ['1.5s', 1_500],
    ['1m30s', 90_000],
    ['1h500ms', 3_600_500],
    ['0.2ms', 1],
    ['2147483647ms', 2_147_483_647],
  ])('reads %s as %i milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ kind: 'accepted', value: milliseconds });
  });

  test.each(['', 'abc', '-1s', '10 s', '1d', '10S', '1s30', '.5s', '1e3', 's', '∞', '10s\n'])(
    'refuses %j and says what a duration looks like',
    (text) => {
      expect(parseDuration(text)).toEqual({
        kind: 'refused',
        reason: 'use a duration such as 500ms, 10s, 2m or 1h (a number without a unit is seconds)',
      });
    },
  );

  test.each(['2147483648ms', '597h', '99999999999999999999'])(
    'refuses %s, because a timer of that length would fire at once',
    (text) => {
      expect(parseDuration(text)).toEqual({ kind: 'refused', reason: 'use at most 596h' });
    },
  );
});
