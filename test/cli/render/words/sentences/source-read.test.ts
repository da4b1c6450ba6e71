import { describe, expect, test } from 'vitest';
import { sentencesOf } from '../../../../../src/cli/render/words/sentences/sentences.js';
import { snapshotOf } from '../../../../support/memory/snapshot.js';

function said(files: Readonly<Record<string, string>>): readonly string[] {
  const snapshot = snapshotOf(files);
  return sentencesOf({ kind: 'source-read', directory: '/m', snapshot }, '/m').map(
    ({ text }) => text,
  );
}

describe('what was read', () => {
  test('says where the order is another than that of ls', () => {
    const other = 'numbers are sorted as numbers, so the order differs from that of ls';
    expect(said({ 'a/20250625_x.sql': 'x', 'a/20230518191501_x.sql': 'x' })).toContain(other);
    expect(said({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'x' })).not.toContain(other);
  });

  test('tells a reason that four or more files share once, and fewer one by one', () => {
    const layout = (n: number) =>
      Object.fromEntries(Array.from({ length: n }, (_, at) => [`a/V${at}__x.sql`, 'x']));
    const refusals = (n: number) => said(layout(n)).filter((text) => text.includes('refused'));
    expect(refusals(3)).toHaveLength(3);
    const [only, ...more] = refusals(333);
    expect(only).toMatch(/^a\/V0__x.sql and 332 other files refused: it has a Flyway name/);
    expect(more).toEqual([]);
  });

  test('warns once of equal numbers, however many there are', () => {
    const files = Object.fromEntries(
      Array.from({ length: 334 }, (_, at) => [`a/1_${at}.sql`, 'x']),
    );
    const warnings = said(files).filter((text) => text.includes('same number'));
    expect(warnings).toEqual([
      'a/1_0.sql and a/1_1.sql have the same number (332 more like them); they are applied in the order of their names',
    ]);
  });
});
