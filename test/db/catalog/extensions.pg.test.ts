import { expect, test } from 'vitest';
import { compareCatalogs, objectOf } from '../../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import { openClient } from '../../support/client.js';
import { createDatabase } from '../../support/database.js';

/** Languages whose interpreter is the machine's, which need not have it. */
const ofTheMachine = /perl|python|tcl/;

test('a catalog has of each extension that the server brings along nothing but the extension, and compares all', async () => {
  const database = await createDatabase();
  const client = await openClient({ database: database.name });
  try {
    const before = await readCatalog(client, 'pgm');
    const [available] = await client.run(
      'select name from pg_available_extensions where installed_version is null order by name',
    );
    const created: string[] = [];
    for (const name of (available ?? []).map((row) => String(row['name']))) {
      try {
        await client.run(`create extension if not exists "${name}" cascade`);
        created.push(name);
      } catch (error) {
        if (!ofTheMachine.test(name)) throw error;
      }
    }
    const after = await readCatalog(client, 'pgm');
    const changed = compareCatalogs(before, after).map(objectOf);
    expect(after.notCompared).toEqual([]);
    expect(created.length).toBeGreaterThan(30);
    expect(changed.map(({ kind, identity }) => [kind, identity])).toEqual(
      created.map((name) => ['extension', name.includes('-') ? `"${name}"` : name]).toSorted(),
    );
  } finally {
    await client.close();
    await database.drop();
  }
});
