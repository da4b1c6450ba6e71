import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import { historyOf, type Tried } from '../../support/memory/history.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const iso = (time: string): string => `2026-11-23T${time}.000Z`;

/** Keys of what is marked, of files that were applied (first) at these times of one day; null for not at all. */
function marked(applied: Readonly<Record<string, string | readonly [string, string] | null>>) {
  const tried = Object.entries(applied).flatMap(([key, times]): [string, Tried][] => {
    if (times === null) return [];
    const [first, last] = typeof times === 'string' ? [times, times] : times;
    return [[key, { applied: 'x', firstAt: iso(first), at: iso(last) }]];
  });
  const files = Object.fromEntries(Object.keys(applied).map((key) => [key, 'x']));
  return compare(snapshotOf(files), historyOf(Object.fromEntries(tried)))
    .filter(({ outOfOrder }) => outOfOrder)
    .map(({ key }) => key);
}

describe('out of order', () => {
  test('is nothing of what came in its order, be it in one instant', () => {
    expect(marked({ 'a/1_x.sql': '10:00:00', 'a/2_x.sql': '10:00:00' })).toEqual([]);
    expect(marked({ 'a/1_x.sql': '10:00:00', 'a/2_x.sql': '10:00:01' })).toEqual([]);
  });

  test('stays what was applied after a later one, and is not the later one', () => {
    expect(
      marked({ 'a/1_x.sql': '10:00:00', 'a/2_x.sql': '12:00:00', 'a/10_x.sql': '11:00:00' }),
    ).toEqual(['a/2_x.sql']);
  });

  test('is judged against every later one, not only the next', () => {
    expect(
      marked({ 'a/1_x.sql': '11:00:00', 'a/2_x.sql': '12:00:00', 'a/3_x.sql': '10:00:00' }),
    ).toEqual(['a/1_x.sql', 'a/2_x.sql']);
  });

  test('is not what was edited and ran again after later ones', () => {
    expect(marked({ 'a/1_x.sql': ['10:00:00', '12:00:00'], 'a/2_x.sql': '11:00:00' })).toEqual([]);
  });

  test('stays what came late although the later one ran again since', () => {
    expect(marked({ 'a/1_x.sql': '11:00:00', 'a/2_x.sql': ['10:00:00', '12:00:00'] })).toEqual([
      'a/1_x.sql',
    ]);
  });

  test('is a matter of numbers within one schema: not of names, not of others', () => {
    expect(marked({ 'a/2_x.sql': '12:00:00', 'a/2b_x.sql': '11:00:00' })).toEqual([]);
    expect(marked({ 'a/2_x.sql': '11:00:00', 'a/2b_x.sql': '12:00:00' })).toEqual([]);
    expect(marked({ 'a/1_x.sql': '12:00:00', 'b/2_x.sql': '11:00:00' })).toEqual([]);
  });

  test('of two with one number are both when a later one came before them', () => {
    expect(
      marked({ 'a/2_x.sql': '11:00:00', 'a/2b_x.sql': '12:00:00', 'a/3_x.sql': '10:00:00' }),
    ).toEqual(['a/2_x.sql', 'a/2b_x.sql']);
  });

  test('is what still has to come while a later one is applied', () => {
    expect(marked({ 'a/1_x.sql': null, 'a/2_x.sql': '10:00:00', 'a/3_x.sql': null })).toEqual([
      'a/1_x.sql',
    ]);
  });
});
