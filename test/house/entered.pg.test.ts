import { afterAll, beforeAll, expect, test } from 'vitest';
import { enteredFiles } from '../../scripts/count-entered.mjs';
import { type Database, createDatabase } from '../support/database.js';

let database: Database;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

test('pgm migrate of one one-line file enters at most 80 files', async () => {
  const entered = await enteredFiles(database.url);
  // The count is of the run that a user would read: it begins in main and it applied the file.
  expect(entered).toContain('cli/main.js');
  expect(await database.sql`select from t`).toEqual([]);
  expect(entered.length, entered.join('\n')).toBeLessThanOrEqual(80);
});
