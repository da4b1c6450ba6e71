import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, rotated } from '../lib/statistics.mjs';

test('the median is the one in the middle, or the mean of two', () => {
  assert.equal(median([30, 10, 20]), 20);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([100, 9]), 54.5);
});

test('there is no median of nothing', () => {
  assert.throws(() => median([]), /median of nothing/);
});

test('in each round another one goes first', () => {
  const orders = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''));
  assert.deepEqual(orders, ['abc', 'bca', 'cab', 'abc']);
});
