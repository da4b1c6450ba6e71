import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Catalog, documentOf, nameOf } from '../../src/core/catalog/catalog.js';
import { compareCatalogs } from '../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import type { Client } from '../../src/db/wire/client.js';
import { major } from '../db/catalog/use-everything.js';
import { openClient } from '../support/client.js';
import { createDatabase, type Database } from '../support/database.js';
import { findProgram } from '../support/postgres-client.js';
import { explanationOf } from './explained.js';
import { readSuite, runFile, type SuiteFile, withoutDrops } from './suite.js';

const directory = process.env['PGM_TEST_REGRESSION'];
if (directory === undefined) {
  throw new Error(
    "PGM_TEST_REGRESSION is not set. Set it to src/test/regress of PostgreSQL's sources, or to any directory of .sql files.",
  );
}
const program = findProgram('psql', 10);
if (program === null) throw new Error('there is no psql below /usr/lib/postgresql');
const suite = readSuite(directory);

/** A server that crashed starts again, once it has replayed what all files before wrote. */
async function reopen(name: string): Promise<Client> {
  let client: Client | null = null;
  const dial = async (): Promise<unknown> =>
    (client = await openClient({ database: name }).catch(() => null));
  await expect.poll(dial, { timeout: 600_000 }).not.toBe(null);
  return client!;
}

/** Runs the files in one database and reads its catalog after each. */
async function readAfterEach(database: Database, files: readonly SuiteFile[]): Promise<Catalog> {
  let slowest = 0;
  let failed = 0;
  let last: Catalog | null = null;
  for (const file of files) {
    const { errors, end } = await runFile(
      { program: program!, url: database.url, directory: directory! },
      file,
    );
    failed += errors;
    if (end !== 'as it should') process.stdout.write(`${file.name}: ${end}\n`);
    const client = await reopen(database.name);
    const started = performance.now();
    last = await readCatalog(client, 'pgm');
    slowest = Math.max(slowest, performance.now() - started);
    await client.close();
    expect(last.notCompared, file.name).toEqual([]);
    const names = last.objects.map(nameOf);
    expect(
      names.filter((name, at) => name === names[at - 1]),
      `${file.name}: two objects of one name`,
    ).toEqual([]);
  }
  process.stdout.write(
    `PostgreSQL ${major}: ${files.length} files, ${failed} statements failed, ${last?.objects.length ?? 0} objects at the end, slowest read ${Math.round(slowest)} ms\n`,
  );
  return last!;
}

// Without drops there is what cannot be restored: options that a later validator refuses, functions that are gone.
// A newer pg_dump writes what an older server does not read.
const found = findProgram('pg_dump', major);
const dump = found?.includes(`/${major}/`) === true ? found : null;

test.each([
  { variety: 'as they are', files: suite, isRestored: dump !== null },
  { variety: 'without their drops', files: suite.map(withoutDrops), isRestored: false },
])('the files $variety leave a catalog that is compared in full', async ({ files, isRestored }) => {
  const database = await createDatabase();
  const catalog = await readAfterEach(database, files);
  const client = await openClient({ database: database.name });
  const again = await readCatalog(client, 'pgm');
  await client.close();
  expect(documentOf(again) === documentOf(catalog)).toBe(true);
  expect(compareCatalogs(catalog, again)).toEqual([]);
  if (isRestored) await compareRestored(catalog, database);
  // The server goes with the project, and this one with it: a subscription of the suite would keep it from going.
  await database.sql.end({ timeout: 0 });
});

async function compareRestored(catalog: Catalog, { url }: Database): Promise<void> {
  const restored = await createDatabase();
  const run = promisify(execFile);
  const options = { maxBuffer: 512 << 20 };
  const { stdout } = await run(dump!, ['-s', '--dbname', url], options);
  const loading = run(
    program!,
    ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', '-', restored.url],
    options,
  );
  loading.child.stdin?.end(stdout);
  await loading;
  const client = await openClient({ database: restored.name });
  const differences = compareCatalogs(catalog, await readCatalog(client, 'pgm'));
  await client.close();
  await restored.sql.end({ timeout: 0 });
  expect(differences.filter((difference) => explanationOf(difference) === null)).toEqual([]);
  process.stdout.write(
    `PostgreSQL ${major}: ${differences.length} differences after a restore, all explained\n`,
  );
}
