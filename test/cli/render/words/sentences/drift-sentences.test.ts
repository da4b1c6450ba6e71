import { expect, test } from 'vitest';
import type { CatalogObject } from '../../../../../src/core/catalog/catalog.js';
import { driftSeen } from '../../../../../src/core/drift/drift-seen.js';
import { sentencesOf } from '../../../../../src/cli/render/words/sentences/sentences.js';

function found(number: number): ReturnType<typeof sentencesOf> {
  const items = Array.from({ length: number }, (_, n) => {
    const identity = n === 0 ? 'a.night\n' : `a.i${n}`;
    const object: CatalogObject = { kind: 'index', identity, schema: 'a', table: null, facts: {} };
    return { kind: 'missing', object, by: n === 0 ? 'a/1_x.sql' : null } as const;
  });
  const since = { revision: 'abcdef0123456789', keptAt: '2026-11-23T12:00:00Z', keptBy: 'p@q' };
  return sentencesOf({ kind: 'drift-found', seen: driftSeen(items, since, 7) }, '/m');
}

test('drift is one warning, and its objects below it, with the file that made each', () => {
  expect(found(2)).toMatchObject([
    {
      level: 'warn',
      text: 'drift: 2 objects differ from what revision abcdef012345 left on 2026-11-23T12:00:00Z; pgm drift shows how',
      below: ['  missing    index a.night\\u000a (a/1_x.sql)', '  missing    index a.i1'],
    },
  ]);
});

test('drift of more than ten objects names ten and counts the others', () => {
  const [told] = found(22);
  expect(told?.below).toHaveLength(11);
  expect(told?.below?.at(-1)).toBe('  and 12 more');
  expect(told?.facts).toMatchObject({ unknown: 0, missing: 22, different: 0 });
});
