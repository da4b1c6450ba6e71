import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { fillTables } from '../../../../src/db/proof/rows/fill-tables.js';
import type { Client } from '../../../../src/db/wire/client.js';
import { openClient } from '../../../support/client.js';
import { createDatabase, type Database } from '../../../support/database.js';

const major = Number(inject('serverVersion'));

let database: Database;
let client: Client;

beforeAll(async () => {
  database = await createDatabase();
  client = await openClient({ database: database.name });
});

afterAll(async () => {
  await client.close();
  await database.drop();
});

/** Makes tables, fills those in `tables`, and returns how many rows each has, and those said to have none. */
async function filled(
  definitions: string,
  tables: readonly string[],
  rows = 20,
): Promise<{ readonly counts: readonly number[]; readonly without: readonly string[] }> {
  await client.run(`begin; ${definitions}`);
  try {
    const without = await fillTables(client, tables, rows);
    const counts: number[] = [];
    for (const table of tables) {
      const [found] = await client.run(`select count(*)::float8 as count from ${table}`);
      counts.push(Number(found?.[0]?.['count']));
    }
    await client.run('set constraints all immediate');
    return { counts, without };
  } finally {
    await client.run('rollback');
  }
}

const full = (...counts: number[]) => ({ counts, without: [] });

describe('rows are made up', () => {
  const types = [
    ...[
      'smallint',
      'int',
      'bigint',
      'numeric(12,2)',
      'numeric(3,2)',
      'real',
      'double precision',
      'money',
    ],
    ...[
      'text',
      'varchar(3)',
      'varchar(40)',
      'char(2)',
      'name',
      '"char"',
      'bytea',
      'bit(8)',
      'bit varying(8)',
    ],
    ...[
      'boolean',
      'uuid',
      'json',
      'jsonb',
      'xml',
      'inet',
      'cidr',
      'macaddr',
      'macaddr8',
      'oid',
      'regclass',
    ],
    ...[
      'date',
      'time',
      'timetz',
      'timestamp',
      'timestamptz',
      'timestamptz(0)',
      'interval',
      'interval day to second',
    ],
    ...[
      'int[]',
      'text[][]',
      'int4range',
      'tstzrange',
      'int4multirange',
      'tsvector',
      'tsquery',
      'pg_lsn',
      'jsonpath',
    ],
    ...['point', 'line', 'box', 'path', 'polygon', 'circle', 'lseg'],
    ...['public.mood', 'public.positive', 'public.short', 'public.pair', 'public.moods'],
  ];
  const made = `create type public.mood as enum ('sad', 'ok'); create type public.pair as (a int, b text);
create domain public.positive as int check (value > 0); create domain public.short as varchar(2) not null;
create domain public.moods as public.mood;`;

  for (const type of types) {
    test(`for a column of ${type} that must not be null`, async () => {
      const definition = `${made} create table t (id bigint primary key, v ${type} not null);`;
      expect(await filled(definition, ['public.t'])).toEqual(full(20));
    });
  }

  test('different ones where they have to be unique', async () => {
    const definition = `create table t (a smallint unique, b varchar(2) unique, c uuid primary key, d date unique,
  e inet unique, f text not null, g int, unique (f, g), h timestamptz unique, i numeric(6,2) unique, j bytea unique,
  k int4range, exclude using gist (k with &&));`;
    expect(await filled(definition, ['public.t'], 50)).toEqual(full(50));
  });

  test('none where the server gives the value', async () => {
    const virtual = major < 18 ? '' : ', w int generated always as (n * 3) virtual';
    const definition = `create table t (id int generated always as identity primary key, s serial, n int,
  d int generated always as (n * 2) stored, u uuid default gen_random_uuid()${virtual});`;
    expect(await filled(definition, ['public.t'])).toEqual(full(20));
  });

  test('also for a table that has nothing but what the server gives', async () => {
    const definition = 'create table t (id int generated always as identity primary key);';
    expect(await filled(definition, ['public.t'])).toEqual(full(20));
  });

  test('along foreign keys: to others, to itself, of several columns, and in a circle', async () => {
    const definition = `create table a (x int, y text, primary key (x, y));
create table b (id int primary key, x int not null, y text not null, foreign key (x, y) references a, parent int not null references b (id));
create table "C d" (id int primary key references b, other int unique references b);
create table one (id int primary key, two int not null); create table two (id int primary key, one int not null references one);
alter table one add foreign key (two) references two deferrable initially deferred;`;
    const tables = ['public."C d"', 'public.b', 'public.a', 'public.one', 'public.two'];
    expect(await filled(definition, tables)).toEqual(full(20, 20, 20, 20, 20));
  });

  test('in partitions that take them, and in tables with children', async () => {
    const definition = `create table p (id int, at date not null) partition by range (at);
create table p1 partition of p for values from ('2026-01-01') to ('2027-01-01');
create table h (id int) partition by hash (id); create table h0 partition of h for values with (modulus 1, remainder 0);
create table l (kind text not null) partition by list (kind); create table l1 partition of l for values in ('a'); create table l2 partition of l default;
create table parent (a int not null); create table child () inherits (parent);`;
    const tables = ['public.p', 'public.h', 'public.l', 'public.child'];
    expect(await filled(definition, tables)).toEqual(full(20, 20, 20, 20));
  });

  test('past simple checks', async () => {
    const definition = `create table t (kind text not null check (kind in ('a', 'b')), n int check (n between 1 and 1000),
  price numeric check (price >= 0), status varchar(20) not null default 'new' check (status = any (array['new', 'old'])));`;
    expect(await filled(definition, ['public.t'])).toEqual(full(20));
  });

  test('with row level security forced, and without a trigger that forbids them', async () => {
    const definition = `create table t (a int); alter table t enable row level security; alter table t force row level security;
create function no() returns trigger language plpgsql as 'begin raise exception $$no$$; end';
create trigger no before insert on t for each row execute function no();`;
    expect(await filled(definition, ['public.t'])).toEqual(full(20));
  });

  test('not for a table that has some', async () => {
    const definition = 'create table t (a int); insert into t values (1);';
    expect(await filled(definition, ['public.t'])).toEqual(full(1));
  });
});

describe('a table stays without rows, and is named,', () => {
  test('where no values that are made up meet a check', async () => {
    const definition = `create table t (code text not null check (code ~ '^[A-Z]{2}-[0-9]{4}-[a-f]{3}$')); create table u (a int);`;
    expect(await filled(definition, ['public.t', 'public.u'])).toEqual({
      counts: [0, 20],
      without: ['public.t'],
    });
  });

  test('where there is no partition for them', async () => {
    const definition = 'create table p (id int) partition by range (id);';
    expect(await filled(definition, ['public.p'])).toEqual({ counts: [0], without: ['public.p'] });
  });

  test('where it refers to one that has none', async () => {
    const definition = `create table a (code text primary key check (code ~ '^[A-Z]{9}$')); create table b (code text not null references a);`;
    expect(await filled(definition, ['public.b'])).toEqual({ counts: [0], without: ['public.b'] });
  });
});
