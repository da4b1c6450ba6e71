import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compareCatalogs, objectOf } from '../../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import { openClient } from '../../support/client.js';
import { createDatabase } from '../../support/database.js';
import { findProgram } from '../../support/postgres-client.js';
import { major, useEverything } from './use-everything.js';

const dump = findProgram('pg_dump', major);
const load = findProgram('psql', major);
const reason = `there is no pg_dump and psql for PostgreSQL ${major} below /usr/lib/postgresql`;

if (dump === null || load === null) {
  test(`a database and its restore: ${reason}`, ({ skip }) => {
    skip(reason);
  });
}

describe.skipIf(dump === null || load === null)('a database with one of everything', () => {
  const { client } = useEverything();

  test('and its restore by pg_dump read the same, but for settings, which pg_dump leaves to the database', async () => {
    // pg_dump writes CREATE LANGUAGE without its handlers, which asks for an extension of that name.
    await client().run('drop transform for int language own; drop language own');
    const [rows] = await client().run('select current_database() as name');
    const restored = await createDatabase();
    const from = new URL(restored.url);
    from.pathname = `/${String(rows?.[0]?.['name'])}`;
    const run = promisify(execFile);
    const options = { maxBuffer: 64 << 20 };
    const { stdout } = await run(dump!, ['--dbname', from.href], options);
    const loading = run(load!, ['-X', '-v', 'ON_ERROR_STOP=1', '-f', '-', restored.url], options);
    loading.child.stdin?.end(stdout);
    await loading;
    const other = await openClient({ database: restored.name });
    try {
      const source = await readCatalog(client(), 'pgm');
      const differences = compareCatalogs(source, await readCatalog(other, 'pgm'));
      await other.run('alter subscription ours set (slot_name = none); drop subscription ours');
      const names = differences.map(objectOf).map(({ kind, identity }) => `${kind} ${identity}`);
      expect(names).toEqual([
        'setting of everything_reader in the database',
        'setting of the database',
      ]);
    } finally {
      await other.close();
      await restored.drop();
    }
  });
});
