import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { makeTree } from '../support/tree.js';

let database: Database;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

/** Megabytes; a tenth of what ten million rows take when they are kept. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=64' };

test(
  'ten million rows that nobody wants fit through a small heap',
  { timeout: 300_000 },
  async () => {
    const tree = await makeTree({ 'a/001_many.sql': 'select generate_series(1, 10000000);' });
    const env = { DATABASE_URL: database.url, MIGRATIONS_DIR: tree.directory, ...smallHeap };
    expect(await pgm(['migrate'], env)).toMatchObject({ exitCode: 0, stderr: '' });
    const rows = await database.sql`select state from pgm.migrations`;
    expect(rows).toEqual([{ state: 'applied' }]);
    await tree.remove();
  },
);
