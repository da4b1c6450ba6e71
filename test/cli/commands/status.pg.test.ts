import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/index.js';
import { createDatabase, type Database, emptyDatabaseName } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let tree: Tree;

beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree({
    'gcp/001_x.sql': 'create table if not exists t (id int);',
    'gcp/002_x.sql': 'create tabel u (id int);',
    'aws/001_x.sql': 'select 1;',
    'aws/README.md': 'about',
    'aws/.hidden.sql': 'select 1;',
  });
});

afterEach(async () => {
  await tree.remove();
  await database.drop();
});

const run = (...args: string[]) =>
  pgm([...args, '--dir', tree.directory], { DATABASE_URL: database.url });

/** The same as `pgm migrate`, without a process. */
const migrated = () => migrate({ databaseUrl: database.url, dir: tree.directory });

test('says where, whether, how many, and what is wrong with its place; colours only on a terminal', async () => {
  await migrated();
  const { exitCode, stdout } = await run('status');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('✖ not up to date: gcp/002_x.sql failed');
  expect(stdout).toContain(`/${database.name}, PostgreSQL `);
  expect(stdout).toMatch(/^schema +applied +failed +last applied$/m);
  expect(stdout).toMatch(/^aws +1 +· +\d{4}-/m);
  expect(stdout).toMatch(/^gcp +1 +1 +\d{4}-/m);
  expect(stdout).toContain(`${tree.directory}/gcp/002_x.sql:1:8 syntax error`);
  expect(stdout).toContain('create tabel u (id int);');
  expect(stdout).toMatch(/^ignored +aws\/\.hidden\.sql, aws\/README\.md$/m);
  expect(stdout).not.toMatch(/\u001b/);
});

test('shows the same error as the run did, out of the history alone', async () => {
  const { stdout: ran } = await run('migrate');
  const { stdout: shown } = await run('status');
  const excerpt = /1 \| create tabel.*\n.*\^/.exec(ran)?.[0].replace(/^ +/gm, '');
  expect(excerpt).toBeDefined();
  expect(shown.replace(/^ +/gm, '')).toContain(excerpt);
});

test('--check exits 3 until all is applied, then 0', async () => {
  expect((await run('status', '--check')).exitCode).toBe(3);
  await migrated();
  expect((await run('status', '--check')).exitCode).toBe(3);
  await tree.write({ 'gcp/002_x.sql': 'create table u (id int);' });
  await migrated();
  const { exitCode, stdout } = await run('status', '--check');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✅ All migrations applied\n/);
});

test('writes nothing and creates nothing, not even on a database without history', async () => {
  const { exitCode, stdout } = await run('status');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('3 pending');
  const [left] = await database.sql`select to_regnamespace('pgm') as pgm`;
  expect(left).toEqual({ pgm: null });
});

test('a database that does not exist yet: says so, everything pending', async () => {
  const { name } = emptyDatabaseName();
  const { exitCode, stdout } = await pgm(['status', '--check', '--dir', tree.directory], {
    DATABASE_URL: urlFor(name),
  });
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`${name} does not exist yet`);
});

test('--json prints one document and nothing else on stdout', async () => {
  await migrated();
  const { stdout } = await run('status', '--json', '--attempts');
  const document = JSON.parse(stdout) as { server: object };
  expect(Object.keys(document.server)).toEqual(['version', 'inRecovery', 'pooled']);
  expect(document).toMatchObject({
    upToDate: false,
    reason: 'gcp/002_x.sql failed',
    counts: { applied: 2, failed: 1 },
    ignored: ['aws/.hidden.sql', 'aws/README.md'],
    lock: null,
    attempts: [
      { key: 'gcp/002_x.sql', outcome: 'failed' },
      { key: 'gcp/001_x.sql', outcome: 'applied' },
      { key: 'aws/001_x.sql', outcome: 'applied' },
    ],
  });
});

test('names who holds the run lock', async () => {
  await tree.write({ 'gcp/002_x.sql': "select pg_advisory_lock(42); select 'waited';" });
  await database.sql`select pg_advisory_lock(42)`;
  const migrating = run('migrate');
  await expect
    .poll(async () => (await run('status')).stdout)
    .toMatch(/^lock +pid \d+ \(pgm\/\S+ .+, user pact\) since /m);
  await database.sql`select pg_advisory_unlock(42)`;
  expect((await migrating).exitCode).toBe(0);
  expect((await run('status')).stdout).toMatch(/^lock +free$/m);
});

test('a renamed file and one that is gone are named', async () => {
  await tree.write({ 'gcp/002_x.sql': 'select 2;' });
  await migrated();
  await tree.write({ 'gcp/002_x.sql': null, 'gcp/003_x.sql': 'select 2;' });
  const { stdout } = await run('status');
  expect(stdout).toMatch(
    /○ gcp\/003_x\.sql +pending {2}same content as gcp\/002_x\.sql: renamed\?/,
  );
  expect(stdout).toMatch(/\? gcp\/002_x\.sql +missing/);
});

test('--wait ends as soon as somebody has migrated', async () => {
  await tree.write({ 'gcp/002_x.sql': 'select 2;' });
  const waiting = run('status', '--wait');
  expect((await run('migrate')).exitCode).toBe(0);
  expect((await waiting).exitCode).toBe(0);
});

test('--wait gives up after --wait-timeout with exit 3', async () => {
  const { exitCode, stdout } = await run('status', '--wait', '--wait-timeout', '1s');
  expect(exitCode).toBe(3);
  expect(stdout).toContain('3 pending');
});

test('--revision wants that very revision', async () => {
  await tree.write({ 'gcp/002_x.sql': 'select 2;' });
  await migrated();
  const { stdout } = await run('status', '--json');
  const { revision } = JSON.parse(stdout) as { revision: string };
  expect((await run('status', '--check', '--revision', revision.slice(0, 12))).exitCode).toBe(0);
  expect((await run('status', '--check', '--revision', '0123abcd')).exitCode).toBe(3);
});
