import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { buildSnapshot } from '../../../src/core/files/snapshot.js';
import type { CatalogKeeper } from '../../../src/operations/drift/keeper.js';
import { AtRest } from '../../../src/operations/watch/at-rest.js';

/** A run whose catalog is kept at once. */
const keeper: Pick<CatalogKeeper, 'begin'> = {
  begin: () => ({ done: Promise.resolve(), end: () => Promise.resolve() }),
};

const options = { schemas: null, reserved: [], generation: null, swappedAt: null };

test('months of runs leave no listener on the signal that ends the process', async () => {
  const stop = new AbortController();
  const atRest = new AtRest(keeper as CatalogKeeper, null, stop.signal);
  const snapshot = buildSnapshot([], options);
  for (let run = 0; run < 20; run += 1) {
    atRest.begin(snapshot);
    await atRest.end();
  }
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
});
