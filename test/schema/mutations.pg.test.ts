import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCatalogs, objectOf } from '../../src/core/catalog/compare-catalogs.js';
import { printSchema } from '../../src/core/schema/print-schema.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { readSchema } from '../../src/db/catalog/read-schema.js';
import type { Client } from '../../src/db/wire/client.js';
import { mutations } from '../db/catalog/mutations.js';
import { changedNames, major, useEverything } from '../db/catalog/use-everything.js';
import { openClient } from '../support/client.js';
import { createDatabase, type Database } from '../support/database.js';
import { isMarked, load } from './loaded.js';

const { client, whole } = useEverything();
let database: Database;
let other: Client;
/** The printed schema before any mutation. */
let unchanged: string;

beforeAll(async () => {
  database = await createDatabase();
  other = await openClient({ database: database.name });
  unchanged = printSchema(await readSchema(client(), 'pgm'));
});

afterAll(async () => {
  await other.close();
  await database.drop();
});

test.each(mutations(major))(
  'the catalog and the printed schema show that %s is changed by: %s, and loaded the schema makes the same',
  async (name, statement) => {
    await client().run('begin');
    const reading = await client()
      .run(statement)
      .then(() => readSchema(client(), 'pgm', { isInTransaction: true }))
      .finally(() => client().run('rollback'));
    expect(changedNames(compareCatalogs(whole(), reading.catalog))).toContain(name);
    const text = printSchema(reading);
    if (!isOnlyData(statement)) expect(text).not.toBe(unchanged);
    await other.run('begin');
    try {
      await load(other, text);
      const differences = compareCatalogs(reading.catalog, await readCatalog(other, 'pgm', true));
      const unmarked = differences.filter((each) => !isMarked(text, objectOf(each)));
      expect(changedNames(unmarked)).toEqual([]);
    } finally {
      await other.run('rollback');
    }
  },
);

test('each mutation was taken back, so that the next one was tried on its own', async () => {
  expect(printSchema(await readSchema(client(), 'pgm'))).toBe(unchanged);
});

/** Large objects are data. The version of an extension that the server brings along is not told. */
function isOnlyData(statement: string): boolean {
  return /large object|lo_create|lo_unlink/.test(statement);
}

test('everything is there that the mutations change', () => {
  expect(whole().objects.length).toBeGreaterThan(100);
});
