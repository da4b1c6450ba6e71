import { afterAll, beforeAll, inject } from 'vitest';
import type { Catalog } from '../../../src/core/catalog/catalog.js';
import { type Difference, objectOf } from '../../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { everything, everythingRoles } from './everything.js';

export const major = Number(inject('serverVersion'));

/** `table s.parent`, of each object. */
export function changedNames(changed: readonly Difference[]): readonly string[] {
  return changed.map(objectOf).map(({ kind, identity }) => `${kind} ${identity}`);
}

/** A database with one of everything for all tests of a file. */
export function useEverything(): { readonly client: () => Client; readonly whole: () => Catalog } {
  let database: Database;
  let client: Client;
  let whole: Catalog;
  beforeAll(async () => {
    database = await createDatabase();
    for (const role of everythingRoles) {
      await database.sql.unsafe(
        `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`,
      );
    }
    client = await openClient({ database: database.name });
    for (const statement of everything(major)) await client.run(statement);
    whole = await readCatalog(client, 'pgm');
  });
  afterAll(async () => {
    await client.run(
      'alter subscription ours disable; alter subscription ours set (slot_name = none); drop subscription ours',
    );
    await client.close();
    await database.drop();
  });
  return { client: () => client, whole: () => whole };
}
