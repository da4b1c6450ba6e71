import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, fingerprintOf } from '../../../src/core/catalog/catalog.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import type { Client } from '../../../src/db/wire/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { open, useEverything } from './use-everything.js';

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
    clients = await Promise.all(databases.map(({ name }) => open(name)));
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
});
