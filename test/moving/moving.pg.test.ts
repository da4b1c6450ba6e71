import { afterEach, expect, test } from 'vitest';
import { compareCatalogs } from '../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { createDatabase, type Database } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';
import { open } from '../db/catalog/use-everything.js';
import { folders } from './folders.js';

let trees: Tree[] = [];
let databases: Database[] = [];
afterEach(async () => {
  for (const tree of trees) await tree.remove();
  for (const database of databases) await database.drop();
  [trees, databases] = [[], []];
});

async function tree(files: Readonly<Record<string, string>> = {}): Promise<Tree> {
  const made = await makeTree(files);
  trees.push(made);
  return made;
}

async function database(): Promise<Database> {
  const made = await createDatabase();
  databases.push(made);
  return made;
}

async function catalogOf({ name }: Database) {
  const client = await open(name);
  try {
    return await readCatalog(client, 'pgm');
  } finally {
    await client.close();
  }
}

test.each(folders)(
  '$tool ($variant): pgm import, then pgm migrate makes what the forward halves make by hand',
  async ({ files, folder = '', byHand }) => {
    const project = await tree(files);
    const target = await tree();
    const into = `${target.directory}/migrations`;
    const imported = await pgm(['import', `${project.directory}/${folder}`, '--to', into]);
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' });

    const [hand, ours] = [await database(), await database()];
    for (const statement of byHand) await hand.sql.unsafe(statement);
    const migrated = await pgm(['migrate', '--dir', into], { DATABASE_URL: ours.url });
    expect(migrated.stdout).toContain('All migrations applied');
    expect(migrated.exitCode).toBe(0);
    expect(compareCatalogs(await catalogOf(hand), await catalogOf(ours))).toEqual([]);
  },
);
