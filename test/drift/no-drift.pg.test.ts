import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { get } from '../support/http.js';
import { pgm } from '../support/pgm.js';
import { asAdmin, connect, startServer, urlFor } from '../support/server.js';
import { startStandby } from '../support/standby.js';
import { makeTree, type Tree } from '../support/tree.js';
import { filesOf } from './hand-made.js';
import { isDrift, isOver, Watching } from './watching.js';

const role = `night_${randomBytes(4).toString('hex')}`;
let database: Database;
let home: Tree;
let watching: Watching;

beforeEach(async () => {
  database = await createDatabase();
  await asAdmin((admin) => admin.unsafe(`create role ${role}`));
  home = await makeTree(filesOf(role));
});

afterEach(async () => {
  await watching.stop();
  await home.remove();
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

/** Nothing was said of drift, nor of trouble with it, and the last look found none. */
async function expectNone(): Promise<void> {
  await watching.looked();
  expect([watching.warnings, watching.ends]).toEqual([[], []]);
  expect(watching.process.output).not.toMatch(/not known whether/);
  expect((await watching.drift())?.count).toBe(0);
}

describe('no drift for watch', () => {
  test('are files that are edited, fail, are fixed and come anew', async () => {
    watching = await Watching.begin(home.directory, database.url);
    const { 'shop/001_tables.sql': tables = '' } = filesOf(role);
    let at = 0;
    for (let round = 1; round <= 4; round += 1) {
      const more = `alter table shop.users add column if not exists c${round} text;`;
      const broken = `alter table shop.users add b${round} int; select 1 / 0;`;
      await home.write({
        'shop/001_tables.sql': `${tables}\n${more}\n`,
        [`shop/1${round}_broken.sql`]: broken,
      });
      at = await watching.process.printed(new RegExp(`1${round}_broken.sql:1`), at);
      await expectNone();
      await home.write({
        [`shop/1${round}_broken.sql`]: `create table if not exists shop.t${round} (id int);`,
      });
      at = await watching.process.printed(/✅ All migrations applied/, at);
      await expectNone();
    }
  });

  test('are VACUUM, ANALYZE, rows, temporary tables, other databases and passwords', async () => {
    watching = await Watching.begin(home.directory, database.url);
    await watching.looked();
    const { sql } = database;
    const other = await createDatabase();
    for (const statement of [
      `insert into shop.users select n, 'a', 1 from generate_series(1, 2000) n`,
      'analyze',
      'vacuum (freeze, analyze)',
      'vacuum full shop.users',
      'reindex table shop.users',
      'truncate shop.orders',
      'create temp table night (id int primary key, x text default 1)',
      'create temp view night_view as select 1 as one',
      `alter role ${role} password 'x'`,
      `select setval('shop.numbers', 77)`,
    ]) {
      await sql.unsafe(statement);
    }
    await other.sql`create table night (id int)`;
    await expectNone();
    await other.drop();
    await sql`drop table night cascade`;
    await expectNone();
  });

  test('is what another runner does outside a transaction, while it does it and after', async () => {
    watching = await Watching.begin(home.directory, database.url);
    await watching.looked();
    const more = await makeTree(
      Object.assign(
        { 'shop/004_i.sql': 'create index concurrently night on shop.users (email);' },
        filesOf(role),
      ),
    );
    const holder = connect(database.name);
    let migrating: Promise<unknown> = Promise.resolve();
    try {
      await holder.begin(async (held) => {
        await held`insert into shop.users values (1, 'a', 1)`;
        migrating = pgm(['migrate', '--dir', more.directory], { DATABASE_URL: database.url });
        const invalid = () => database.sql`select from pg_index where not indisvalid`;
        await expect.poll(async () => (await invalid()).length).toBe(1);
        // It reads the catalog meanwhile.
        const reads = () =>
          database.sql`select from pg_stat_activity where datname = ${database.name} and query like 'select o.type as kind%'`;
        await expect.poll(async () => (await reads()).length).toBeGreaterThan(0);
      });
      expect(await migrating).toMatchObject({ exitCode: 0 });
      await expectNone();
    } finally {
      await holder.end({ timeout: 0 });
      await migrating;
      await more.remove();
    }
  });

  test('is what a restore has not brought yet; what it never brings is told afterwards', async () => {
    watching = await Watching.begin(home.directory, database.url);
    await watching.looked();
    const restorer = connect(database.name);
    try {
      // As a dump is loaded: the history with its rows, then data, then indexes.
      await restorer.begin(async (load) => {
        await load`create table pgm.loaded (like pgm.catalogs including all)`;
        await load`insert into pgm.loaded select * from pgm.catalogs`;
        await load`drop table pgm.catalogs`;
        await load`alter table pgm.loaded rename to catalogs`;
        await load`drop index shop.orders_state`;
      });
      await restorer.begin(async (load) => {
        await load`lock table shop.orders in share mode`;
        const reads = () =>
          database.sql`select from pg_stat_activity where datname = ${database.name} and query like 'select o.type as kind%'`;
        await expect.poll(async () => (await reads()).length).toBeGreaterThan(0);
        await expect.poll(async () => (await reads()).length).toBe(0);
        await expect.poll(async () => (await reads()).length).toBeGreaterThan(0);
        await load`create index orders_state on shop.orders (state)`;
      });
      await expectNone();
      await restorer`drop index shop.orders_state`;
      await watching.process.printed(isDrift);
    } finally {
      await restorer.end({ timeout: 0 });
    }
  });
});

describe('a role', () => {
  const login = `runner_${randomBytes(4).toString('hex')}`;

  beforeEach(async () => {
    await asAdmin((admin) =>
      admin.unsafe(`create role ${login} login password 'x' connection limit 2`),
    );
  });

  afterEach(async () => {
    await database.drop();
    await asAdmin((admin) => admin.unsafe(`drop role ${login}`));
  });

  const url = (): string => urlFor(database.name, { user: login, password: 'x' });

  test('with two connections has enough for looks and probes', async () => {
    await database.sql.unsafe(`grant create on database ${database.name} to ${login}`);
    const own = await makeTree({
      'own/001_t.sql': 'create schema own; create table own.t (id int);',
    });
    watching = await Watching.begin(own.directory, url());
    await watching.looked();
    for (let round = 0; round < 3; round += 1) {
      await database.sql.unsafe(`create index on own.t (id)`);
      const at = await watching.process.printed(isDrift, watching.process.output.length);
      expect((await get(watching.port, '/readiness')).status).toBe(200);
      await database.sql.unsafe(`drop index own.t_id_idx`);
      await watching.process.printed(isOver, at);
    }
    expect(watching.process.output).not.toMatch(/too many connections|waiting for PostgreSQL/);
    await own.remove();
  });

  test('that may not read what was kept is told so once, and of no drift', async () => {
    await pgm(['migrate', '--dir', home.directory], { DATABASE_URL: database.url });
    await database.sql.unsafe(
      `grant usage on schema pgm to ${login}; grant all on all tables in schema pgm to ${login};
       revoke all on pgm.catalogs from ${login}`,
    );
    watching = await Watching.begin(home.directory, url());
    await watching.process.printed(/cannot tell whether the database has drifted: .*catalogs/);
    expect(await watching.drift()).toBeNull();
    expect(watching.warnings).toEqual([]);
    expect(watching.process.output).not.toMatch(/ERROR/);
  });
});

describe('a server of its own', () => {
  test('that restarts, and a standby that is promoted, have no drift, and what was there before is told', async () => {
    const primary = await startServer();
    try {
      await asAdmin((admin) => admin.unsafe(`create role ${role}`), primary);
      watching = await Watching.begin(home.directory, urlFor('restarted', {}, primary));
      await expectNone();
      await primary.stop('fast');
      await primary.restart();
      await expectNone();
      await watching.stop();
      const standby = await startStandby(primary);
      try {
        watching = await Watching.begin(home.directory, urlFor('restarted', {}, standby));
        await watching.process.printed(/is a standby: pgm follows it/);
        expect(await watching.drift()).toBeNull();
        const own = { DATABASE_URL: urlFor('restarted', {}, standby) };
        const drift = () => pgm(['drift', '--dir', home.directory], own);
        expect(await drift()).toMatchObject({ exitCode: 0, stderr: '' });
        await standby.promote();
        await watching.process.printed(/is a primary/);
        await expectNone();
        const sql = connect('restarted', standby);
        await sql`create index night on shop.users (email)`;
        await sql.end();
        await watching.process.printed(isDrift);
        const after = await drift();
        expect(after.exitCode).toBe(3);
        expect(after.stdout).toContain('unknown here  index shop.night');
      } finally {
        await watching.stop();
        await standby.remove();
      }
    } finally {
      await primary.remove();
    }
  });
});
