import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import { inPlaceDigest } from '../../../src/core/run/applied.js';
import { standingsInPlace } from '../../../src/core/run/report.js';
import { historyOf } from '../../support/memory/history.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

function digestOf(files: Files): string {
  return inPlaceDigest(snapshotOf(files).migrations);
}

describe('the digest of what is in place', () => {
  test('stays with the order in which the files are applied, and with the layout of the source', () => {
    const { migrations } = snapshotOf({ 'a/10_x.sql': '1', 'a/9_x.sql': '2', 'b/1_x.sql': '3' });
    expect(inPlaceDigest([...migrations].reverse())).toBe(inPlaceDigest(migrations));
    expect(digestOf({ 'a_9_x.sql': '2', 'a_10_x.sql': '1', 'b_1_x.sql': '3' })).toBe(
      inPlaceDigest(migrations),
    );
  });

  test.each<[string, Files]>([
    ['is edited', { 'a/1_x.sql': 'one', 'a/2_x.sql': '2' }],
    ['has the content of another', { 'a/1_x.sql': '2', 'a/2_x.sql': '1' }],
    ['is renamed', { 'a/1_y.sql': '1', 'a/2_x.sql': '2' }],
    ['is in another schema', { 'b/1_x.sql': '1', 'a/2_x.sql': '2' }],
    ['is gone', { 'a/1_x.sql': '1' }],
    ['came', { 'a/1_x.sql': '1', 'a/2_x.sql': '2', 'a/3_x.sql': '2' }],
  ])('changes when a file %s', (_what, files) => {
    expect(digestOf(files)).not.toBe(digestOf({ 'a/1_x.sql': '1', 'a/2_x.sql': '2' }));
  });
});

test('what is in place stands where comparing it with its history puts it', () => {
  const files = { 'a/1_x.sql': 'v1', 'b/2_x.sql': 'v2' };
  const history = historyOf({ 'a/1_x.sql': { applied: 'v1' }, 'b/2_x.sql': { applied: 'v2' } });
  expect(compare(snapshotOf(files), history)).toMatchObject(standingsInPlace(snapshotOf(files)));
});
