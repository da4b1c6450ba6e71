import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';
import { inCi } from '../../support/sweep.js';
import { type KeptRuns, keptRuns } from './kept-runs.js';

let database: Database;
let runs: KeptRuns;

beforeEach(async () => {
  database = await createDatabase();
  runs = keptRuns({ database: database.name });
});

afterEach(() => database.drop());

const statements: readonly ((n: number, chance: Chance) => string)[] = [
  (n) =>
    `create table s.t${n} (id int generated always as identity primary key, a text, b int check (b > ${n}))`,
  (n) =>
    `create table if not exists s.base (id int primary key); create index i${n} on s.base (id)`,
  (n) => `alter table s.base add column c${n} int default ${n}`,
  (n) => `alter table s.base add column if not exists x int; alter table s.base rename x to x${n}`,
  () => `alter table s.base drop column if exists x, add column if not exists x text`,
  () => `drop view if exists s.v; create view s.v as select id from s.base`,
  (n) => `create or replace function s.f() returns int language sql as 'select ${n}'`,
  (n) =>
    `do $$ begin create type s.kind as enum ('a'); exception when duplicate_object then null; end $$; comment on type s.kind is '${n}'`,
  (n) =>
    `do $$ begin create table s.d${n} (a int); begin alter table s.d${n} add b int; raise exception 'x'; exception when others then null; end; end $$`,
  () => 'grant select on s.base to public',
  () => 'revoke select on s.base from public',
  (n) =>
    `-- pgm:no-transaction\ncreate index concurrently if not exists w${n} on s.base (id);\ncomment on schema s is '${n}'`,
  (n) => `-- pgm:no-transaction\ncreate table s.part${n} (a int);\nselect 1 / 0`,
  (n) => `create table s.never${n} (a int); select 1 / 0`,
  (n) => `insert into s.base (id) values (${n + 1000})`,
  () => 'drop table if exists s.base cascade; create table s.base (id int primary key)',
  (n) =>
    `create table s.q${n} (a int) partition by range (a); create table s.q${n}_1 partition of s.q${n} for values from (0) to (9); create index on s.q${n} (a)`,
];

const chores: readonly string[] = [
  'analyze',
  'vacuum s.base',
  'vacuum full s.base',
  'create temp table if not exists mine (a int primary key, b text); comment on table mine is $$temporary$$',
  'reindex table s.base',
  'truncate s.base cascade',
  'set statement_timeout = 0',
  'select 1',
];

/** Files as they might grow in a repository; some fail, some are edited. */
function grow(files: Record<string, string>, chance: Chance): Record<string, string> {
  const n = Object.keys(files).length;
  const text = oneOf(chance, statements)(n, chance);
  const edited = oneOf(chance, Object.keys(files));
  if (chance() < 0.2 && edited !== 's/000_s.sql')
    return { ...files, [edited]: `${files[edited] ?? ''}\n-- edited ${n}` };
  return { ...files, [`s/${String(n).padStart(3, '0')}_x.sql`]: text };
}

const first = {
  's/000_s.sql':
    'create schema if not exists s; create table if not exists s.base (id int primary key)',
};

test('whatever files do, fail at and are edited to, nothing differs after a run', async () => {
  await rounds(
    async (chance) => {
      const own = await createDatabase();
      try {
        const kept = keptRuns({ database: own.name });
        let files: Record<string, string> = first;
        await kept.run(files);
        for (let step = 0; step < 8; step += 1) {
          files = grow(files, chance);
          await (chance() < 0.8 ? kept.run(files) : kept.runWithoutKeeping(files));
          expect(await kept.drift(), JSON.stringify(files)).toEqual([]);
          await own.sql.unsafe(oneOf(chance, chores)).catch(() => undefined);
          expect(await kept.drift(), JSON.stringify(files)).toEqual([]);
        }
      } finally {
        await own.drop();
      }
    },
    { ms: inCi ? 20_000 : 0, least: 2 },
  );
});

test('what was made by hand before is not taken for what the files made, whatever they do', async () => {
  await rounds(
    async (chance) => {
      const own = await createDatabase();
      try {
        const kept = keptRuns({ database: own.name });
        let files: Record<string, string> = first;
        await kept.run(files);
        await own.sql`create table public.by_hand (a int)`;
        const found = ['unknown table public.by_hand', 'unknown table column public.by_hand.a'];
        expect(await kept.drift()).toEqual(found);
        for (let step = 0; step < 6; step += 1) {
          files = grow(files, chance);
          await kept.run(files);
          expect(await kept.drift(), JSON.stringify(files)).toEqual(found);
        }
        await own.sql`drop table public.by_hand`;
        expect(await kept.drift()).toEqual([]);
      } finally {
        await own.drop();
      }
    },
    { ms: inCi ? 15_000 : 0, least: 1 },
  );
});

test.runIf(Number(inject('serverVersion')) >= 18)(
  'a file that comments on a NOT NULL is no drift, and is known as the one that did',
  async () => {
    const made = {
      ...first,
      's/001_t.sql': 'create table s.t (a int not null); create domain s.d as int not null',
    };
    await runs.run(made);
    await database.sql`create table public.by_hand ()`;
    const comment = (what: string) => `comment on constraint t_a_not_null on s.t is '${what}';
      comment on constraint d_not_null on domain s.d is '${what}'`;
    await runs.run({ ...made, 's/002_comments.sql': comment('why') });
    expect(await runs.drift()).toEqual(['unknown table public.by_hand']);
    await database.sql.unsafe(comment('by hand'));
    expect(await runs.drift()).toEqual([
      'unknown table public.by_hand',
      'different table column s.t.a (not null comment) by s/002_comments.sql',
      'different type s.d (not null comment) by s/002_comments.sql',
    ]);
  },
);

const users = {
  'app/001_users.sql': 'create schema app; create table app.users (id int primary key, email text)',
};

/** In a file, as its name is not known there. */
function ofDatabase(change: string): string {
  const quoted = `alter database %I ${change}`.replaceAll("'", "''");
  return `do $$ begin execute format('${quoted}', current_database()); end $$`;
}

const more = `alter table app.users add given text not null default 'x', add constraint later check (id > 0) not valid;
  create type app.mood as enum ('good', 'bad'); comment on table app.users is 'who';
  create function app.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touch before update on app.users for each row execute function app.touch();
  create extension citext schema app version '1.5'; ${ofDatabase(`set statement_timeout = '5s'`)}`;

describe('what differed before a run', () => {
  const files = { 'app/001_users.sql': `${users['app/001_users.sql']}; ${more}` };
  beforeEach(() => runs.run(files));

  test('is expected as a file has made it in between, of whatever kind it is', async () => {
    await database.sql.unsafe(
      `${ofDatabase(`set statement_timeout = '6s'`)}; alter type app.mood rename value 'bad' to 'poor'`,
    );
    const sql = `${ofDatabase(`set statement_timeout = '7s'`)}; alter type app.mood rename value 'poor' to 'ill'`;
    await runs.run({ ...files, 'app/002_x.sql': sql });
    expect(await runs.drift()).toEqual([]);
  });

  test.each([
    [
      'an index that no file speaks of',
      'create index by_hand on app.users (email)',
      'alter table app.users add n int',
      ['unknown index app.by_hand'],
    ],
    [
      'one on a table that a file renames',
      'create index by_hand on app.users (email)',
      'alter table app.users rename to people',
      ['unknown index app.by_hand'],
    ],
    [
      'a dropped column',
      'alter table app.users drop email',
      'create table app.b (a int)',
      [
        'missing table column app.users.email by app/001_users.sql',
        'different table column app.users.given (position) by app/001_users.sql',
      ],
    ],
    [
      'a NOT NULL of another column than a file sets',
      'alter table app.users alter email set not null',
      'alter table app.users alter given set not null',
      ['different table column app.users.email (not null) by app/001_users.sql'],
    ],
    [
      'an option of a table that gets a column',
      'alter table app.users set (fillfactor = 50)',
      'alter table app.users add n int',
      ['different table app.users (options) by app/001_users.sql'],
    ],
    [
      'a default',
      `alter table app.users alter email set default 'x'`,
      'select 1',
      ['different table column app.users.email (default) by app/001_users.sql'],
    ],
  ])('differs after it: %s', async (_, byHand, sql, found) => {
    await database.sql.unsafe(byHand);
    await runs.run({ ...files, 'app/002_x.sql': sql });
    expect(await runs.drift()).toEqual(found);
  });

  test.each([
    [
      'an index',
      'create index i on app.users (email)',
      'create index if not exists i on app.users (email)',
    ],
    [
      'a column',
      'alter table app.users add n int',
      'alter table app.users add column if not exists n int',
    ],
    [
      'a table',
      'create table app.t (a int primary key)',
      'create table if not exists app.t (a int primary key)',
    ],
    [
      'a type',
      `create type app.k as enum ('a')`,
      `do $$ begin create type app.k as enum ('a'); exception when duplicate_object then null; end $$`,
    ],
    [
      'a default',
      `alter table app.users alter email set default 'x'`,
      `alter table app.users alter email set default 'x'`,
    ],
    ['a grant', 'grant select on app.users to public', 'grant select on app.users to public'],
    [
      'row security',
      'alter table app.users enable row level security',
      'alter table app.users enable row level security',
    ],
    [
      'a dropped column',
      'alter table app.users drop email',
      'alter table app.users drop column if exists email',
    ],
    ...[
      ['a NOT NULL', 'alter table app.users alter email set not null'],
      ['a dropped NOT NULL', 'alter table app.users alter given drop not null'],
      ['a dropped default', 'alter table app.users alter given drop default'],
      ['an owner', 'alter table app.users owner to pg_monitor'],
      ['the owner of a type', 'alter type app.mood owner to pg_monitor'],
      ['a value of an enum', `alter type app.mood add value if not exists 'fair'`],
      ['a disabled trigger', 'alter table app.users disable trigger touch'],
      ['a valid constraint', 'alter table app.users validate constraint later'],
      ['a removed comment', 'comment on table app.users is null'],
      ['the version of an extension', `alter extension citext update to '1.6'`],
      ['a setting', ofDatabase(`set work_mem = '5MB'`)],
      ['a setting that is reset', ofDatabase('reset statement_timeout')],
    ].map(([what = '', sql = '']): [string, string, string] => [what, sql, sql]),
    [
      'a dropped column of a table that is dropped',
      'alter table app.users drop email',
      'drop table app.users',
    ],
  ])(
    'does not differ any more where the run has files that do the same: %s',
    async (_, byHand, sql) => {
      await database.sql.unsafe(byHand);
      expect(await runs.drift()).not.toEqual([]);
      await runs.run({ ...files, 'app/002_x.sql': sql });
      expect(await runs.drift()).toEqual([]);
    },
  );
});

test('what a run left that was broken off before it could be kept is not taken for drift', async () => {
  await runs.run(users);
  const files = { ...users, 'app/002_x.sql': 'create table app.t (a int); drop table app.users' };
  await runs.runWithoutKeeping(files);
  expect(await runs.drift()).toEqual([]);
  await runs.run({ ...files, 'app/003_x.sql': 'create table app.u (a int)' });
  expect(await runs.drift()).toEqual([]);
  await database.sql`drop table app.t`;
  expect(await runs.drift()).toEqual([
    'missing table app.t by app/002_x.sql',
    'missing table column app.t.a by app/002_x.sql',
  ]);
});

test('who looks again is told that nothing has changed, without the catalog being read', async () => {
  await runs.run(users);
  await database.sql`create index by_hand on app.users (email)`;
  const other = await createDatabase();
  try {
    await other.sql.begin(async (holding) => {
      // All databases share the roles, and other tests make some.
      await holding`lock table pg_catalog.pg_authid in share mode`;
      const look = await runs.look();
      if (look.kind !== 'compared') throw new Error(look.kind);
      await database.sql.unsafe('analyze app.users; create temp table mine (a int primary key)');
      await database.sql.unsafe(`alter database "${other.name}" set work_mem = '5MB'`);
      expect(await runs.look([], look.state)).toEqual({ kind: 'as before' });
      await database.sql`drop index app.by_hand`;
      expect(await runs.look([], look.state)).toMatchObject({ kind: 'compared', items: [] });
    });
  } finally {
    await other.drop();
  }
});

test('what is left out by a pattern does not differ', async () => {
  await runs.run(users);
  await database.sql.unsafe(
    'create table app.users_2026 (a int); create schema part_1; create table part_1.x (a int)',
  );
  const look = await runs.look(['app.users_*', 'part*']);
  expect(look).toMatchObject({ kind: 'compared', items: [] });
});

test('the last five catalogs are kept', async () => {
  let files: Record<string, string> = users;
  for (let n = 0; n < 7; n += 1) {
    files = {
      ...files,
      [`app/1${n}_x.sql`]: n % 2 === 0 ? `create table app.t${n} (a int)` : 'select 1',
    };
    await runs.run(files);
  }
  const rows = await database.sql`select id::int from pgm.catalogs order by id`;
  expect(rows.map(({ id }) => Number(id))).toEqual([3, 4, 5, 6, 7]);
  expect(await runs.drift()).toEqual([]);
});
