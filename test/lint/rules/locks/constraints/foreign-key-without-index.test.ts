import { expect, test } from 'vitest';
import type { Example } from '../../../../../src/core/lint/rule-text.js';
import { findingsOf } from '../../../../support/lint.js';

const parent = 'CREATE TABLE IF NOT EXISTS p (a int, b int, PRIMARY KEY (a, b));';
const child = 'CREATE TABLE IF NOT EXISTS c (x int, y int, FOREIGN KEY (x, y) REFERENCES p);';

/** The files of which it is told; each statement is a file. */
async function toldOf(
  statements: readonly string[],
  applied?: Example,
): Promise<readonly string[]> {
  const files = Object.fromEntries(statements.map((sql, at) => [`a/${at + 1}_f.sql`, sql]));
  const found = await findingsOf(files, applied === undefined ? {} : { applied });
  return found.flatMap((line) =>
    line.endsWith(' foreign-key-without-index') ? [line.split(' ')[0] ?? ''] : [],
  );
}

test.each([
  'CREATE INDEX IF NOT EXISTS i ON c (x, y);',
  'CREATE INDEX IF NOT EXISTS i ON public.c (y);',
  'CREATE INDEX ON c USING hash (x);',
  'ALTER TABLE c ADD UNIQUE (y, x);',
  'CREATE UNIQUE INDEX IF NOT EXISTS i ON c (x, y);\nALTER TABLE c ADD UNIQUE USING INDEX i;',
])('%s serves the key', async (index) => {
  expect(await toldOf([parent, child, index])).toEqual([]);
});

test.each([
  'CREATE INDEX IF NOT EXISTS i ON c (lower(x::text), x);',
  'CREATE INDEX IF NOT EXISTS i ON c USING brin (x);',
  'CREATE INDEX IF NOT EXISTS i ON c (x) WHERE y > 7;',
  'CREATE INDEX IF NOT EXISTS i ON p (b);',
  'CREATE INDEX IF NOT EXISTS i ON c (x);\nDROP INDEX IF EXISTS i;',
  'ALTER TABLE c ADD COLUMN z int;\nCREATE INDEX ON c (x, z);\nALTER TABLE c DROP COLUMN z;',
])('%s does not', async (index) => {
  expect(await toldOf([parent, child, index])).toEqual(['a/2_f.sql']);
});

test('an index stays with its table and column under other names', async () => {
  const renames = 'ALTER TABLE c RENAME TO d;\nALTER TABLE d RENAME COLUMN x TO z;';
  const named = 'CREATE INDEX IF NOT EXISTS i ON c (x);';
  expect(await toldOf([parent, child, named, renames])).toEqual([]);
  expect(await toldOf([parent, child, 'CREATE INDEX ON c (x);', renames])).toEqual([]);
  expect(await toldOf([parent, child, renames, 'CREATE INDEX ON d (z);'])).toEqual([]);
  const dropped = 'ALTER INDEX i RENAME TO j;\nDROP INDEX j;';
  expect(await toldOf([parent, child, named, renames, dropped])).toEqual(['a/2_f.sql']);
});

test('a key is gone with its table, its constraint, its columns and the table that it leads to', async () => {
  for (const gone of [
    'DROP TABLE IF EXISTS c;',
    'ALTER TABLE c DROP COLUMN x;',
    'DROP TABLE IF EXISTS p CASCADE;',
    'ALTER TABLE p RENAME TO q;\nDROP TABLE q CASCADE;',
    'SET search_path = other;\nDROP TABLE public.p CASCADE;',
  ]) {
    expect(await toldOf([parent, child, gone]), gone).toEqual([]);
  }
});

test('nothing is told of files in place, and of tables that may have an index which no file shows', async () => {
  expect(await toldOf([parent, child], { 'a/1_f.sql': parent, 'a/2_f.sql': child })).toEqual([]);
  const liked = child.replace('x int, y int', 'LIKE o INCLUDING ALL');
  expect(await toldOf([parent, liked])).toEqual([]);
  expect(await toldOf(['ALTER TABLE c ADD FOREIGN KEY (x, y) REFERENCES p NOT VALID;'])).toEqual(
    [],
  );
});
