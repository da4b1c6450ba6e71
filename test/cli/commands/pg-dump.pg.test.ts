import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let tree: Tree;

beforeAll(async () => {
  database = await createDatabase();
  const dump = await readFile(new URL('../../fixtures/pg_dump.sql', import.meta.url), 'utf8');
  tree = await makeTree({
    'odd/001_dump.sql': dump,
    'odd/002_after.sql': 'create table odd.after (id int);',
  });
});

afterAll(async () => {
  await tree.remove();
  await database.drop();
});

test('a plain-format pg_dump of a real database goes through pgm migrate unchanged', async () => {
  const { exitCode, stdout } = await pgm(['migrate', '--dir', tree.directory], {
    DATABASE_URL: database.url,
  });
  expect(stdout).toContain('✅ All migrations applied');
  expect(exitCode).toBe(0);
});

test('with its rows, byte for byte', async () => {
  const rows = await database.sql`select id, body from odd."Names; with 'quotes'" order by id`;
  expect(rows).toEqual([
    { id: 1, body: 'tab\there\nnew line \\ backslash' },
    { id: 2, body: null },
    { id: 3, body: '\\.' },
    { id: 4, body: '日本 🐘; commit; -- no' },
    { id: 5, body: '' },
  ]);
});

test('with its functions, rules, sequences and views', async () => {
  const [row] = await database.sql`
    select odd.atomic(1) as atomic, odd.plain() as plain, nextval('odd.s')::int as next,
      (select string_agg(word, ',' order by id) from odd.v) as words,
      (select count(*)::int from pg_rules where rulename = 'twice') as rules,
      (select count(*)::int from gcp.secrets) > 0 as secrets`;
  expect(row).toEqual({
    atomic: 2,
    plain: "it's; begin; end",
    next: 6,
    words: 'one,more,more,more,more',
    rules: 1,
    secrets: true,
  });
});

test('what a dump set in the session does not reach the next file', async () => {
  expect(await database.sql`select to_regclass('odd.after') is not null as made`).toEqual([
    { made: true },
  ]);
  expect(await database.sql`select filename, state from pgm.migrations order by 1`).toEqual([
    { filename: '001_dump.sql', state: 'applied' },
    { filename: '002_after.sql', state: 'applied' },
  ]);
});
