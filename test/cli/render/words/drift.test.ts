import { describe, expect, test } from 'vitest';
import { driftReport } from '../../../../src/cli/render/words/drift.js';
import type { CatalogObject } from '../../../../src/core/catalog/catalog.js';
import type { DriftItem } from '../../../../src/core/drift/drift.js';

const index = (n: number, facts: CatalogObject['facts'] = {}): DriftItem => {
  const object = { kind: 'index', identity: `a.i${n}`, schema: 'a', table: null, facts };
  return { kind: 'unknown', object, live: object };
};

function told(items: readonly DriftItem[]): readonly string[] {
  const none = { kept: null, files: null, unseen: [], histories: [], notYet: [] };
  const report = { target: 'h:1/d', verdict: 'drift', items, ...none } as const;
  return driftReport(report, false).split('\n');
}

describe('the summary of drift', () => {
  const summary = (number: number): string | undefined =>
    told(Array.from({ length: number }, (_, n) => index(n)))
      .filter((line) => line !== '')
      .at(-1);

  test('of one object is in the singular', () => {
    expect(summary(1)).toBe(
      '❌ 1 object of h:1/d differs from what the last run left: 1 unknown here',
    );
  });

  test('of many has its numbers in groups of three digits', () => {
    expect(summary(2_000)).toBe(
      '❌ 2,000 objects of h:1/d differ from what the last run left: 2,000 unknown here',
    );
  });
});

test('a definition of several lines has no line of blanks, also where it ends with one or has an empty one', () => {
  const lines = told([index(1, { definition: 'one\n\n two\n', owner: 'pact' })]);
  expect(lines.slice(1, 5)).toEqual(['  definition: one', '', '     two', '  owner: pact']);
});
