import { expect, test } from 'vitest';
import { findingsOf, lastFindingsOf } from '../../support/lint.js';
import { dangerous } from './dangerous.js';
import { safe } from './safe.js';

/**
 * The facts of a public benchmark (bench/ of mickelsamuel/migrationpilot, whose tool finds 31 of 33 with one false alarm of
 * 17), in files of our own. What pgm does by itself is not written: time-outs, and the second run is thought of.
 */
test('there are as many cases as in the benchmark, and one hazard of them is none with pgm', () => {
  expect([dangerous.length, safe.length]).toEqual([33, 17]);
  expect(dangerous.filter(({ rule }) => rule === null)).toHaveLength(1);
});

test.each(dangerous)('found: $hazard', async ({ files, rule }) => {
  const found = await lastFindingsOf(files, { postgres: 17 });
  const rules = found.map((line) => line.split(' ')[1]);
  if (rule === null) expect(rules).toEqual([]);
  else expect(rules).toContain(rule);
});

test.each(safe)('nothing is told of $what', async ({ files }) => {
  expect(await findingsOf(files, { postgres: 18 })).toEqual([]);
});
