import { describe, expect, test } from 'vitest';
import { compareBytes, compareMigrations, compareNumbers } from '../../../src/core/files/order.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';

function sortedKeys(keys: readonly string[]): string[] {
  return keys
    .map((key) => {
      const [schema = '', filename = ''] = key.split('/');
      return { key, schema, filename, number: /^\d+/.exec(filename)?.[0] ?? '' };
    })
    .sort(compareMigrations)
    .map(({ key }) => key);
}

describe('the order of migrations', () => {
  test('numbers count as numbers: 1, 9, 10', () => {
    expect(sortedKeys(['a/10_x.sql', 'a/9_x.sql', 'a/1_x.sql'])).toEqual([
      'a/1_x.sql',
      'a/9_x.sql',
      'a/10_x.sql',
    ]);
  });

  test('numbers of thirty digits are not rounded', () => {
    const base = '12345678901234567890123456789';
    expect(sortedKeys([`a/${base}2_x.sql`, `a/${base}1_x.sql`, 'a/2_x.sql'])).toEqual([
      'a/2_x.sql',
      `a/${base}1_x.sql`,
      `a/${base}2_x.sql`,
    ]);
  });

  test('schemas come one after the other', () => {
    expect(
      sortedKeys(['gcp/001_x.sql', 'aws/002_x.sql', 'gcp/000_x.sql', 'aws/001_x.sql']),
    ).toEqual(['aws/001_x.sql', 'aws/002_x.sql', 'gcp/000_x.sql', 'gcp/001_x.sql']);
  });

  test('of two names with the same number, what follows it decides, not how many zeros it has', () => {
    expect(sortedKeys(['a/001_b.sql', 'a/1_c.sql', 'a/01_a.sql'])).toEqual([
      'a/01_a.sql',
      'a/001_b.sql',
      'a/1_c.sql',
    ]);
  });

  test('names with the same number and rest always come in the same order', () => {
    const keys = ['a/1_x.sql', 'a/001_x.sql', 'a/01_x.sql'];
    expect(sortedKeys(keys)).toEqual(sortedKeys([...keys].reverse()));
  });

  test('the rest goes byte by byte, not as a locale has it', () => {
    const keys = ['a/1_b.sql', 'a/1_B.sql', 'a/1_ä.sql', 'a/1_a.sql', 'a/1_Z.sql'];
    expect(sortedKeys(keys)).toEqual([
      'a/1_B.sql',
      'a/1_Z.sql',
      'a/1_a.sql',
      'a/1_b.sql',
      'a/1_ä.sql',
    ]);
  });

  test('a late 002b lies between 002 and 003', () => {
    expect(sortedKeys(['a/003_x.sql', 'a/002b_x.sql', 'a/002_x.sql'])).toEqual([
      'a/002_x.sql',
      'a/002b_x.sql',
      'a/003_x.sql',
    ]);
  });
});

describe('compareNumbers', () => {
  test.each([
    ['2', '010', -1],
    ['010', '2', 1],
    ['0', '000', 0],
    ['7', '007', 0],
    ['9'.repeat(30), `1${'0'.repeat(30)}`, -1],
    ['', '0', 0],
  ])('of %s and %s has the sign of %i', (a, b, sign) => {
    expect(Math.sign(compareNumbers(a, b))).toBe(sign);
  });
});

describe('compareBytes', () => {
  test('a character beyond U+FFFF comes after one just below, unlike in UTF-16', () => {
    const [party, fullwidth] = ['🎉', 'ｚ'];
    expect(party < fullwidth).toBe(true);
    expect(compareBytes(party, fullwidth)).toBeGreaterThan(0);
    expect(compareBytes(fullwidth, party)).toBeLessThan(0);
  });

  test('a beginning comes before what goes on', () => {
    expect(compareBytes('a', 'a🎉')).toBeLessThan(0);
    expect(compareBytes('', 'a')).toBeLessThan(0);
    expect(compareBytes('a', 'a')).toBe(0);
  });

  test('is the order of the UTF-8 bytes for any two texts', async () => {
    const characters = ['a', 'z', '/', '_', '\u007f', '\u0080', 'é', '\u07ff', '\u0800', '\ud7ff'];
    characters.push('\ue000', '\uff5a', '\uffff', '\u{10000}', '🎉', '\u{10ffff}');
    const text = (chance: Chance): string =>
      Array.from({ length: Math.floor(chance() * 5) }, () => oneOf(chance, characters)).join('');
    await rounds((chance) => {
      const [a, b] = [text(chance), text(chance)];
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect([a, b, Math.sign(compareBytes(a, b))]).toEqual([a, b, expected]);
    });
  });
});
