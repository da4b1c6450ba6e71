import { afterAll, beforeAll, inject } from 'vitest';
import type { Catalog } from '../../../src/core/catalog/catalog.js';
import { type Difference, objectOf } from '../../../src/core/catalog/compare-catalogs.js';
import { usualPatience } from '../../../src/db/database.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import type { Client } from '../../../src/db/wire/client.js';
import { dial } from '../../../src/db/wire/dial.js';
import { createDatabase, type Database } from '../../support/database.js';
import { settingsFor } from '../../support/run.js';
import { everything, everythingRoles } from './everything.js';

export const major = Number(inject('serverVersion'));

/** `table s.parent`, of each object. */
export function changedNames(changed: readonly Difference[]): readonly string[] {
  return changed.map(objectOf).map(({ kind, identity }) => `${kind} ${identity}`);
}

export function open(database: string): Promise<Client> {
  return dial({
    settings: settingsFor({ database }),
    database,
    applicationName: 'pgm/0.0.0 test',
    patience: usualPatience,
    onOrphan: () => undefined,
  });
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
    client = await open(database.name);
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
