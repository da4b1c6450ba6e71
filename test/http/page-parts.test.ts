import { describe, expect, test } from 'vitest';
import { fold } from '../../src/http/page/parts/fold.js';
import { constant, markup } from '../../src/http/page/parts/html.js';
import { shares } from '../../src/http/page/parts/shares.js';
import { layOut } from '../../src/http/page/sections/timeline.js';
import { count, duration, grouped } from '../../src/core/text/words.js';
import { age, instant } from '../../src/http/page/parts/words.js';
import { now, run } from '../page/views.js';

describe('markup', () => {
  test('escapes texts for content and for attributes, and leaves markup as it is', () => {
    const inner = markup`<b>${`<&>"'\``}</b>`;
    expect(markup`<i title="${`"x"`}">${inner}${[inner]}${null}${3}</i>`.text).toBe(
      '<i title="&#34;x&#34;"><b>&#60;&#38;&#62;&#34;&#39;&#96;</b><b>&#60;&#38;&#62;&#34;&#39;&#96;</b>3</i>',
    );
    expect(constant('<hr>').text).toBe('<hr>');
  });

  test('makes visible what would be invisible, or would turn the text round', () => {
    expect(markup`${'a\nb\u202ec\u0000'}`.text).toBe('a\\u000ab\\u202ec\\u0000');
    for (const [text, shown] of [
      ['\n', '\\u000a'],
      ['\t', '\\u0009'],
      ['\u200f', '\\u200f'],
    ] as const) {
      expect(markup`${`a${text}`}`.text).toBe(`a${shown}`);
    }
  });
});

describe('folding', () => {
  const shape = (text: string): readonly string[] =>
    fold(
      text.split(''),
      (letter) => (letter === '!' ? null : letter),
      (letter) => (letter === 'a' ? 'end' : 'start'),
    ).map(({ kind, cells }) => `${kind} ${cells.join('')}`);

  test('leaves short stretches as they are, and folds long ones but for the end that counts', () => {
    expect(shape('aaaaaa')).toEqual(['shown aaaaaa']);
    expect(shape('aaaaaaa')).toEqual(['folded aaaaa', 'shown aa']);
    expect(shape('aaaaaaaabccccccc')).toEqual([
      'folded aaaaaa',
      'shown aa',
      'shown b',
      'shown cc',
      'folded ccccc',
    ]);
    expect(shape('')).toEqual([]);
  });

  test('never folds what has no kind', () => {
    expect(shape('!!!!!!!')).toEqual(['shown !!!!!!!']);
  });
});

describe('shares', () => {
  test('are of 1 together, and one in 10,000 can still be seen', () => {
    const [many = 0, one = 0] = shares([9_999, 1]);
    expect(many + one).toBeCloseTo(1);
    expect(one).toBeGreaterThan(0.01);
    expect(shares([3, 1])).toEqual([0.75, 0.25]);
  });
});

describe('the timeline', () => {
  test('goes from the beginning of the oldest run to now', () => {
    const [last, first] = layOut([run(0, 10_000), run(80_000, 20_000)], now);
    expect(first).toMatchObject({ left: 0, width: 0.2 });
    expect(last).toMatchObject({ left: 0.9, width: 0.1 });
    expect(first!.height).toBeGreaterThan(last!.height);
  });

  test('shows a minute at least, and keeps every bar in sight and drawn', () => {
    const bars = layOut([run(-5_000, 0), run(1_000, 3)], now);
    for (const { left, width, height } of bars) {
      expect(left).toBeGreaterThan(0.9);
      expect(left).toBeLessThanOrEqual(1);
      expect(width).toBeGreaterThan(0);
      expect(height).toBeGreaterThanOrEqual(0.2);
    }
  });
});

describe('words', () => {
  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_240, '1.2 s'],
    [59_990, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_599_900, '1 h 0 min'],
    [11_100_000, '3 h 5 min'],
  ])('%d ms are %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  test('ages have one unit; what lies ahead has none', () => {
    expect([0, 59_999, 60_000, 7_200_000, 200_000_000].map(age)).toEqual([
      'just now',
      '59 s ago',
      '1 min ago',
      '2 h ago',
      '2 d ago',
    ]);
    expect(age(-5_000)).toBeNull();
  });

  test('numbers are grouped by thousands', () => {
    expect([1, 999, 1_000, 1_234_567].map(grouped)).toEqual(['1', '999', '1,000', '1,234,567']);
    expect([count(1, 'file'), count(2_000, 'file')]).toEqual(['1 file', '2,000 files']);
  });

  test('times are UTC, with the day where it is another, and what is no time stays what it is', () => {
    const shown = (time: string | number, brief?: boolean): string =>
      instant(time, now, brief).text.replace(/<[^>]*>/g, '');
    expect(shown(now)).toBe('12:05:22');
    expect(shown('2026-11-22T23:59:59.999Z')).toBe('2026-11-22 23:59:59');
    expect(shown('2026-11-22T23:59:59.999Z', true)).toBe('2026-11-22');
    expect(shown('<soon>')).toBe('&#60;soon&#62;');
    expect(shown(Number.MAX_VALUE)).toBe('1.7976931348623157e+308');
  });
});
