import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, fingerprintOf } from '../../../src/core/catalog/catalog.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import { upgradeStatements } from '../../../src/db/history/ensure-history.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { major, useEverything } from './use-everything.js';

describe('a database with one of everything', () => {
  const { client, whole } = useEverything();

  test('leaves nothing that is not compared', () => {
    expect(whole().notCompared).toEqual([]);
  });

  test('shows no password', () => {
    expect(documentOf(whole())).not.toContain('hunter2');
  });

  test('reads the same bytes again, with other settings and from within a transaction', async () => {
    await client().run(`begin; set local search_path = s, public; set local timezone = 'Asia/Tokyo';
set local datestyle = 'German'; set local quote_all_identifiers = on; set local bytea_output = escape`);
    const again = await readCatalog(client(), 'pgm', true);
    const [rows] = await client().run(`select current_setting('datestyle') as style; commit`);
    expect(documentOf(again)).toBe(documentOf(whole()));
    expect(rows?.at(-1)?.['style']).toBe('German, DMY');
  });
});

describe('a catalog', () => {
  let databases: readonly Database[];
  let clients: readonly Client[];
  beforeAll(async () => {
    databases = [await createDatabase(), await createDatabase()];
    clients = await Promise.all(databases.map(({ name }) => openClient({ database: name })));
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    for (const database of databases) await database.drop();
  });

  async function fingerprints(...made: readonly (readonly string[])[]): Promise<readonly string[]> {
    return Promise.all(
      made.map(async (statements, at) => {
        const client = clients[at]!;
        for (const statement of statements) await client.run(statement);
        return fingerprintOf(await readCatalog(client, 'pgm'));
      }),
    );
  }

  test('is the same whatever the order in which equal things were made, altered and granted', async () => {
    const statements = [
      'create table one (id int primary key)',
      'create table two (id int primary key, a int, b text)',
      'create view three as select 3 as n',
      'create index on two (a)',
      'create function four() returns int language sql as $$ select 4 $$',
      'grant select on one to public',
    ];
    const there = [
      ...statements,
      'create table five (x int, y int)',
      'revoke select on one from public',
    ];
    const back = [
      'create table five (gone int, x int)',
      'alter table five drop column gone, add column y int',
      ...[3, 2, 1, 0].map((at) => statements[at] ?? '').filter((each) => !each.includes('index')),
      'create function four() returns int language sql as $$ select 5 $$',
      'create or replace function four() returns int language sql as $$ select 4 $$',
      'create index on two (a)',
    ];
    const [first, second] = await fingerprints(there, back);
    expect(first).toBe(second);
  });

  test('is the same whatever the order in which the partitions that a foreign key refers to came', async () => {
    const partition = (n: number): string =>
      `create table halves_${n} partition of halves for values in (${n})`;
    const twice = 'create table quarters (like halves) partition by list (id)';
    const made = [
      'create table halves (id int primary key) partition by list (id)',
      `${twice}; alter table quarters add primary key (id)`,
      'create table "Quarter" partition of quarters for values in (4)',
    ];
    const attach = 'alter table halves attach partition quarters for values in (4, 5)';
    const refer =
      'create table of_halves (half int constraint "To halves" references halves, other int references halves)';
    const comment = `comment on constraint "To halves" on of_halves is 'to both'`;
    const [first, second] = await fingerprints(
      [...made, partition(1), partition(2), attach, refer, comment],
      [...made, attach, refer, partition(2), comment, partition(1)],
    );
    expect(first).toBe(second);
    const { objects } = await readCatalog(clients[0]!, 'pgm');
    const names = objects
      .filter(({ table, kind }) => kind === 'table constraint' && table === 'public.of_halves')
      .map(({ identity }) => identity);
    expect(names.filter((name) => name.startsWith('"To halves"'))).toEqual([
      '"To halves" on public.of_halves',
      '"To halves" on public.of_halves to public."Quarter"',
      '"To halves" on public.of_halves to public.halves_1',
      '"To halves" on public.of_halves to public.halves_2',
      '"To halves" on public.of_halves to public.quarters',
    ]);
    await clients[0]!.run('alter table halves_1 disable trigger all');
    expect(fingerprintOf(await readCatalog(clients[0]!, 'pgm'))).not.toBe(first);
    for (const client of clients) await client.run('drop table halves, of_halves cascade');
  });

  test('has a collation that is a copy of one of the server as it has the same with its own words', async () => {
    const [first, second] = await fingerprints(
      ['create collation copied from "C"'],
      [`create collation copied (provider = libc, locale = 'C')`],
    );
    expect(first).toBe(second);
  });

  test('reads a materialized view of rows that only a trigger had, which the server may make but cannot write out', async () => {
    const [client] = clients;
    await client!.run(`create table news (a int);
      create function look() returns trigger language plpgsql as $$ begin
        create materialized view seen as select * from fresh; return null;
      exception when others then return null; end $$;
      create trigger look after insert on news referencing new table as fresh
        for each statement execute function look();
      insert into news values (1)`);
    const { objects } = await readCatalog(client!, 'pgm');
    const view = objects.find(({ identity }) => identity === 'public.seen');
    const [rows] = await client!.run(`select to_regclass('seen') is not null as made`);
    expect(view?.facts['definition']).toBe(
      rows?.[0]?.['made'] === true ? 'a query of rows that only a trigger had' : undefined,
    );
    expect(objects.some(({ identity }) => identity === 'public.news')).toBe(true);
    await client!.run(
      'drop materialized view if exists seen; drop table news; drop function look()',
    );
  });

  type Connection = readonly [written: string, shown: string];
  const connections: readonly Connection[] = [
    ['password=hunter\\ 2 user=u', 'password=••• user=u'],
    ["password='hunter \\' 2' user=u", 'password=••• user=u'],
    ["user=u sslpassword = 'hunter 2'", 'user=u sslpassword = •••'],
    ['postgresql://u:hunter2@h/d?sslmode=require', 'postgresql://u:•••@h/d?sslmode=require'],
    ['postgresql://h/d?password=hunter2&user=u', 'postgresql://h/d?password=•••&user=u'],
  ];
  /** Parameters of libpq from 18 on. */
  const newer: readonly Connection[] = [
    [
      'oauth_client_secret=hunter2 scram_client_key=hunter2 user=u',
      'oauth_client_secret=••• scram_client_key=••• user=u',
    ],
  ];

  test.each(major < 18 ? connections : [...connections, ...newer])(
    'has of the connection %j what is no secret',
    async (connection, shown) => {
      const [client] = clients;
      const name = 'to_elsewhere';
      await client!.run(
        `create subscription ${name} connection '${connection.replaceAll("'", "''")}' publication p with (connect = false)`,
      );
      try {
        const { objects } = await readCatalog(client!, 'pgm');
        const found = objects.find(({ identity }) => identity === name);
        expect(found?.facts['connection']).toBe(shown);
      } finally {
        await client!.run(`alter subscription ${name} disable`);
        await client!.run(`alter subscription ${name} set (slot_name = none)`);
        await client!.run(`drop subscription ${name}`);
      }
    },
  );

  test('has no value of a setting that sounds like a secret', async () => {
    const [client] = clients;
    const settings = ['app.db_pass', 'app.credentials', 'app.token', 'app.api_key', 'app.secret'];
    const change = (how: string) => async (name: string) =>
      client!.run(
        `do $$ begin execute format('alter database %I ${how}', current_database(), '${name}', 'hunter2'); end $$`,
      );
    for (const name of settings) await change('set %s = %L')(name);
    const { objects } = await readCatalog(client!, 'pgm');
    for (const name of settings) await change('reset %s')(name);
    const found = objects.find(({ kind }) => kind === 'setting');
    expect(found?.facts['values']).toEqual(settings.toSorted().map((name) => `${name}=•••`));
  });

  test('leaves out what is temporary, the schema of the history, and members of extensions', async () => {
    const before = await fingerprints([], []);
    const [, after] = await fingerprints(
      [],
      [
        'create schema pgm; create table pgm.migrations (id int); create view pgm.v as select 1 as one',
        'create temp table mine (id int primary key)',
        'create temp view ours as select * from mine',
      ],
    );
    expect(after).toBe(before[1]);
    await clients[0]!.run('create extension pg_trgm');
    const { objects } = await readCatalog(clients[0]!, 'pgm');
    const brought = objects.filter(({ identity }) => identity.includes('trgm'));
    expect(brought.map(({ kind }) => kind)).toEqual(['extension']);
  });

  test('leaves out the history of another pgm in this database, unless something else is in its schema', async () => {
    const [client] = clients;
    const before = documentOf(await readCatalog(client!, 'pgm'));
    const create = upgradeStatements({ layout: 0, isDoubled: false, isUnnoted: false }, 'other');
    await client!.run(`create schema other; grant usage on schema other to public; ${create}`);
    expect(documentOf(await readCatalog(client!, 'pgm'))).toBe(before);
    await client!.run('create view other.own as select 1 as one');
    const { objects } = await readCatalog(client!, 'pgm');
    const shown = objects.filter(({ kind, table }) => kind !== 'index' && table === null);
    expect(shown.map(({ identity }) => identity)).toEqual(
      expect.arrayContaining(['other', 'other.own', 'other.attempts']),
    );
    await client!.run('drop schema other cascade');
  });

  test('leaves out what defines a table or type of an extension, not what a file hangs on it', async () => {
    const [client] = clients;
    await client!
      .run(`create table brought (id int primary key default 1, n int not null check (n > 0), unique (n));
      create type brought_pair as (a int); create domain brought_domain as int check (value > 0);
      alter extension pg_trgm add table brought; alter extension pg_trgm add type brought_pair;
      alter extension pg_trgm add domain brought_domain;
      create index own_index on brought (n);
      create table own (id int references brought);
      create policy own_policy on brought`);
    const { objects, notCompared } = await readCatalog(client!, 'pgm');
    const shown = objects.filter(({ identity }) => /own|brought/.test(identity));
    expect(notCompared).toEqual([]);
    expect(shown.map(({ kind, identity }) => `${kind} ${identity}`)).toEqual([
      'index public.own_index',
      'policy own_policy on public.brought',
      'table public.own',
      'table column public.own.id',
      'table constraint own_id_fkey on public.own',
    ]);
  });
});
