import { expect, test } from 'vitest';
import { type Intent, isNews, type Standing, type Word } from '../../../src/core/run/intents.js';

const recorded: Intent = {
  revision: 'r',
  schemas: null,
  at: 100,
  since: '2026-12-01T12:00:00Z',
  by: 'pact@pod',
  inFull: false,
};
const own = { revision: 'r', schemas: null, at: 200 };
const word: Word = { own, inFull: false, isStated: false, isLate: false };
const rules = { kind: 'rules', recorded, other: null } as const;
const superseded = { kind: 'superseded', by: { ...recorded, revision: 's' } } as const;

test.each<[string, Partial<Word>, Standing, boolean]>([
  ['that nobody has recorded', {}, { ...rules, recorded: null }, true],
  ['that is recorded', {}, rules, false],
  ['of which now all files are applied', { inFull: true }, rules, true],
  [
    'of which all were applied before',
    { inFull: true },
    { ...rules, recorded: { ...recorded, inFull: true } },
    false,
  ],
  ['that was superseded before it was recorded', {}, superseded, true],
  ['that was superseded, as recorded', { isStated: true }, superseded, false],
  ['of a late runner that read it after it was recorded', { isLate: true }, rules, true],
  ['of a late runner that has recorded it', { isLate: true, isStated: true }, rules, false],
  [
    'of a late runner that read it before it was recorded',
    { isLate: true, own: { ...own, at: 100 } },
    rules,
    false,
  ],
])('whether an intent is news: one %s', (_what, part, standing, isIt) => {
  expect(isNews({ ...word, ...part }, standing)).toBe(isIt);
});
