import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { migrateFiles } from '../support/run.js';

let database: Database;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

/** What lock_timeout is in a file that pgm runs, after these statements. */
async function after(statements: string): Promise<string | undefined> {
  const sql = `${statements}
DROP TABLE IF EXISTS public.seen;
CREATE TABLE public.seen AS SELECT current_setting('lock_timeout') AS is;`;
  await migrateFiles({ 'public/001_a.sql': sql }, { database: database.name });
  const [row] = await database.sql<{ is: string }[]>`select "is" from public.seen`;
  return row?.is;
}

test('pgm limits how long a file waits for a lock', async () => {
  expect(await after('')).not.toBe('0');
});

test.each([
  ['SET lock_timeout = 0;'],
  ['RESET lock_timeout;'],
  ['RESET ALL;'],
  ['SET lock_timeout TO DEFAULT;'],
  ["SELECT set_config('lock_timeout', '0', true);"],
  ['-- pgm:no-transaction\nRESET lock_timeout;'],
])('there is no limit after %s', async (statements) => {
  expect(await after(statements)).toBe('0');
});
