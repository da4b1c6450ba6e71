import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DriftDocument } from '../../src/core/drift/drift-report.js';
import { createDatabase, type Database } from '../support/database.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { asAdmin, connect, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { isDrift, isOver, Watching } from './watching.js';

const files = {
  'app/001_users.sql': `create schema app; create table app.users (id int primary key, email text);`,
};
const later = { 'app/002_more.sql': 'create table app.more (id int primary key);' };
const role = `plain_${randomBytes(4).toString('hex')}`;

let database: Database;
let home: Tree;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree(files);
  await asAdmin((admin) => admin.unsafe(`create role ${role} login password 'x'`));
});

afterEach(async () => {
  await home.remove();
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

const at = (url = database.url) => ({ DATABASE_URL: url, MIGRATIONS_DIR: home.directory });
const migrate = (url?: string) => pgm(['migrate'], at(url));

/** What differs, by `pgm drift`, which must not complain. */
async function drift(url?: string): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await pgm(['drift', '--json'], at(url));
  const { objects, verdict } = JSON.parse(stdout) as DriftDocument;
  expect([stderr, verdict, exitCode]).toEqual(
    objects.length === 0 ? ['', 'in step', 0] : ['', 'drift', 3],
  );
  return objects.map((each) => `${each.drift} ${each.kind} ${each.identity}`);
}

/** A run that kept the catalog. */
async function keptBy(url?: string): Promise<void> {
  const { stdout, stderr, exitCode } = await migrate(url);
  expect(exitCode, stderr).toBe(0);
  expect(stdout + stderr).not.toMatch(/catalog|ERROR/);
}

describe('a role without rights', () => {
  const url = (): string => urlFor(database.name, { user: role, password: 'x' });

  test('on a schema sees what a superuser sees, if it may read the history', async () => {
    await keptBy();
    await database.sql.unsafe(`grant usage on schema pgm to ${role};
      grant select on all tables in schema pgm to ${role}; revoke all on schema public from public`);
    expect(await drift(url())).toEqual(['different schema public']);
    await database.sql.unsafe('create index by_hand on app.users (email)');
    const found = ['unknown index app.by_hand', 'different schema public'];
    expect(await drift(url())).toEqual(found);
    expect(await drift()).toEqual(await drift(url()));
  });

  test('on schemas of others runs files and keeps the catalog, and nobody finds a drift in it', async () => {
    await database.sql.unsafe(`create schema theirs; create table theirs.t (id int primary key);
      revoke all on schema theirs from public; grant create on database ${database.name} to ${role}`);
    await keptBy(url());
    await home.write(later);
    await keptBy(url());
    expect([await drift(), await drift(url())]).toEqual([[], []]);
    await database.sql`alter table theirs.t add n int`;
    const found = ['unknown table column theirs.t.n'];
    expect([await drift(), await drift(url())]).toEqual([found, found]);
  });
});

test('a superseded runner takes nothing that newer files made for drift, and still finds what no file made', async () => {
  const watching = await Watching.begin(home.directory, database.url);
  const newer = await makeTree(Object.assign({}, files, later));
  try {
    await watching.looked();
    const ran = await pgm(['migrate', '--dir', newer.directory], { DATABASE_URL: database.url });
    expect(ran.exitCode).toBe(0);
    await watching.looked();
    expect([watching.warnings, (await watching.drift())?.count]).toEqual([[], 0]);
    await database.sql`create index by_hand on app.more (id)`;
    await watching.process.printed(isDrift);
    expect(await watching.named()).toEqual([['unknown', 'index app.by_hand']]);
    expect(await drift()).toEqual(['unknown index app.by_hand']);
    await database.sql`drop index app.by_hand`;
    await watching.process.printed(isOver);
  } finally {
    await watching.stop();
    await newer.remove();
  }
});

test.each(['LATIN1', 'SQL_ASCII'])(
  'a database in %s is kept and compared as any other',
  async (encoding) => {
    const own = await createDatabase(undefined, encoding);
    try {
      await home.write({
        'app/002_odd.sql': `create table app."café" (id int default 7); comment on table app."café" is 'déjà';`,
      });
      await keptBy(own.url);
      expect(await drift(own.url)).toEqual([]);
      await own.sql.unsafe(
        `comment on table app."café" is 'ailleurs, après'; create table app."naïve" ()`,
      );
      expect(await drift(own.url)).toEqual(
        ['unknown table app."naïve"', 'different table app."café"'].toSorted(),
      );
      await own.sql.unsafe(`comment on table app."café" is 'déjà'; drop table app."naïve"`);
    } finally {
      await own.drop();
    }
  },
);

test('in SQL_ASCII, what has bytes that are not UTF-8 is named, and what to do with it', async () => {
  const own = await createDatabase(undefined, 'SQL_ASCII');
  const byte = "'caf' || chr(233)";
  const odd: readonly (readonly [name: string, make: string, mend: string])[] = [
    [
      'table app.users',
      `'comment on table app.users is ' || quote_literal(${byte})`,
      "comment on table app.users is 'café'",
    ],
    [
      'table column app.users.email',
      `'alter table app.users alter email set default ' || quote_literal(${byte})`,
      'alter table app.users alter email drop default',
    ],
    [
      'table app."caf\ufffd"',
      `'create table app.' || quote_ident(${byte}) || '()'`,
      `do $$ begin execute 'alter table app.' || quote_ident(${byte}) || ' rename to cafe'; end $$`,
    ],
  ];
  try {
    await keptBy(own.url);
    for (const [name, make, mend] of odd) {
      await own.sql.unsafe(`do $$ begin execute ${make}; end $$`);
      for (const command of ['drift', 'schema']) {
        const { stderr, exitCode } = await pgm([command], at(own.url));
        expect(stderr).toContain(
          `not all of the catalog is UTF-8, as the encoding of the database, SQL_ASCII, lets in any bytes: ${name}; rename`,
        );
        expect(exitCode).toBe(2);
      }
      await home.write({ 'app/003_x.sql': `-- ${name}\nselect 1;` });
      const { stdout, exitCode } = await migrate(own.url);
      expect(stdout.split(`lets in any bytes: ${name}; rename`)).toHaveLength(2);
      expect(exitCode).toBe(0);
      await own.sql.unsafe(mend);
      expect((await pgm(['schema'], at(own.url))).exitCode).toBe(0);
    }
  } finally {
    await own.drop();
  }
});

test('in SQL_ASCII, what has bytes that are not UTF-8 is no obstacle where --drift-ignore leaves it out', async () => {
  const own = await createDatabase(undefined, 'SQL_ASCII');
  const table = `quote_ident('zw' || chr(246))`;
  const ignoring = { ...at(own.url), PGM_DRIFT_IGNORE: 'old' };
  try {
    await own.sql.unsafe(`create schema old`);
    await own.sql.unsafe(
      `do $$ begin execute 'create table old.' || ${table} || '(id int primary key)'; end $$`,
    );
    const first = await pgm(['migrate'], ignoring);
    expect([first.stderr, first.exitCode]).toEqual(['', 0]);
    await own.sql.unsafe('create table app.by_hand ()');
    await home.write(later);
    const second = await pgm(['migrate'], ignoring);
    expect([second.stderr, second.exitCode]).toEqual(['', 0]);
    await own.sql.unsafe(
      `do $$ begin execute 'comment on table old.' || ${table} || ' is ''changed'''; end $$`,
    );
    for (const args of [
      ['drift'],
      ['drift', '--embedded'],
      ['verify', '--embedded', '--against', own.url],
    ]) {
      const { stdout, stderr } = await pgm([...args, '--json'], ignoring);
      expect(stderr).not.toContain('lets in any bytes');
      expect(stdout).toContain('app.by_hand');
      // Names of databases are hexadecimal.
      expect(stdout).not.toContain('zw');
    }
    const without = await pgm(['drift'], at(own.url));
    expect([without.exitCode, without.stderr]).toEqual([3, '']);
    const schema = await pgm(['schema'], ignoring);
    expect(schema.stderr).toContain('lets in any bytes: table old."zw\ufffd"');
  } finally {
    await own.drop();
  }
});

test('a run with nothing due on the history of an older pgm writes nothing, and the first one with something due keeps', async () => {
  await keptBy();
  // As layout 3 was, which had no such table.
  await database.sql.unsafe(
    'drop table pgm.catalogs; delete from pgm.layout where version > 3; insert into pgm.layout (version) values (3) on conflict do nothing',
  );
  await keptBy();
  const [{ there } = {}] = await database.sql`select to_regclass('pgm.catalogs') as there`;
  expect(there).toBeNull();
  const nothing = await pgm(['drift', '--json'], at());
  expect(nothing.exitCode).toBe(3);
  expect(JSON.parse(nothing.stdout)).toMatchObject({ verdict: 'no document', objects: [] });
  await home.write(later);
  await keptBy();
  expect(await drift()).toEqual([]);
  await database.sql`create index by_hand on app.more (id)`;
  await keptBy();
  expect(await drift()).toEqual(['unknown index app.by_hand']);
});

test('an interrupt while the catalog is kept ends a run that is done, and what its files made is no drift', async () => {
  await keptBy();
  await home.write(later);
  const locker = connect(database.name);
  const waiting = () =>
    database.sql`select from pg_locks where relation = 'pgm.catalogs'::regclass and not granted`;
  try {
    // It may be read, and not be written to.
    await locker`begin`;
    await locker`lock table pgm.catalogs in share mode`;
    const running = new RunningPgm(['migrate'], at());
    await expect.poll(async () => (await waiting()).length).toBe(1);
    const { exitCode, stdout, stderr } = await running.stop('SIGINT');
    expect([exitCode, stderr], stdout).toEqual([0, '']);
    expect(stdout).toContain('✅ All migrations applied');
    expect(await waiting()).toEqual([]);
    await locker`rollback`;
    expect(await drift()).toEqual([]);
    await home.write({ 'app/003_last.sql': 'create table app.last (id int);' });
    await keptBy();
    expect(await drift()).toEqual([]);
    await database.sql`drop table app.last`;
    expect(await drift()).toEqual(['missing table app.last', 'missing table column app.last.id']);
  } finally {
    await locker.end({ timeout: 0 });
  }
});
