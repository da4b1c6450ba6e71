import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWithFiles, type MadeByFiles } from '../../src/core/drift/against/against-files.js';
import type { DriftItem } from '../../src/core/drift/drift.js';
import { openLiveSchema } from '../../src/db/live-schema.js';
import { openProof } from '../../src/db/proof/open-proof.js';
import { makeByFiles } from '../../src/operations/against/make-by-files.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { createDatabase, type Database } from '../support/database.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { migrateFiles, settingsFor } from '../support/run.js';
import { asAdmin } from '../support/server.js';
import { filesOf, handMadeBy } from './hand-made.js';

const role = `night_${randomBytes(4).toString('hex')}`;
const runner = { version: '0.0.0', host: 'test' };
let database: Database;
let made: MadeByFiles;

const makeOf = (files: Readonly<Record<string, string>>): Promise<MadeByFiles> => {
  const { signal } = new AbortController();
  const settings = settingsFor({ database: 'postgres' });
  const proof = { settings, runner, historySchema: 'pgm', lockTimeoutMs: 10_000 };
  return makeByFiles(
    snapshotOf(files),
    {
      sqlReader: createSqlReader(),
      openProof: () => openProof({ ...proof, name: null, roles: [] }),
      emit: () => undefined,
      stop: { soon: signal, now: signal },
    },
    'nothing is compared',
  );
};

beforeAll(async () => {
  await asAdmin((admin) => admin.unsafe(`create role ${role}`));
  database = await createDatabase();
  await migrateFiles(filesOf(role), { database: database.name });
  made = await makeOf(filesOf(role));
});

afterAll(async () => {
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

async function compared(by: MadeByFiles, name = database.name) {
  const settings = settingsFor({ database: name });
  const live = await openLiveSchema({ settings, historySchema: 'pgm', runner }).read([]);
  return compareWithFiles(by, live, () => false);
}

const named = ({ kind, object }: DriftItem) => [kind, `${object.kind} ${object.identity}`];

describe('against what the files make', () => {
  test('each of twenty hand-made drifts is found and named, and gone once it is undone', async () => {
    const [{ owner = '' } = {}] = await database.sql`select current_user as owner`;
    const drifts = handMadeBy(role, String(owner));
    const told: Record<string, unknown> = {};
    for (const { what, sql, undo } of drifts) {
      await database.sql.unsafe(sql);
      told[what] = (await compared(made)).items.map(named);
      await database.sql.unsafe(undo);
      expect((await compared(made)).items, what).toEqual([]);
    }
    expect(told).toEqual(Object.fromEntries(drifts.map(({ what, found }) => [what, found])));
  });

  test('the file that made an object is named, in a transaction or outside of one', async () => {
    const byFiles = await makeOf({
      'a/001_t.sql': 'create table t (id int, n int);',
      'a/002_i.sql': 'create index concurrently i on t (n);',
      'a/003_c.sql': `alter table t add c int; do $$ begin create index j on t (c); exception when others then null; end $$;`,
      'a/004_d.sql': 'drop index i; create index i on t (id);',
      'a/005_k.sql': 'create index concurrently k on t (n);',
    });
    const empty = await createDatabase();
    const { items } = await compared(byFiles, empty.name);
    await empty.drop();
    const by = items.map((item) => [item.object.identity, item.kind === 'missing' && item.by]);
    expect(Object.fromEntries(by)).toEqual({
      'public.t': 'a/003_c.sql',
      'public.t.id': 'a/001_t.sql',
      'public.t.n': 'a/001_t.sql',
      'public.t.c': 'a/003_c.sql',
      'public.i': 'a/004_d.sql',
      'public.j': 'a/003_c.sql',
      'public.k': 'a/005_k.sql',
    });
  });

  test('what a role made that most belongs to is expected to be its own, and what one of many belongs to is not', async () => {
    const live = await createDatabase();
    const files = {
      'a/001_t.sql':
        'create table a (id serial); create table b (id int); create view v as select 1 as one; revoke delete on b from current_user; alter default privileges grant select on tables to public;',
    };
    await live.sql.unsafe(`reset role; grant create on schema public to ${role}; set role ${role}`);
    await live.sql.unsafe(files['a/001_t.sql']);
    await live.sql.unsafe(`reset role; revoke create on schema public from ${role}`);
    const byFiles = await makeOf(files);
    expect((await compared(byFiles, live.name)).items).toEqual([]);
    await live.sql`alter table a owner to current_user`;
    const { items } = await compared(byFiles, live.name);
    expect(items.map(named)).toEqual([
      ['different', 'sequence public.a_id_seq'],
      ['different', 'table public.a'],
    ]);
    await live.drop();
  });

  test('a file is run with the settings that an earlier one gave to sessions, as in the database', async () => {
    const live = await createDatabase();
    const files = {
      'a/001_x.sql': `create schema own; do $$ begin
        execute format('alter database %I set search_path = own', current_database()); end $$;`,
      'a/002_x.sql': 'create table t (id int);',
    };
    await migrateFiles(files, { database: live.name });
    const { items } = await compared(await makeOf(files), live.name);
    expect(items.map(named)).toEqual([]);
    await live.drop();
  });

  test('the tables in which other tools keep their history are left out and told, unless a file makes them', async () => {
    const live = await createDatabase();
    await live.sql.unsafe(`create table schema_migrations (version text primary key);
      create table flyway_schema_history (installed_rank serial primary key, version text, type text, checksum int, success bool); create index on flyway_schema_history (version);
      create schema sqitch; create table sqitch.changes (change_id text primary key); create table sqitch.projects (project text);
      create table databasechangeloglock (id int); create table mine (id int); create schema other; create table other.changes (id int); create table migrations (id int, name text)`);
    const none = await makeOf({ 'a/001_x.sql': 'select 1;' });
    const { items, histories } = await compared(none, live.name);
    expect(histories.map(({ tool, identity }) => `${tool}: ${identity}`)).toEqual([
      'sqitch: sqitch',
      'Liquibase: public.databasechangeloglock',
      'Flyway: public.flyway_schema_history',
      'dbmate or Rails: public.schema_migrations',
      'sqitch: sqitch.changes',
      'sqitch: sqitch.projects',
    ]);
    expect(items.map(({ object }) => object.identity)).toEqual([
      'other',
      'other.changes',
      'public.migrations',
      'public.mine',
      'other.changes.id',
      'public.migrations.id',
      'public.migrations.name',
      'public.mine.id',
    ]);
    const own = await makeOf({ 'a/001_x.sql': 'create table schema_migrations (version int);' });
    const { items: differing } = await compared(own, live.name);
    expect(differing.map(({ kind, object }) => `${kind} ${object.identity}`)).toContain(
      'different public.schema_migrations.version',
    );
    await live.drop();
  });
});
