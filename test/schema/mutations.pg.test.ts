import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCatalogs, objectOf } from '../../src/core/catalog/compare-catalogs.js';
import { printSchema } from '../../src/core/schema/print-schema.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { readSchema } from '../../src/db/catalog/read-schema.js';
import type { Client } from '../../src/db/wire/client.js';
import { mutations } from '../db/catalog/mutations.js';
import { major, open, useEverything } from '../db/catalog/use-everything.js';
import { createDatabase, type Database } from '../support/database.js';
import { isMarked, load } from './loaded.js';

const { client, whole } = useEverything();
let database: Database;
let other: Client;

beforeAll(async () => {
  database = await createDatabase();
  other = await open(database.name);
});

afterAll(async () => {
  await other.close();
  await database.drop();
});

test.each(mutations(major))(
  'the printed schema shows that %s is changed by %s, and is the same once it is loaded',
  async (_name, statement) => {
    const before = printSchema(await readSchema(client(), 'pgm'));
    await client().run('begin');
    const reading = await client()
      .run(statement)
      .then(() => readSchema(client(), 'pgm', { isInTransaction: true }))
      .finally(() => client().run('rollback'));
    const text = printSchema(reading);
    if (!isOnlyData(statement)) expect(text).not.toBe(before);
    await other.run('begin');
    try {
      await load(other, text);
      const differences = compareCatalogs(reading.catalog, await readCatalog(other, 'pgm', true));
      const unmarked = differences.map(objectOf).filter((object) => !isMarked(text, object));
      expect(unmarked.map(({ kind, identity }) => `${kind} ${identity}`)).toEqual([]);
    } finally {
      await other.run('rollback');
    }
  },
);

/** Large objects are data. The version of an extension that the server brings along is not told. */
function isOnlyData(statement: string): boolean {
  return /large object|lo_create|lo_unlink/.test(statement);
}

test('everything is there that the mutations change', () => {
  expect(whole().objects.length).toBeGreaterThan(100);
});
