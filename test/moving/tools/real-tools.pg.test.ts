import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';
import { installPeers, npmTools, otherTools, type RealTool } from './real-tool.js';

let database: Database;
let tree: Tree;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  await tree.remove();
  await database.drop();
});

const run = (...args: string[]) => pgm(args, { DATABASE_URL: database.url }, tree.directory);

/** The tool applies its folder; pgm takes over folder and history, and goes on with a file of its own. */
async function moveIn({ files, folder = '.', apply }: RealTool): Promise<void> {
  tree = await makeTree(files);
  await apply(tree.directory, database.url);
  const into = await run('import', folder, '--to', 'moved');
  expect(into.exitCode, into.stdout + into.stderr).toBe(0);
  const marked = await run('baseline', '--from-history', '--dir', 'moved');
  expect(marked.exitCode, marked.stdout + marked.stderr).toBe(0);
  expect(marked.stdout).toContain('4 migrations marked as applied, none was run');
  expect(marked.stdout).not.toContain('WARN');
  const check = await run('status', '--check', '--dir', 'moved');
  expect(check.exitCode, check.stdout).toBe(0);
  expect(await database.sql`select distinct outcome from pgm.attempts`).toEqual([
    { outcome: 'baselined' },
  ]);
  const { url } = database;
  const proof = await run('verify', '--dir', 'moved', '--against', url, '--shadow-url', url);
  expect(proof.exitCode, proof.stdout + proof.stderr).toBe(0);
  mkdirSync(join(tree.directory, 'moved/public'), { recursive: true });
  const next = join(tree.directory, 'moved/public/99999999999999_labels.sql');
  writeFileSync(next, 'create table labels (account int references account);\n');
  const ran = await run('migrate', '--dir', 'moved');
  expect(ran.stdout.match(/\.sql applied/g)).toHaveLength(1);
  expect(await database.sql`select id, name, plan, greet() from account`).toEqual([
    { id: 1, name: 'first', plan: 'first', greet: 'hello' },
  ]);
}

describe('moving in from the real tool: nothing runs again, and the next file does', () => {
  beforeAll(installPeers);

  test.each([
    'dbmate',
    'sql-migrate',
    'node-pg-migrate',
    'postgres-migrations',
    'graphile-migrate',
  ])('%s', async (name) => {
    await moveIn(theTool(npmTools(), name));
  });

  test.each(['postgrator', 'umzug', 'knex', 'drizzle-kit'])('%s', async (name) => {
    await moveIn(theTool(npmTools(), name));
  });
});

// By hand: PGM_TEST_TOOLS=sqitch,yoyo, and liquibase with the path of its program in PGM_TEST_LIQUIBASE.
const others = process.env['PGM_TEST_TOOLS']?.split(',') ?? [];

describe.runIf(others.length > 0)('moving in from tools that npm does not bring', () => {
  test.each(others)('%s', async (name) => {
    await moveIn(theTool(otherTools(), name));
  });
});

function theTool(tools: readonly RealTool[], name: string): RealTool {
  const found = tools.find(({ tool }) => tool === name);
  if (found === undefined) throw new Error(`${name} is not here`);
  return found;
}
