import type { DriftItem } from '../../src/core/drift/drift.js';

/** What somebody does to the database by hand at night, and how it is undone. */
export interface HandMade {
  readonly what: string;
  readonly sql: string;
  readonly undo: string;
  /** Each object that differs then: how, and `kind identity`. */
  readonly found: readonly (readonly [drift: DriftItem['kind'], object: string])[];
}

/** The files before it. `role` is one that exists; it gets rights. */
export function filesOf(role: string): Readonly<Record<string, string>> {
  return {
    'shop/001_tables.sql': `create schema if not exists shop;
create table if not exists shop.users (id int primary key, email text not null, age int default 0 check (age >= 0));
create table if not exists shop.orders (id int primary key, user_id int references shop.users (id), state text);
create index if not exists orders_state on shop.orders (state);
create sequence if not exists shop.numbers;
create extension if not exists plpgsql;`,
    'shop/002_code.sql': `create or replace function shop.twice(n int) returns int language sql immutable as 'select 2 * n';
create or replace function shop.touch() returns trigger language plpgsql as $$ begin return new; end $$;
drop trigger if exists touch on shop.users;
create trigger touch before update on shop.users for each row execute function shop.touch();
create or replace view shop.adults as select id, email from shop.users where age > 17;
do $$ begin create type shop.mood as enum ('good', 'bad'); exception when duplicate_object then null; end $$;
do $$ begin create domain shop.amount as int check (value > 0); exception when duplicate_object then null; end $$;`,
    'shop/003_rights.sql': `alter table shop.orders enable row level security;
drop policy if exists own on shop.orders;
create policy own on shop.orders using (user_id = 1);
comment on table shop.users is 'who buys';
grant select on shop.users to ${role};
create statistics if not exists shop.orders_both on user_id, state from shop.orders;`,
  };
}

/** Twenty and more, of all kinds. */
export function handMadeBy(role: string, owner: string): readonly HandMade[] {
  const one = (
    what: string,
    statements: readonly [sql: string, undo: string],
    ...found: HandMade['found']
  ): HandMade => ({ what, sql: statements[0], undo: statements[1], found });
  const users = 'table shop.users';
  const { columns, indexes, code, others } = statements(role, owner);
  return [
    one('an index that no file made', indexes.made, ['unknown', 'index shop.users_email_idx']),
    one('an index that was dropped', indexes.dropped, ['missing', 'index shop.orders_state']),
    one('an index on other columns', indexes.other, ['different', 'index shop.orders_state']),
    one('a new column', columns.added, ['unknown', 'table column shop.users.phone']),
    one('another default', columns.default, ['different', 'table column shop.users.age']),
    one('a dropped default', columns.noDefault, ['different', 'table column shop.users.age']),
    one('a dropped NOT NULL', columns.nullable, ['different', 'table column shop.users.email']),
    one('another type', columns.type, ['different', 'table column shop.orders.state']),
    one('a grant', others.grant, ['different', users]),
    one('a revoked grant', others.revoke, ['different', users]),
    one('another owner', others.owner, ['different', 'table shop.orders']),
    one('another comment', others.comment, ['different', users]),
    one('a storage parameter', others.option, ['different', users]),
    one('row security that is off', others.security, ['different', 'table shop.orders']),
    one('a policy for more rows', others.policy, ['different', 'policy own on shop.orders']),
    one('a disabled trigger', code.disabled, ['different', 'trigger touch on shop.users']),
    one('a function that does more', code.body, ['different', 'function shop.twice(integer)']),
    one('a function for everybody else', code.made, ['unknown', 'function shop.help()']),
    one('a view of more rows', code.view, ['different', 'view shop.adults']),
    one('another value of an enum', code.label, ['different', 'type shop.mood']),
    one('a dropped check', columns.check, [
      'missing',
      'table constraint users_age_check on shop.users',
    ]),
    one('another step of a sequence', others.step, ['different', 'sequence shop.numbers']),
    one('a schema', others.schema, ['unknown', 'schema night']),
    one('dropped statistics', others.statistics, ['missing', 'statistics object shop.orders_both']),
  ];
}

type Statements = Readonly<Record<string, readonly [sql: string, undo: string]>>;

function statements(role: string, owner: string) {
  const users = 'alter table shop.users';
  const columns = {
    added: [`${users} add phone text`, `${users} drop phone`],
    default: [`${users} alter age set default 18`, `${users} alter age set default 0`],
    noDefault: [`${users} alter age drop default`, `${users} alter age set default 0`],
    nullable: [`${users} alter email drop not null`, `${users} alter email set not null`],
    type: [
      'alter table shop.orders alter state type varchar(9)',
      'alter table shop.orders alter state type text',
    ],
    check: [
      `${users} drop constraint users_age_check`,
      `${users} add constraint users_age_check check (age >= 0)`,
    ],
  } as const satisfies Statements;
  const state = 'create index orders_state on shop.orders (state)';
  const indexes = {
    made: ['create index on shop.users (email)', 'drop index shop.users_email_idx'],
    dropped: ['drop index shop.orders_state', state],
    other: [
      'drop index shop.orders_state; create index orders_state on shop.orders (state, id)',
      `drop index shop.orders_state; ${state}`,
    ],
  } as const satisfies Statements;
  return { columns, indexes, code: codeStatements(), others: otherStatements(role, owner) };
}

function codeStatements() {
  const view = (age: number): string =>
    `create or replace view shop.adults as select id, email from shop.users where age > ${age}`;
  const twice = (body: string): string =>
    `create or replace function shop.twice(n int) returns int language sql immutable as '${body}'`;
  return {
    disabled: [
      'alter table shop.users disable trigger touch',
      'alter table shop.users enable trigger touch',
    ],
    body: [twice('select 3 * n'), twice('select 2 * n')],
    made: [
      `create function shop.help() returns text language sql as 'select $x$hm$x$'`,
      'drop function shop.help()',
    ],
    view: [view(15), view(17)],
    label: [
      `alter type shop.mood rename value 'bad' to 'awful'`,
      `alter type shop.mood rename value 'awful' to 'bad'`,
    ],
  } as const satisfies Statements;
}

function otherStatements(role: string, owner: string) {
  return {
    grant: [`grant update on shop.users to ${role}`, `revoke update on shop.users from ${role}`],
    revoke: [`revoke select on shop.users from ${role}`, `grant select on shop.users to ${role}`],
    owner: [
      `alter table shop.orders owner to ${role}`,
      `alter table shop.orders owner to ${owner}`,
    ],
    comment: [
      `comment on table shop.users is 'who looks'`,
      `comment on table shop.users is 'who buys'`,
    ],
    option: [
      'alter table shop.users set (fillfactor = 70)',
      'alter table shop.users reset (fillfactor)',
    ],
    security: [
      'alter table shop.orders disable row level security',
      'alter table shop.orders enable row level security',
    ],
    policy: [
      'alter policy own on shop.orders using (true)',
      'alter policy own on shop.orders using (user_id = 1)',
    ],
    step: ['alter sequence shop.numbers increment 2', 'alter sequence shop.numbers increment 1'],
    schema: ['create schema night', 'drop schema night'],
    statistics: [
      'drop statistics shop.orders_both',
      'create statistics shop.orders_both on user_id, state from shop.orders',
    ],
  } as const satisfies Statements;
}
