import { afterAll, beforeAll, expect, test } from 'vitest';
import { upgradeStatements } from '../../src/db/history/ensure-history.js';
import { createDatabase, type Database } from '../support/database.js';
import { codeIn, firstColumn, page } from './pages.js';

const text = page('docs/history.md');
let database: Database;

beforeAll(async () => {
  database = await createDatabase();
  await database.sql.unsafe(
    `create schema pgm; ${upgradeStatements({ layout: 0, isDoubled: false, isUnnoted: false }, 'pgm')}`,
  );
});

afterAll(async () => {
  await database.drop();
});

test.each(['layout', 'migrations', 'attempts'])(
  'docs/history.md has every column of pgm.%s',
  async (table) => {
    const rows = await database.sql<{ column_name: string }[]>`
      select column_name from information_schema.columns
      where table_schema = 'pgm' and table_name = ${table} order by column_name`;
    const documented = firstColumn(text, `\`pgm.${table}\``).flatMap(codeIn);
    expect(documented.toSorted()).toEqual(rows.map((row) => row.column_name));
  },
);

test('the query in docs/history.md runs', async () => {
  const query = /```sql\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(query).toContain('pgm.migrations');
  expect(await database.sql.unsafe(query)).toHaveLength(0);
});
