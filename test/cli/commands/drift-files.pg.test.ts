import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DriftDocument } from '../../../src/core/drift/drift-report.js';
import { createDatabase, type Database } from '../../support/database.js';
import { pgm } from '../../support/pgm.js';
import { asAdmin, testServer, urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

const files = {
  'app/001_users.sql': `create schema app; create table app.users (id int primary key, email text default 'x');`,
  'app/002_broken.sql': 'create table app.broken (a nonsense);',
  'app/003_held.sql': 'drop table if exists app.old;',
};
const pending = { 'app/004_later.sql': 'create table app.later (a int);' };

let database: Database;
let home: Tree;
const shadow = urlFor('postgres');
const schemaFile = new URL('../../../docs/drift.schema.json', import.meta.url);
const isDocument = new Ajv2020().compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>,
);

beforeAll(async () => {
  database = await createDatabase();
  home = await makeTree(files);
  await pgm(['migrate', '--dir', home.directory], { DATABASE_URL: database.url });
  await home.write(pending);
});

afterAll(async () => {
  await home.remove();
  await database.drop();
  await asAdmin((sql) => sql`drop role if exists files_reader`);
});

function document(stdout: string): DriftDocument {
  const parsed: unknown = JSON.parse(stdout);
  expect(isDocument(parsed), JSON.stringify(isDocument.errors)).toBe(true);
  return parsed as DriftDocument;
}

/** Databases of proofs whose process is over; other tests prove on the same server meanwhile. */
async function leftBehind(): Promise<readonly string[]> {
  const ofTheDead = (await proofDatabases()).filter((name) => !isAlive(Number(name.split('_')[2])));
  const now = await proofDatabases();
  return ofTheDead.filter((name) => now.includes(name));
}

async function proofDatabases(): Promise<readonly string[]> {
  const rows = await asAdmin(
    (sql) => sql`select datname from pg_database where datname ~ '^pgm_verify_'`,
  );
  return rows.map(({ datname }) => String(datname));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('pgm drift --shadow-url', () => {
  const drift = (args: readonly string[] = [], url = database.url) =>
    pgm(['drift', '--shadow-url', shadow, '--dir', home.directory, ...args], { DATABASE_URL: url });

  test('finds no drift where pending, failed and held files have made nothing, and names them', async () => {
    const { stdout, stderr, exitCode } = await drift();
    expect(exitCode, stderr + stdout).toBe(0);
    expect(stdout).toContain('not yet: app/002_broken.sql is failed');
    expect(stdout).toContain('not yet: app/003_held.sql is held');
    expect(stdout).toContain('not yet: app/004_later.sql is pending');
    expect(stdout).toMatch(/✅ .* is what 1 file makes on PostgreSQL \d+\.\d+ \(revision \w+\)/);
    expect(document((await drift(['--json'])).stdout)).toMatchObject({
      verdict: 'in step',
      since: null,
      files: { applied: 1 },
      objects: [],
    });
  });

  test('tells a read-only role the same, with both definitions and the file, and writes nothing there', async () => {
    await database.sql.unsafe(`alter table app.users alter email set default 'y';
      create index by_hand on app.users (email); drop table if exists app.none`);
    await asAdmin((sql) =>
      sql.unsafe(
        `create role files_reader login password 'r-canary' in role pg_read_all_data; alter role files_reader set default_transaction_read_only = on`,
      ),
    );
    const { port } = testServer();
    const url = urlFor(database.name, { user: 'files_reader', password: 'r-canary', port });
    const written = () =>
      database.sql`select sum(n_tup_ins + n_tup_upd) as n from pg_stat_all_tables where schemaname = 'pgm'`;
    const before = await written();
    const { stdout, stderr, exitCode } = await drift([], url);
    expect(exitCode, stderr).toBe(3);
    expect(stdout).toContain('unknown here  index app.by_hand');
    expect(stdout).toContain(`different     table column app.users.email
  by app/001_users.sql
  default; only what is masked differs`);
    expect(stdout).not.toContain('app.later');
    const [own, theirs] = [await drift(['--json']), await drift(['--json'], url)];
    expect(document(theirs.stdout)).toEqual(document(own.stdout));
    expect(own.stdout + theirs.stdout + theirs.stderr).not.toMatch(/canary|pact-secret/);
    expect(await written()).toEqual(before);
    expect(await leftBehind()).toEqual([]);
    await database.sql.unsafe(
      `alter table app.users alter email set default 'x'; drop index app.by_hand`,
    );
  });

  test('takes the content that was applied from git, refuses where nobody has it, and tells of files that are gone', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: home.directory,
        stdio: 'pipe',
      });
    const edited = files['app/001_users.sql'].replace(`'x'`, `'z'`);
    await home.write({ 'app/001_users.sql': edited });
    const unknown = await drift();
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toMatch(/1 file of .* was edited after being applied.*pgm migrate/);
    expect(unknown.stderr).toContain(
      'app/001_users.sql: what was applied is neither in the source nor in git',
    );
    await home.write({ 'app/001_users.sql': files['app/001_users.sql'] });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'as applied');
    await home.write({ 'app/001_users.sql': edited });
    const known = await drift();
    expect(known.exitCode, known.stderr + known.stdout).toBe(0);
    expect(known.stdout).toContain('not yet: app/001_users.sql is changed');
    await home.write({ 'app/001_users.sql': files['app/001_users.sql'] });
    const other = await makeTree({ 'app/009_x.sql': 'select 1;' });
    const gone = await pgm(['drift', '--shadow-url', shadow, '--json', '--dir', other.directory], {
      DATABASE_URL: database.url,
    });
    await other.remove();
    expect(gone.exitCode).toBe(3);
    const { notYet, objects } = document(gone.stdout);
    expect(notYet).toContainEqual({ key: 'app/001_users.sql', state: 'missing' });
    const schema = objects.find(({ kind }) => kind === 'schema');
    expect(schema).toMatchObject({ drift: 'unknown', identity: 'app', file: null });
  });

  test('--embedded needs no second server, of whatever version it is', async () => {
    const args = ['drift', '--embedded', '--dir', home.directory];
    const { stdout, stderr, exitCode } = await pgm(args, { DATABASE_URL: database.url });
    expect(exitCode, stderr + stdout).toBe(0);
    expect(stdout).toMatch(/✅ .* is what 1 file makes on PostgreSQL/);
  });

  test('is a mistake with --schemas, with a directory for --embedded, or with both servers', async () => {
    const { exitCode, stderr } = await drift(['--schemas', 'app', '--embedded', '/tmp/x']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--schemas cannot be used here: the database has what all files make');
    expect(stderr).toContain('give --embedded without a directory');
    expect(stderr).toContain('--shadow-url and --embedded are both given');
  });
});

describe('pgm verify --against', () => {
  let moved: Database;
  let tree: Tree;
  const sources = {
    'public/001_a.sql': 'create table a (id serial primary key);',
    'public/002_b.sql': 'create table b (id int references a);',
  };

  beforeAll(async () => {
    moved = await createDatabase();
    tree = await makeTree(sources);
    for (const sql of Object.values(sources)) await moved.sql.unsafe(sql);
    await moved.sql`create table schema_migrations (version varchar primary key)`;
  });

  afterAll(async () => {
    await tree.remove();
    await moved.drop();
  });

  const against = (...more: readonly string[]) =>
    pgm([
      'verify',
      '--shadow-url',
      shadow,
      '--dir',
      tree.directory,
      '--against',
      moved.url,
      ...more,
    ]);

  test('is equal for a database that another tool made, whose history is left out and told', async () => {
    const { stdout, stderr, exitCode } = await against();
    expect(exitCode, stderr + stdout).toBe(0);
    expect(stdout).toMatch(/left out: table public\.schema_migrations, the history of .*dbmate/);
    expect(stdout).toMatch(/✅ .* is what 2 files make on PostgreSQL/);
    expect(stdout + stderr).not.toContain('pact-secret');
  });

  test('stays equal once pgm has its own history there', async () => {
    await pgm(['baseline', '--dir', tree.directory], { DATABASE_URL: moved.url });
    expect(await against('--json')).toMatchObject({ exitCode: 0 });
  });

  test('is 3 where something differs, 0 where that is left out, 1 where a file fails, 4 where nobody answers', async () => {
    await moved.sql`create table extra (id int)`;
    const { stdout, exitCode } = await against('--json');
    expect(exitCode).toBe(3);
    const { objects, leftOut } = document(stdout);
    expect(objects[0]).toMatchObject({ drift: 'unknown', identity: 'public.extra', file: null });
    expect(leftOut).toMatchObject([{ kind: 'table', identity: 'public.schema_migrations' }]);
    expect(await against('--drift-ignore', 'public.extra')).toMatchObject({ exitCode: 0 });
    await tree.write({ 'public/003_c.sql': 'create table c (id nonsense);' });
    const failed = await against();
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toContain(
      '1 of 3 files cannot be applied, so what the files make is not known',
    );
    const away = await pgm(
      ['verify', '--shadow-url', shadow, '--dir', tree.directory, '--wait-timeout', '1s'],
      { PGM_AGAINST: 'postgresql://u:canary@127.0.0.1:1/x' },
    );
    expect(away.exitCode).toBe(4);
    expect(away.stderr).toContain('PGM_AGAINST: ');
    expect(away.stderr).not.toContain('canary');
    expect(await leftBehind()).toEqual([]);
  });

  test('is a mistake with --from, --since, --schemas and --junit', async () => {
    const { exitCode, stderr } = await against('--since', 'HEAD', '--junit', 'x.xml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--since and --against are both given');
    expect(stderr).toContain('--junit and --against are both given');
  });
});
