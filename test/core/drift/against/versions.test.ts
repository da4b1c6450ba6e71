import { expect, test } from 'vitest';
import type { Catalog } from '../../../../src/core/catalog/catalog.js';
import { inOtherWords, withKnownFacts } from '../../../../src/core/drift/against/versions.js';

const view = (definition: string): Catalog => ({
  objects: [{ kind: 'view', identity: 's.v', schema: 's', table: null, facts: { definition } }],
  notCompared: [],
});

const isTakenForSame = (one: string, other: string, majors: readonly [number, number]): boolean => {
  const { made, unsure } = inOtherWords(view(one), view(other), majors);
  return made.objects[0]?.facts['definition'] === other && unsure.length === 1;
};

test.each([
  ['SELECT a.id FROM s.a WHERE (a.id > 1)', 'SELECT id FROM s.a WHERE a.id > 1', true],
  ['SELECT "A".id FROM "A"', 'SELECT id\n   FROM "A"', true],
  ['SELECT 1.5', 'SELECT 1.5 ', true],
  ['SELECT id FROM s.a', 'SELECT id FROM s.b', false],
  [`SELECT 'a b'`, `SELECT 'ab'`, false],
  [`SELECT '(a)'`, `SELECT 'a'`, false],
  ['SELECT "A"', 'SELECT a', false],
  ['SELECT 1.5', 'SELECT 5', false],
  ['SELECT ab', 'SELECT a b', false],
])('of two versions, %j and %j are the same: %s', (one, other, isSame) => {
  expect(isTakenForSame(one, other, [15, 18])).toBe(isSame);
  expect(isTakenForSame(one, other, [18, 18])).toBe(false);
});

test('what only one version has is left out between two, and never within one', () => {
  const facts = { 'not null by': 'n', granted: ['INSERT, MAINTAIN to a', 'MAINTAIN to b'] };
  const object = { kind: 'table', identity: 's.t', schema: 's', table: null, facts };
  expect(withKnownFacts([object], [15, 18])[0]?.facts).toEqual({ granted: ['INSERT to a'] });
  expect(withKnownFacts([object], [17, 18])[0]?.facts).toEqual({ granted: facts.granted });
  expect(withKnownFacts([object], [18, 18])[0]?.facts).toEqual(facts);
});
