import { describe, expect, test } from 'vitest';
import type { CatalogObject } from '../../../../src/core/catalog/catalog.js';
import { type Adopted, adoptedBy } from '../../../../src/core/drift/settled/adopted.js';
import { codeOf } from '../../../../src/core/drift/settled/code.js';
import { createSqlReader } from '../../../../src/sql/read-sql.js';

const reader = createSqlReader();

const adopted = async (...files: readonly string[]): Promise<Adopted> =>
  adoptedBy((await Promise.all(files.map((text) => codeOf(text, reader)))).flat());

function object(kind: string, identity: string, table: string | null = null): CatalogObject {
  return { kind, identity, schema: 'app', table, facts: {} };
}

const index = object('index', 'app.by_hand', 'app.users');
const column = object('table column', 'app.users.n', 'app.users');
const odd = object('table', 'app."By ""hand"""');

describe('a file makes', () => {
  test.each([
    ['an index', 'create index if not exists by_hand on app.users (n)', index],
    ['one in capitals', 'CREATE UNIQUE INDEX CONCURRENTLY By_Hand ON app.users (n)', index],
    [
      'one with a comment between the words',
      'create /* x */ index -- y\n by_hand on users (n)',
      index,
    ],
    [
      'one in a DO body',
      'do $$ begin create index by_hand on app.users (n); exception when others then null; end $$',
      index,
    ],
    [
      'one by EXECUTE in a DO body',
      `do $$ begin execute 'create index by_hand on app.users (n)'; end $$`,
      index,
    ],
    [
      'one by EXECUTE of format',
      `do $$ begin execute format('create index by_hand on %I.users (n)', 'app'); end $$`,
      index,
    ],
    ['a column', 'alter table app.users add column if not exists n int', column],
    [
      'a column without the word',
      'alter table only app.users add if not exists "n" int, add m int',
      column,
    ],
    ['a column with its table', 'create table if not exists app.users (id int, n int)', column],
    ['a table with an odd name', 'create table if not exists app."By ""hand""" (id int)', odd],
    ['a domain', 'create domain app.d as int', object('type', 'app.d')],
    [
      'a function',
      'create or replace function app.f(int) returns int language sql as $$ select 1 $$',
      object('function', 'app.f(integer)'),
    ],
    [
      'a constraint',
      'alter table users add constraint c check (n > 0)',
      object('table constraint', 'c on app.users', 'app.users'),
    ],
  ])('%s', async (_, sql, made) => {
    expect((await adopted(`select 1;\n${sql};`)).makes(made)).toBe(true);
  });
});

describe('a file does not make', () => {
  test.each([
    ['what a comment says', '-- create index by_hand on app.users (n)\nselect 1', index],
    [
      'what a long comment says',
      '/* create index by_hand /* */ on app.users (n) */ select 1',
      index,
    ],
    [
      'what a literal says',
      `comment on table app.users is 'create index by_hand on app.users (n)'`,
      index,
    ],
    [
      'what a literal with escapes says',
      `select E'\\'; create index by_hand on app.users (n)'`,
      index,
    ],
    [
      'what a dollar-quoted literal says',
      'select $x$ create index by_hand on app.users (n) $x$',
      index,
    ],
    [
      'what a literal in a DO body says',
      `do $$ begin raise notice 'create index by_hand on app.users'; end $$`,
      index,
    ],
    [
      'what a comment in a DO body says',
      'do $$ begin -- create index by_hand on app.users\n null; end $$',
      index,
    ],
    [
      'what the body of a function would',
      'create function app.f() returns void language plpgsql as $$ begin create index by_hand on app.users (n); end $$',
      index,
    ],
    [
      'what rows of COPY say',
      `copy app.users from stdin;\ncreate index by_hand on app.users (n)\n\\.\n`,
      index,
    ],
    [
      'what a quoted name says',
      'create table app."create index by_hand on app.users" (id int)',
      index,
    ],
    ['what a name begins with', 'create index by_hand_2 on app.users (n)', index],
    ['what ends another name', 'create index not_by_hand on app.users (n)', index],
    ['what is in another schema', 'create table other.users (n int)', column],
    [
      'a column of a table whose name begins like it',
      'alter table app.users_old add column n int',
      column,
    ],
    [
      'a column whose table another statement names',
      'alter table app.orders add column n int; select from app.users',
      column,
    ],
    ['a column called like a table', 'create table n (id int); select from users', column],
    ['what it drops', 'drop index if exists by_hand', index],
    ['a name in other letters', 'create table app."by ""hand""" (id int)', odd],
  ])('%s', async (_, sql, made) => {
    expect((await adopted(sql)).makes(made)).toBe(false);
  });
});

test.each([
  ['drop index concurrently if exists other, app.by_hand cascade', index, true],
  ['alter table app.users drop if exists n', column, true],
  [
    'alter table app.users alter n drop default',
    object('table column', 'app.users.default', 'app.users'),
    false,
  ],
  [`comment on table app.users is 'drop index by_hand'`, index, false],
  ['alter table app.users_old drop column n', column, false],
])('%s: drops it or not', async (sql, dropped, isDropped) => {
  expect((await adopted(sql)).drops(dropped)).toBe(isDropped);
});

test.each([
  ['grant select on app.users to a', 'granted', true],
  [`select 'grant'`, 'granted', false],
  ['create table app."grant" (id int)', 'granted', false],
  ['alter table app.users set (fillfactor = 50)', 'options', true],
  ['alter table app.users alter n set default 5', 'options', false],
  ['alter table app.users enable row level security', 'row security', true],
  ['-- owner to\nselect 1', 'owner', false],
])('%s: sets %s or not', async (sql, fact, isSet) => {
  expect((await adopted(sql)).sets(fact, null)).toBe(isSet);
});

test.each([
  ['alter table app.users alter n set not null', 'not null', true],
  ['alter table app.users alter m set not null', 'not null', false],
  ['alter table app.others alter n set not null', 'not null', false],
  ['create table if not exists app.users (n int not null)', 'not null', false],
  ['alter table app.users alter n drop default', 'default', true],
  ['alter table app.users drop column a', 'position', true],
  ['alter table app.others drop column n', 'position', false],
  [`do $$ begin alter table app.users alter "n" set not null; end $$`, 'not null', true],
  ['comment on column app.users.n is null', 'comment', true],
  ['comment on table app.users is null', 'comment', false],
])('%s: sets %s of a column or not', async (sql, fact, isSet) => {
  expect((await adopted(sql)).sets(fact, column)).toBe(isSet);
});

test.each([
  ['alter table app.users disable trigger touch', true],
  ['alter table app.users enable trigger all', true],
  ['alter table app.users disable trigger other', false],
  ['alter table app.others disable trigger touch', false],
])('%s: says whether a trigger is enabled or not', async (sql, isSet) => {
  const trigger = object('trigger', 'touch on app.users', 'app.users');
  expect((await adopted(sql)).sets('enabled', trigger)).toBe(isSet);
});

test('a file that cannot be read says nothing', async () => {
  expect(await codeOf(`create index by_hand on app.users (n); select 'x`, reader)).toEqual([]);
});
