import { expect, test } from 'vitest';
import { documentOf } from '../../src/core/catalog/catalog.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { openClient } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { tableStatements } from './tables.js';

const tables = 500;
const mustMs = 1_000;

test(`the catalog of ${tables} tables is read in under ${mustMs} ms`, async () => {
  const database = await createDatabase();
  const client = await openClient({ database: database.name });
  for (let n = 0; n < tables; n += 50) {
    await client.run(Array.from({ length: 50 }, (_, at) => tableStatements(n + at)).join('\n'));
  }
  const took: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    bytes = documentOf(await readCatalog(client, 'pgm')).length;
    took.push(performance.now() - started);
  }
  const shown = took.map((ms) => Math.round(ms)).join(', ');
  process.stdout.write(
    `catalog of ${tables} tables: ${shown} ms, document ${Math.round(bytes / 1024)} KiB\n`,
  );
  await client.close();
  await database.drop();
  expect(Math.min(...took)).toBeLessThan(mustMs);
});
