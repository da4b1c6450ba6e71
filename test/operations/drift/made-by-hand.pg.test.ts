import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { type KeptRuns, keptRuns } from './kept-runs.js';

const more = 'app/002_more.sql';
const tables = 'app/001_tables.sql';
const files = {
  [tables]: `create schema app;
    create table app.users (id int primary key, email text not null default 'none', age int check (age > 0));
    create table app.orders (id int primary key, user_id int references app.users);
    create view app.adults as select id from app.users where age > 17;
    create sequence app.numbers;
    create type app.mood as enum ('sad', 'happy');
    comment on table app.users is 'who there is';`,
  [more]: `create index users_email on app.users (email);
    create function app.one() returns int language sql as 'select 1';
    create function app.note() returns trigger language plpgsql as 'begin return new; end';
    create trigger noted before insert on app.users for each row execute function app.note();
    alter table app.orders enable row level security;
    create policy own on app.orders using (user_id = 1);
    grant select on app.users to public;
    create schema ext; create extension citext schema ext version '1.4';`,
};

/** A run for each file, in a new database; nothing differs. */
async function begin(): Promise<void> {
  database = await createDatabase();
  runs = keptRuns({ database: database.name });
  await runs.run({ [tables]: files[tables] });
  await runs.run(files);
  expect(await runs.drift()).toEqual([]);
}

let database: Database;
let runs: KeptRuns;

beforeAll(async () => {
  await begin();
  await database.sql.unsafe(
    `do $$ begin create role drift_owner; exception when duplicate_object then null; end $$`,
  );
});

afterAll(() => database.drop());

describe('what somebody changed by hand is found and named, and gone again when it is undone', () => {
  test.each([
    [
      'an index',
      'create index by_hand on app.users (age)',
      'drop index app.by_hand',
      ['unknown index app.by_hand'],
    ],
    [
      'a dropped index',
      'drop index app.users_email',
      'create index users_email on app.users (email)',
      [`missing index app.users_email by ${more}`],
    ],
    [
      'a grant',
      'grant insert on app.users to public',
      'revoke insert on app.users from public',
      [`different table app.users (granted) by ${more}`],
    ],
    [
      'a revoked privilege',
      'revoke select on app.users from public',
      'grant select on app.users to public',
      [`different table app.users (granted) by ${more}`],
    ],
    [
      'a column default',
      `alter table app.users alter email set default 'x'`,
      `alter table app.users alter email set default 'none'`,
      [`different table column app.users.email (default) by ${tables}`],
    ],
    [
      'a disabled trigger',
      'alter table app.users disable trigger noted',
      'alter table app.users enable trigger noted',
      [`different trigger noted on app.users (enabled) by ${more}`],
    ],
    [
      'a policy',
      'create policy all_of_it on app.orders using (true)',
      'drop policy all_of_it on app.orders',
      ['unknown policy all_of_it on app.orders'],
    ],
    [
      'an altered policy',
      'alter policy own on app.orders using (user_id = 2)',
      'alter policy own on app.orders using (user_id = 1)',
      [`different policy own on app.orders (using) by ${more}`],
    ],
    [
      'row security',
      'alter table app.orders disable row level security',
      'alter table app.orders enable row level security',
      [`different table app.orders (row security) by ${more}`],
    ],
    [
      'a comment',
      `comment on table app.users is 'somebody'`,
      `comment on table app.users is 'who there is'`,
      [`different table app.users (comment) by ${more}`],
    ],
    [
      'the version of an extension',
      `alter extension citext update to '1.6'`,
      null,
      [`different extension citext (version) by ${more}`],
    ],
    [
      'a dropped NOT NULL',
      'alter table app.users alter email drop not null',
      'alter table app.users alter email set not null',
      [`different table column app.users.email (not null) by ${tables}`],
    ],
    [
      'an owner',
      'alter table app.orders owner to drift_owner',
      'alter table app.orders owner to PACT',
      [`different table app.orders (owner) by ${more}`],
    ],
    [
      'a column',
      'alter table app.users add column extra int',
      'alter table app.users drop column extra',
      ['unknown table column app.users.extra'],
    ],
    [
      'a dropped constraint',
      'alter table app.users drop constraint users_age_check',
      'alter table app.users add constraint users_age_check check (age > 0)',
      [`missing table constraint users_age_check on app.users by ${tables}`],
    ],
    [
      'a function',
      `create or replace function app.one() returns int language sql as 'select 2'`,
      `create or replace function app.one() returns int language sql as 'select 1'`,
      [`different function app.one() (definition) by ${more}`],
    ],
    [
      'a view',
      'create or replace view app.adults as select id from app.users where age > 20',
      'create or replace view app.adults as select id from app.users where age > 17',
      [`different view app.adults (definition) by ${tables}`],
    ],
    [
      'a label of an enum',
      `alter type app.mood add value 'so so'`,
      null,
      [`different type app.mood (labels) by ${tables}`],
    ],
    [
      'a sequence',
      'alter sequence app.numbers increment 5',
      'alter sequence app.numbers increment 1',
      [`different sequence app.numbers (increment) by ${tables}`],
    ],
    [
      'whose a sequence is',
      'alter sequence app.numbers owned by app.users.id',
      'alter sequence app.numbers owned by none',
      [`different sequence app.numbers (owned by) by ${tables}`],
    ],
    [
      'a setting of the database',
      `do $$ begin execute format('alter database %I set work_mem = ''5MB''', current_database()); end $$`,
      `do $$ begin execute format('alter database %I reset work_mem', current_database()); end $$`,
      ['unknown setting of the database'],
    ],
    [
      'a default privilege',
      'alter default privileges in schema app grant select on tables to public',
      'alter default privileges in schema app revoke select on tables from public',
      ['unknown default acl for role PACT in schema app on tables'],
    ],
    [
      'a name with quotes',
      'create table app."Odd ""one" (a int)',
      'drop table app."Odd ""one"',
      ['unknown table app."Odd ""one"', 'unknown table column app."Odd ""one".a'],
    ],
  ] as const)('%s', async (_, done, undone, found) => {
    const { sql } = database;
    const [row] = await sql<{ user: string }[]>`select current_user as user`;
    const own = (text: string): string => text.replaceAll('PACT', String(row?.user));
    await sql.unsafe(own(done));
    expect(await runs.drift()).toEqual(found.map(own));
    if (undone === null) {
      // What cannot be taken back is kept by a new database's first run.
      await database.drop();
      await begin();
      return;
    }
    await sql.unsafe(own(undone));
    expect(await runs.drift()).toEqual([]);
  });
});
