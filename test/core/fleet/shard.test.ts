import { describe, expect, test } from 'vitest';
import { inShard, parseShard, shardsOf } from '../../../src/core/fleet/shard.js';

const named = (how: (at: number) => string, many = 1_000): readonly string[] =>
  Array.from({ length: many }, (_, at) => how(at + 1));

const lists: readonly (readonly [string, readonly string[]])[] = [
  ['numbered', named((at) => `tenant-${String(at).padStart(4, '0')}`)],
  ['in regions', named((at) => `${['eu', 'us', 'ap'][at % 3] ?? ''}/customer_${at * 7}`)],
  ['mixed', named((at) => `${(at * 2_654_435_761) % 1_000_003}.example.${at}`)],
];

describe.each(lists)('1,000 names, %s', (_, names) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'in %i shares: each in exactly one, all about as large',
    (of) => {
      const targets = names.map((name) => ({ name }));
      const shares = Array.from({ length: of }, (_each, index) => inShard(targets, { index, of }));
      expect(
        shares
          .flat()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual([...names].toSorted());
      for (const share of shares) {
        expect(share.length).toBeGreaterThanOrEqual((names.length / of) * 0.8);
        expect(share.length).toBeLessThanOrEqual((names.length / of) * 1.2);
      }
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'from %i shares to one more, at most two of that many move',
    (of) => {
      const [before, after] = [shardsOf(names, of), shardsOf(names, of + 1)];
      const moved = names.filter((name) => before.get(name) !== after.get(name));
      expect(moved.length).toBeGreaterThan(0);
      expect(moved.length).toBeLessThanOrEqual((2 / of) * names.length);
    },
  );

  test('do not depend on the order of the list', () => {
    const [one, other] = [shardsOf(names, 7), shardsOf([...names].toReversed(), 7)];
    for (const name of names) expect(other.get(name)).toBe(one.get(name));
  });

  test('stay where they are when a few come or go', () => {
    const [before, after] = [shardsOf(names, 9), shardsOf([...names.slice(3), 'new-1'], 9)];
    const moved = names.slice(3).filter((name) => before.get(name) !== after.get(name));
    expect(moved.length).toBeLessThan(100);
  });
});

test('a share is read as INDEX/NUMBER, from 0', () => {
  expect(parseShard('3/9')).toEqual({ kind: 'accepted', value: { index: 3, of: 9 } });
  for (const wrong of ['9/9', '0/0', '3', '3/', '-1/2', '1/2/3', 'a/b']) {
    expect(parseShard(wrong).kind, wrong).toBe('refused');
  }
});
