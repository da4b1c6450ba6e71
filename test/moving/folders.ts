/** A small folder of a tool, and what its forward half does, written by hand. */
export interface SampleFolder {
  readonly tool: string;
  /** What it has besides. */
  readonly variant?: string;
  /** The directory to give to `pgm import`; the project itself if it is left out. */
  readonly folder?: string;
  readonly files: Readonly<Record<string, string>>;
  /** Each is one run of psql; `;;` separates what runs by itself. */
  readonly byHand: readonly string[];
  /** The files that pgm writes, below `public/`. */
  readonly written: readonly string[];
}

const table = 'create table users (id int primary key, mail text);';
const body = `create function greet(who text) returns text language plpgsql as $$
begin
  if who is null then return 'nobody'; end if;
  return 'hello ' || who;
end;
$$;`;
const column = 'alter table users add column age int;';
const index = 'create index concurrently users_mail on users (mail);';
const second = 'create index concurrently users_age on users (age);';
const undo = 'drop table users;';

/**
 * In order: a table, a function with semicolons in it, a column, and indexes outside a transaction; a second one where the
 * tool sends each statement by itself.
 */
const byHand = [table, body, column, index, second];
const four = (width: number): string[] =>
  ['users', 'greet', 'age', 'indexes'].map(
    (name, at) => `${String(at + 1).padStart(width, '0')}_${name}.sql`,
  );

export const folders: readonly SampleFolder[] = [
  {
    tool: 'dbmate',
    files: {
      'db/migrations/20230101000000_users.sql': `-- migrate:up\n${table}\n\n-- migrate:down\n${undo}\n`,
      'db/migrations/20230102000000_greet.sql': `-- migrate:up\n${body}\n-- migrate:down\n`,
      'db/migrations/20230103000000_age.sql': `-- why\n-- migrate:up\n${column}\n-- migrate:down\n`,
      'db/migrations/20230104000000_indexes.sql': `-- migrate:up transaction:false\n${index}\n-- migrate:down transaction:false\n`,
    },
    byHand: byHand.slice(0, 4),
    written: [
      '20230101000000_users.sql',
      '20230102000000_greet.sql',
      '20230103000000_age.sql',
      '20230104000000_indexes.sql',
    ],
  },
  {
    tool: 'golang-migrate',
    files: {
      'migrations/1_users.up.sql': table,
      'migrations/1_users.down.sql': undo,
      'migrations/2_greet.up.sql': body,
      'migrations/2_greet.down.sql': 'drop function greet;',
      'migrations/9_age.up.sql': column,
      'migrations/10_indexes.up.sql': `${index}\n${second}\n`,
    },
    byHand,
    written: ['1_users.sql', '2_greet.sql', '9_age.sql', '10_indexes.sql'],
  },
  {
    tool: 'goose',
    files: {
      'go.mod': 'require github.com/pressly/goose/v3 v3.24.0\n',
      'migrations/00001_users.sql': `-- +goose Up\n${table}\n\n-- +goose Down\n${undo}\n`,
      'migrations/00002_greet.sql': `-- +goose Up\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n-- +goose Down\ndrop function greet;\n`,
      'migrations/00003_age.sql': `-- +goose Up\n${column}\n`,
      'migrations/00004_indexes.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${index}\n${second}\n`,
    },
    byHand,
    written: four(5),
  },
  {
    tool: 'sql-migrate',
    files: {
      'dbconfig.yml': 'development:\n  dialect: postgres\n  dir: migrations\n',
      'migrations/1_users.sql': `-- +migrate Up\n${table}\n\n-- +migrate Down\n${undo}\n`,
      'migrations/2_greet.sql': `-- +migrate Up\n-- +migrate StatementBegin\n${body}\n-- +migrate StatementEnd\n-- +migrate Down\ndrop function greet;\n`,
      'migrations/3_age.sql': `-- +migrate Down\nselect 1;\n-- +migrate Up\n${column}\n`,
      'migrations/10_indexes.sql': `-- +migrate Up notransaction\n${index}\n${second}\n`,
    },
    byHand,
    written: ['1_users.sql', '2_greet.sql', '3_age.sql', '10_indexes.sql'],
  },
  {
    tool: 'flyway',
    files: {
      'flyway.conf': 'flyway.url=jdbc:postgresql://localhost/x\n',
      'sql/V1__users.sql': table,
      'sql/U1__users.sql': undo,
      'sql/V1.9__greet.sql': body,
      'sql/more/V1_10__age.sql': column,
      'sql/V2__indexes.sql': `${index}\n${second}\n`,
      'sql/V2__indexes.sql.conf': 'executeInTransaction=false\n',
    },
    byHand,
    written: [
      '001_V1__users.sql',
      '002_V1.9__greet.sql',
      '003_V1_10__age.sql',
      '004_V2__indexes.sql',
    ],
  },
  {
    tool: 'flyway',
    variant: 'whole numbers, and what Flyway finds out by itself',
    folder: 'sql',
    files: {
      'sql/V1__users.sql': table,
      'sql/V2__greet.sql': body,
      'sql/V3__age.sql': column,
      'sql/V4__indexes.sql': `${index}\n${second}\n`,
    },
    byHand,
    written: ['1_users.sql', '2_greet.sql', '3_age.sql', '4_indexes.sql'],
  },
  {
    tool: 'liquibase',
    files: {
      'liquibase.properties': 'url=jdbc:postgresql://localhost/x\n',
      'db/changelog/master.xml': `<databaseChangeLog>
  <include file="db/changelog/b.sql"/>
  <include file="db/changelog/a.sql"/>
</databaseChangeLog>\n`,
      'db/changelog/b.sql': `--liquibase formatted sql

--changeset ann:users
${table}
--rollback ${undo}

--changeset ann:greet splitStatements:false
--comment: says hello
${body}
/* liquibase rollback
drop function greet;
*/
`,
      'db/changelog/a.sql': `-- liquibase formatted sql
-- changeset bob:3 dbms:postgresql runOnChange:true
${column}
--changeset bob:"two indexes" runInTransaction:false
${index}
${second}
`,
    },
    byHand,
    written: ['001_users.sql', '002_greet.sql', '003_3.sql', '004_two_indexes.sql'],
  },
  {
    tool: 'node-pg-migrate',
    files: {
      'package.json': '{ "dependencies": { "node-pg-migrate": "9.0.0" } }',
      'migrations/1700000000001_users.sql': `-- Up Migration\n${table}\n\n-- Down Migration\n${undo}\n`,
      'migrations/1700000000002_greet.sql': `-- Down Migration\ndrop function greet;\n-- Up Migration\n${body}\n`,
      'migrations/1700000000003_age.sql': column,
      'migrations/1700000000004_index.sql': 'create index users_mail on users (mail);',
    },
    byHand: [table, body, column, 'create index users_mail on users (mail);'],
    written: [
      '1700000000001_users.sql',
      '1700000000002_greet.sql',
      '1700000000003_age.sql',
      '1700000000004_index.sql',
    ],
  },
  {
    tool: 'postgres-migrations',
    files: {
      'package.json': '{ "dependencies": { "postgres-migrations": "5.3.0" } }',
      'migrations/1_users.sql': table,
      'migrations/2-greet.sql': body,
      'migrations/3_age.sql': column,
      'migrations/4_index.sql': `-- postgres-migrations disable-transaction\n${index}\n`,
    },
    byHand: [table, body, column, index],
    written: ['1_users.sql', '2_greet.sql', '3_age.sql', '4_index.sql'],
  },
  {
    tool: 'postgrator',
    files: {
      'migrations/001.do.users.sql': table,
      'migrations/001.undo.users.sql': undo,
      'migrations/002.do.greet.sql': body,
      'migrations/003.do.sql': column,
      'migrations/010.do.index.sql': index,
    },
    byHand: [table, body, column, index],
    written: ['001_users.sql', '002_greet.sql', '003.sql', '010_index.sql'],
  },
  {
    tool: 'graphile-migrate',
    files: {
      '.gmrc': '{}',
      'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:1\n\n${table}\n`,
      'migrations/committed/000002-greet.sql': `--! Previous: sha1:1\n--! Hash: sha1:2\n--! Message: greet\n\n${body}\n`,
      'migrations/committed/000003.sql': `--! Previous: sha1:2\n--! Hash: sha1:3\n\n${column}\n`,
      'migrations/committed/000004.sql': `--! Previous: sha1:3\n--! Hash: sha1:4\n\n--! no-transaction\n${index}\n`,
    },
    byHand: [table, body, column, index],
    written: ['000001.sql', '000002_greet.sql', '000003.sql', '000004.sql'],
  },
  {
    tool: 'sqlx',
    files: {
      'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n',
      'migrations/20230101000000_users.sql': table,
      'migrations/20230102000000_greet.up.sql': body,
      'migrations/20230102000000_greet.down.sql': 'drop function greet;',
      'migrations/20230103000000_age.sql': `${column}\n-- no-transaction\n`,
      'migrations/20230104000000_indexes.sql': `-- no-transaction\n${index}\n`,
    },
    byHand: byHand.slice(0, 4),
    written: [
      '20230101000000_users.sql',
      '20230102000000_greet.sql',
      '20230103000000_age.sql',
      '20230104000000_indexes.sql',
    ],
  },
  {
    tool: 'refinery',
    files: {
      'Cargo.toml': '[dependencies]\nrefinery = { version = "0.8", features = ["postgres"] }\n',
      'migrations/V1__users.sql': table,
      'migrations/U2__greet.sql': body,
      'migrations/V10__age.sql': column,
    },
    byHand: [table, body, column],
    written: ['1_users.sql', '2_greet.sql', '10_age.sql'],
  },
  {
    tool: 'diesel',
    files: {
      'diesel.toml': '',
      'migrations/00000000000000_diesel_initial_setup/up.sql': table,
      'migrations/00000000000000_diesel_initial_setup/down.sql': undo,
      'migrations/2023-01-01-000000_greet/up.sql': body,
      'migrations/2023-01-01-000000_greet/down.sql': 'drop function greet;',
      'migrations/2023-01-02-000000_age/up.sql': column,
      'migrations/2023-01-03-000000-0000_indexes/up.sql': `${index}\n`,
      'migrations/2023-01-03-000000-0000_indexes/metadata.toml': 'run_in_transaction = false\n',
    },
    byHand: byHand.slice(0, 4),
    written: [
      '00000000000000_diesel_initial_setup.sql',
      '20230101000000_greet.sql',
      '20230102000000_age.sql',
      '202301030000000000_indexes.sql',
    ],
  },
  {
    tool: 'prisma',
    files: {
      'prisma/schema.prisma': 'datasource db {}\n',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20230101000000_users/migration.sql': table,
      'prisma/migrations/20230102000000_greet/migration.sql': body,
      'prisma/migrations/20230103000000_age/migration.sql': column,
    },
    byHand: [table, body, column],
    written: ['20230101000000_users.sql', '20230102000000_greet.sql', '20230103000000_age.sql'],
  },
  {
    tool: 'drizzle-kit',
    files: {
      'drizzle.config.ts': '',
      'drizzle/0000_users.sql': `${table}\n--> statement-breakpoint\n${body}`,
      'drizzle/0001_age.sql': `${column}--> statement-breakpoint\ncreate index users_age on users (age);`,
      'drizzle/0002_not_in_the_journal.sql': 'select 1;',
      'drizzle/meta/_journal.json': JSON.stringify({
        entries: [
          { idx: 0, tag: '0000_users', when: 1, breakpoints: true },
          { idx: 1, tag: '0001_age', when: 2, breakpoints: true },
        ],
      }),
    },
    byHand: [table, body, column, 'create index users_age on users (age);'],
    written: ['0000_users.sql', '0001_age.sql'],
  },
  {
    tool: 'drizzle-kit',
    variant: 'from 1.0 on',
    files: {
      'drizzle.config.ts': '',
      'drizzle/20230101000000_users/migration.sql': table,
      'drizzle/20230101000000_users/snapshot.json': '{}',
      'drizzle/20230102000000_age/migration.sql': column,
      'drizzle/20230102000000_age/snapshot.json': '{}',
    },
    byHand: [table, column],
    written: ['20230101000000_users.sql', '20230102000000_age.sql'],
  },
  {
    tool: 'supabase',
    files: {
      'supabase/config.toml': 'project_id = "x"\n',
      'supabase/seed.sql': "insert into users values (1, 'x');",
      'supabase/migrations/20230101000000_users.sql': table,
      'supabase/migrations/20230102000000_greet.sql': body,
    },
    byHand: [table, body],
    written: ['20230101000000_users.sql', '20230102000000_greet.sql'],
  },
  {
    tool: 'tern',
    files: {
      'migrations/tern.conf': '[database]\n',
      'migrations/001_users.sql': `${table}\n\n---- create above / drop below ----\n\n${undo}\n`,
      'migrations/002_greet.sql': `${body}\n---- create above / drop below ----\ndrop function greet;\n`,
      'migrations/003_age.sql': column,
      'migrations/004_indexes.sql': `---- tern: disable-tx ----\n${index}\n${second}\n---- create above / drop below ----\n`,
    },
    byHand,
    written: four(3),
  },
  {
    tool: 'yoyo',
    files: {
      'yoyo.ini': '[DEFAULT]\nsources = migrations\n',
      'migrations/0001.users.sql': `--\n-- depends:\n${table}\n`,
      'migrations/0001.users.rollback.sql': undo,
      'migrations/0002.age.sql': `-- depends: 0003.greet\n${column}\n`,
      'migrations/0003.greet.sql': `-- depends: 0001.users\n${body}\n`,
      'migrations/0004.indexes.sql': `-- depends: 0002.age\n-- transactional: false\n${index}\n${second}\n`,
    },
    byHand: [table, body, column, index, second],
    written: [
      '001_0001.users.sql',
      '002_0003.greet.sql',
      '003_0002.age.sql',
      '004_0004.indexes.sql',
    ],
  },
  {
    tool: 'sqitch',
    files: {
      'sqitch.conf': '[core]\n  engine = pg\n',
      'sqitch.plan': `%syntax-version=1.0.0
%project=x

users 2023-01-01T00:00:00Z Ann <ann@example.org> # users
fn/greet [users] 2023-01-02T00:00:00Z Ann <ann@example.org>
@v1 2023-01-02T00:00:00Z Ann <ann@example.org>

fn/greet [fn/greet@v1] 2023-01-03T00:00:00Z Ann <ann@example.org> # again
age 2023-01-04T00:00:00Z Ann <ann@example.org>
indexes 2023-01-05T00:00:00Z Ann <ann@example.org>
`,
      'deploy/users.sql': `-- Deploy x:users to pg\n\nBEGIN;\n${table}\nCOMMIT;\n`,
      'revert/users.sql': undo,
      'verify/users.sql': 'select id from users where false;',
      'deploy/fn/greet@v1.sql':
        "create function greet(who text) returns text language sql as $$ select 'hi' $$;",
      'deploy/fn/greet.sql': body.replace('create', 'create or replace'),
      'deploy/age.sql': `BEGIN;\n${column}\nCOMMIT;\n`,
      'deploy/indexes.sql': `${index}\n${second}\n`,
    },
    byHand,
    written: [
      '001_users.sql',
      '002_fn_greet.sql',
      '003_fn_greet.sql',
      '004_age.sql',
      '005_indexes.sql',
    ],
  },
  {
    tool: 'rails',
    files: {
      Gemfile: "gem 'rails'\n",
      'db/migrate/20230102000000_age.rb': 'class Age; end\n',
      'db/structure.sql': `\\restrict abc
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (id int PRIMARY KEY, mail text);
CREATE TABLE public.schema_migrations (version character varying NOT NULL PRIMARY KEY);
\\unrestrict abc
SET search_path TO "$user", public;

INSERT INTO "schema_migrations" (version) VALUES
('20230102000000'),
('20230101000000');
`,
    },
    byHand: [
      table,
      'create table schema_migrations (version character varying not null primary key);',
    ],
    written: ['20230102000000_structure.sql'],
  },
  {
    tool: 'hasura',
    files: {
      'config.yaml': 'version: 3\nendpoint: http://localhost:8080\nmetadata_directory: metadata\n',
      'migrations/default/1672531200000_users/up.sql': table,
      'migrations/default/1672531200000_users/down.sql': undo,
      'migrations/default/1672531300000_greet/up.sql': body,
      'migrations/default/1672531400000_age/up.sql': column,
    },
    byHand: [table, body, column],
    written: ['1672531200000_users.sql', '1672531300000_greet.sql', '1672531400000_age.sql'],
  },
  {
    tool: 'umzug',
    files: {
      'package.json': '{ "dependencies": { "umzug": "3.8.3" } }',
      'migrations/2023.01.01T00.00.00.users.sql': table,
      'migrations/2023.01.02T00.00.00.greet.sql': body,
      'migrations/2023.01.03T00.00.00.age.sql': column,
    },
    byHand: [table, body, column],
    written: ['20230101000000_users.sql', '20230102000000_greet.sql', '20230103000000_age.sql'],
  },
  {
    tool: 'knex',
    files: {
      'package.json': '{ "dependencies": { "knex": "3.3.0" } }',
      'migrations/20230101000000_users.sql': table,
      'migrations/20230102000000_greet.sql': body,
      'migrations/20230103000000_age.sql': column,
    },
    byHand: [table, body, column],
    written: ['20230101000000_users.sql', '20230102000000_greet.sql', '20230103000000_age.sql'],
  },
];
