import { afterEach, describe, expect, test } from 'vitest';
import { compareCatalogs } from '../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { openClient } from '../support/client.js';
import { createDatabase, type Database } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { migrateFiles } from '../support/run.js';
import { makeTree } from '../support/tree.js';
import { folders } from './folders.js';
import { known, seenFrom, texts } from './understood.js';

let databases: Database[] = [];
afterEach(async () => {
  for (const database of databases) await database.drop();
  databases = [];
});

async function database(): Promise<Database> {
  const made = await createDatabase();
  databases.push(made);
  return made;
}

async function catalogOf({ name }: Database) {
  const client = await openClient({ database: name });
  try {
    return await readCatalog(client, 'pgm');
  } finally {
    await client.close();
  }
}

describe('what pgm import writes makes the catalog that the forward halves make by hand', () => {
  test.each(folders)('$tool ($variant)', async ({ files, folder, byHand }) => {
    const [hand, ours] = [await database(), await database()];
    for (const statement of byHand) await hand.sql.unsafe(statement);
    const imported = texts(await known(seenFrom(files, folder)));
    const { report } = await migrateFiles(imported, { database: ours.name });
    expect(report.applied.map(({ key }) => key)).toEqual(Object.keys(imported));
    expect(compareCatalogs(await catalogOf(hand), await catalogOf(ours))).toEqual([]);
  });
});

test('a folder goes from pgm import to pgm migrate and pgm status --check without a word between', async () => {
  const [sample] = folders;
  const tree = await makeTree(sample?.files);
  const { url } = await database();
  try {
    const cwd = tree.directory;
    const raw = await pgm(['migrate', '--dir', 'db/migrations'], { DATABASE_URL: url }, cwd);
    expect(raw.exitCode).toBe(1);
    expect(raw.stdout.match(/refused/g)).toHaveLength(1);
    expect(raw.stdout).toContain('this is a folder of dbmate: pgm import db/migrations');

    expect((await pgm(['import', '.'], {}, cwd)).exitCode).toBe(0);
    const ran = await pgm(['migrate'], { DATABASE_URL: url }, cwd);
    expect(ran.stdout).toContain('All migrations applied');
    expect((await pgm(['status', '--check'], { DATABASE_URL: url }, cwd)).exitCode).toBe(0);
  } finally {
    await tree.remove();
  }
});
