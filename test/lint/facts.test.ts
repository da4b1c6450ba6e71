import { expect, test } from 'vitest';
import { type Facts, readFacts } from '../../src/core/lint/facts.js';
import { lintOf } from '../support/lint.js';

const sql = 'CREATE SCHEMA s;\nCREATE INDEX IF NOT EXISTS i\n  ON t (a);\nDROP TABLE IF EXISTS u;';

const file: Facts['files'][number] = {
  key: 'public/001_example.sql',
  verdict: 'fit',
  findings: [],
  statements: [],
  withoutRows: [],
};

async function evidence(facts: Partial<Facts['files'][number]>): Promise<unknown> {
  const { files } = await lintOf(sql, {
    facts: { revision: '', files: [{ ...file, ...facts }] },
  });
  return files[0]?.findings.map((finding) => finding.evidence);
}

const index = { place: { line: 2, column: 1 }, tables: [{ lock: 'SHARE' as const }] };

test('a finding is confirmed by what verify saw in the same statement', async () => {
  const second = [{ rule: 'fails-second-time', place: { line: 1, column: 15 } }];
  expect(await evidence({ findings: second, statements: [index] })).toEqual([
    'confirmed',
    'confirmed',
    null,
  ]);
});

test('a finding is not seen where verify saw another statement, or a weaker lock', async () => {
  const elsewhere = [{ rule: 'fails-second-time', place: { line: 2, column: 1 } }];
  const weak = { ...index, tables: [{ lock: 'SHARE UPDATE EXCLUSIVE' as const }] };
  expect(await evidence({ findings: elsewhere, statements: [weak] })).toEqual([
    'not seen',
    'not seen',
    null,
  ]);
});

test('a lock may have had no rows to be seen on', async () => {
  expect(await evidence({ withoutRows: ['t'] })).toEqual([
    'not seen',
    'no rows to see it on',
    null,
  ]);
});

test('nothing is said of a file that verify did not run', async () => {
  expect(await evidence({ verdict: 'fails the first time' })).toEqual([null, null, null]);
  expect(await evidence({ key: 'other' })).toEqual([null, null, null]);
});

test.each(['', '[]', '{"revision": "a"}', '{"revision": "a", "files": [{}]}', 'null'])(
  '%j is no document of verify',
  (text) => {
    expect(readFacts(text).kind).toBe('refused');
  },
);
