import { expect, test } from 'vitest';
import type { Example } from '../../../../../src/core/lint/rule-text.js';
import { findingsOf } from '../../../../support/lint.js';

const one =
  'ALTER TABLE a ADD COLUMN IF NOT EXISTS x int;\nALTER TABLE b ADD COLUMN IF NOT EXISTS x int;';
const other =
  'ALTER TABLE b ADD COLUMN IF NOT EXISTS y int;\nALTER TABLE a ADD COLUMN IF NOT EXISTS y int;';

async function toldOf(files: readonly string[], applied?: Example): Promise<readonly string[]> {
  const tree = Object.fromEntries(files.map((sql, at) => [`a/${at + 1}_f.sql`, sql]));
  const found = await findingsOf(tree, applied === undefined ? {} : { applied });
  return found.filter((line) => line.endsWith(' lock-order-reversed'));
}

test('it is told once, where the second table is asked for', async () => {
  expect(await toldOf([one, 'SELECT 1;', `${other}\n${other}`])).toEqual([
    'a/3_f.sql:2:1 lock-order-reversed',
  ]);
});

test.each([
  [
    'a foreign key, which locks both tables',
    'ALTER TABLE b ADD FOREIGN KEY (y) REFERENCES a NOT VALID;',
  ],
  ['TRUNCATE and LOCK TABLE', 'TRUNCATE b;\nLOCK TABLE a IN SHARE MODE;'],
  ['a block', `DO $$ BEGIN ${other} END $$;`],
])('so it is of %s', async (_, file) => {
  expect(await toldOf([one, file])).toHaveLength(1);
});

test.each([
  [
    'rows, which programs lock like that too',
    'UPDATE b SET y = 1 WHERE id = 1;\nUPDATE a SET y = 1 WHERE id = 1;',
  ],
  [
    'an index built CONCURRENTLY',
    '-- pgm:no-transaction\nCREATE INDEX CONCURRENTLY ON b (x);\nCREATE INDEX CONCURRENTLY ON a (x);',
  ],
  ['the same order', one],
  ['one of the tables', 'ALTER TABLE b ADD COLUMN IF NOT EXISTS y int;'],
])('nothing is told of %s', async (_, file) => {
  expect(await toldOf([one, file])).toEqual([]);
});

test('nothing is told of a file that is in place, and of tables that are new', async () => {
  expect(await toldOf([one, other], { 'a/1_f.sql': one })).toEqual([]);
  const tables = 'CREATE TABLE IF NOT EXISTS a (id int);\nCREATE TABLE IF NOT EXISTS b (id int);';
  expect(await toldOf([tables, one, other])).toEqual([]);
  expect(await toldOf([tables, one, other], { 'a/1_f.sql': tables })).toHaveLength(1);
});
