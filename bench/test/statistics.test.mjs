import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, quantile, rotated } from '../lib/statistics.mjs';

test('the median is the one in the middle, or the mean of two', () => {
  assert.equal(median([30, 10, 20]), 20);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([100, 9]), 54.5);
});

test('there is no median of nothing', () => {
  assert.throws(() => median([]), /median of nothing/);
});

test('a quantile is one of the values, and its share of all is not above it', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => quantile(hundred, share)),
    [1, 50, 99, 100],
  );
  assert.equal(quantile([7], 0.99), 7);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('in each round another one goes first', () => {
  const orders = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''));
  assert.deepEqual(orders, ['abc', 'bca', 'cab', 'abc']);
});
