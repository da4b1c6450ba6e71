import assert from 'node:assert/strict';
import { test } from 'node:test';
import { least, tripsPerFile } from '../lib/trips.mjs';

/** @param {number} working */
const trips = (working) => ({ connections: 1, connecting: 3, working });

test('a file costs what many cost more than one', () => {
  const result = /** @type {const} */ ({ contestant: 'pgm', kind: 'pgm', files: 300, again: null });
  assert.equal(tripsPerFile({ ...result, one: trips(9), fresh: trips(308) }), 1);
  assert.equal(tripsPerFile({ ...result, one: trips(9), fresh: trips(607) }), 2);
  assert.equal(tripsPerFile({ ...result, one: null, fresh: trips(308) }), null);
});

test('of several runs the least counts, and none where one failed', () => {
  assert.deepEqual(least([trips(12), trips(10), trips(11)]), trips(10));
  assert.equal(least([trips(12), null, trips(11)]), null);
});
