import { expect, test } from 'vitest';
import { createDatabase } from '../../support/database.js';
import { fileOf, type Files, foundIn, prove } from '../../support/proof.js';
import { migrateFiles } from '../../support/run.js';

interface Ended {
  readonly sqlstate: string | null;
  readonly message: string;
  readonly place: string | null;
}

/** How each file ends the first time with one verb: `applied`, or the failure. */
type Ends = Readonly<Record<string, Ended | 'applied'>>;

async function migrated(files: Files): Promise<Ends> {
  const database = await createDatabase();
  try {
    const { report } = await migrateFiles(files, { database: database.name });
    return Object.fromEntries(
      report.statuses.map(({ key, state, failure }) => [
        key,
        state === 'applied' || failure === null ? state : endedWith(failure),
      ]),
    ) as Ends;
  } finally {
    await database.drop();
  }
}

function endedWith({
  sqlstate,
  message,
  place,
}: {
  readonly sqlstate: string | null;
  readonly message: string;
  readonly place: { readonly line: number; readonly column: number } | null;
}): Ended {
  return { sqlstate, message, place: place === null ? null : `${place.line}:${place.column}` };
}

async function proved(files: Files): Promise<Ends> {
  const proof = await prove(files);
  return Object.fromEntries(
    proof.files.map(({ key, findings }) => {
      const failed = findings.find(({ rule }) => rule === 'fails-first-time' || rule === 'refused');
      const failure = failed?.failure ?? null;
      return [key, failure === null ? 'applied' : endedWith(failure)];
    }),
  );
}

/** How the files end with both verbs; of what fails at COMMIT, `verify` also finds the statement. */
async function bothEnd(files: Files): Promise<Ends> {
  const ends = await migrated(files);
  const placed = Object.entries(await proved(files)).map(([key, end]) => {
    const model = ends[key];
    const lacksPlace = typeof model === 'object' && model.place === null;
    return [key, lacksPlace && end !== 'applied' ? { ...end, place: null } : end];
  });
  expect(Object.fromEntries(placed)).toEqual(ends);
  return ends;
}

const deferred = `create table p (id int primary key);
create table c (id int references p deferrable initially deferred);
create table log (n int);
create function note() returns trigger language plpgsql as $$ begin insert into log values (new.id); return null; end $$;
create constraint trigger noted after insert on p deferrable initially deferred for each row execute function note();`;

test('what is deferred runs where a COMMIT of the file stands', async () => {
  const ends = await bothEnd({
    'a/1_tables.sql': deferred,
    'a/2_repaired_too_late.sql':
      'begin;\ninsert into c values (1);\ncommit;\ninsert into p values (1);',
    'b/1_noted.sql': `begin;
insert into p values (2);
commit;
do $$ begin if not exists (select from log where n = 2) then raise 'not noted yet'; end if; end $$;`,
  });
  expect(ends['a/2_repaired_too_late.sql']).toMatchObject({ sqlstate: '23503', place: '3:1' });
  expect(ends['b/1_noted.sql']).toBe('applied');
});

test('the server reads a file whole: its syntax, and the time of a statement', async () => {
  const ends = await bothEnd({
    'a/1_syntax.sql': 'select 1 / 0;\nselct 1;',
    'b/1_time.sql': `create table t (at timestamptz default statement_timestamp() primary key);
insert into t default values;
insert into t default values;`,
    'c/1_question.sql': `create table asked (q text default current_query() primary key);
insert into asked default values;
insert into asked values (default);`,
  });
  expect(ends['a/1_syntax.sql']).toMatchObject({ sqlstate: '42601', place: '2:1' });
  expect(ends['b/1_time.sql']).toMatchObject({ sqlstate: '23505', place: '3:1' });
  expect(ends['c/1_question.sql']).toMatchObject({ sqlstate: '23505', place: '3:1' });
});

test('settings with which the server would misread the file', async () => {
  const off = `do $$ begin perform set_config('standard_conforming_strings', 'off', false); end $$;`;
  const on = `do $$ begin perform set_config('standard_conforming_strings', 'on', false); end $$;`;
  const ends = await bothEnd({
    'a/1_off.sql': `create table t (v text);\n${off}`,
    'b/1_off_and_on.sql': `create table u (v text);\n${off}\n${on}\ninsert into u values ('a');`,
    'c/1_with_rows.sql': `create table w (v text);\n${off}\ncopy w from stdin;\na\n\\.\n`,
    'd/1_alone.sql': `-- pgm:no-transaction\n${off}\ncreate table d1 (v text);`,
  });
  expect(ends['a/1_off.sql']).toMatchObject({ sqlstate: '22023' });
  expect(ends['b/1_off_and_on.sql']).toBe('applied');
});

test('the history is there, and not for files to write to', async () => {
  const ends = await bothEnd({
    'a/1_seen.sql': `grant select on all tables in schema pgm to pg_monitor;
create view applied as select schema, filename, state from pgm.migrations;`,
    'b/1_own_row.sql':
      "do $$ begin if (select count(*) from pgm.migrations where schema = 'b') <> 1 then raise 'no row'; end if; end $$;",
    'c/1_schema.sql': 'create schema pgm;',
    'd/1_written.sql': "update pgm.migrations set last_error = null where schema = 'b';",
    'e/1_table.sql': 'create table pgm.mine ();',
  });
  expect(ends['a/1_seen.sql']).toBe('applied');
  expect(ends['c/1_schema.sql']).toMatchObject({ sqlstate: '42P06' });
  expect(ends['d/1_written.sql']).toMatchObject({ sqlstate: '2F002' });
});

test('a sequence gives each file the numbers that it gives in a run', async () => {
  const ends = await bothEnd({
    'a/1_tables.sql': `create table if not exists t (id serial primary key, name text unique);
create table if not exists u (t int references t, name text unique);
create sequence if not exists far; alter sequence far restart with 1000;`,
    'a/2_first.sql': "insert into t (name) values ('one') on conflict do nothing;",
    'a/3_second.sql': `alter table t add column if not exists note text;
insert into t (name) values ('two') on conflict do nothing;
insert into u values ((select max(id) from t), 'two') on conflict do nothing;
do $$ begin if (select id from t where name = 'two') <> 2 then raise 'not 2'; end if; end $$;`,
    'a/4_far.sql': `alter table t add column if not exists far int;
do $$ begin if nextval('far') <> 1000 then raise 'not 1000'; end if; end $$;`,
  });
  expect(Object.values(ends)).toEqual(['applied', 'applied', 'applied', 'applied']);
});

test('a file that fails has drawn its numbers', async () => {
  const draw = "select nextval('s');";
  const ends = await bothEnd({
    'a/1_sequence.sql': `create sequence s; create table p (id int primary key);
create table c (id int references p deferrable initially deferred);`,
    'b/1_fails.sql': `${draw} ${draw} select 1 / 0;`,
    'c/1_fails_at_commit.sql': `${draw}\ninsert into c values (1);`,
    'd/1_next.sql': "do $$ begin if nextval('s') <> 4 then raise 'not 4'; end if; end $$;",
  });
  expect(ends['d/1_next.sql']).toBe('applied');
});

test('a file that ends its own session fails, and later ones run', async () => {
  const ends = await bothEnd({
    'a/1_ends.sql': 'create table a1 ();\nselect pg_terminate_backend(pg_backend_pid());',
    'b/1_later.sql': 'create table b1 ();',
  });
  expect(ends['a/1_ends.sql']).toMatchObject({ sqlstate: '57P01' });
  expect(ends['b/1_later.sql']).toBe('applied');
});

test('each try of a file has a session in which nothing was set', async () => {
  const ends = await bothEnd({
    'a/1_table.sql': 'create table t (tenant text);',
    'a/2_tenant.sql': `alter table t add column if not exists n int;
do $$ begin
  if current_setting('app.tenant', true) is not null then raise 'was set: %', current_setting('app.tenant', true); end if;
  perform set_config('app.tenant', 'one', false);
end $$;`,
    'a/3_defines.sql': `do $$ begin execute $f$ create function later() returns text language sql as 'select ''x''' $f$; end $$;
select set_config('app.other', 'one', false);`,
    'a/4_alone.sql': `-- pgm:no-transaction
do $$ begin if current_setting('lock_timeout') = '0' then raise 'no lock_timeout'; end if; end $$;`,
  });
  expect(Object.values(ends)).toEqual(['applied', 'applied', 'applied', 'applied']);
});

test('what a file sets does not get in the way of looking at what it did', async () => {
  const proof = await prove(
    {
      'a/1_table.sql': `create table if not exists t (id int primary key, at timestamptz default '2020-01-01 00:00:00Z', b bytea default '\\x00');
insert into t values (1) on conflict do nothing;
grant insert, update (at) on t to verify_writer;
alter table t enable row level security;
drop policy if exists writing on t;
create policy writing on t for insert with check (true);
grant create, usage on schema public to verify_writer;`,
      'a/2_zone.sql': `set time zone 'Asia/Tokyo'; set bytea_output = 'escape'; set intervalstyle = 'sql_standard';
update t set at = at, b = b;`,
      'a/3_role.sql': `delete from t where id = 2;
set role verify_writer;
insert into t (id) values (2);`,
    },
    { roles: ['verify_writer'] },
  );
  expect(proof.files.flatMap(({ key }) => foundIn(proof, key))).toEqual([]);
  expect(fileOf(proof, 'a/3_role.sql').verdict).toBe('fit');
});

test('rows are read without the timeout that a file sets', async () => {
  const proof = await prove({
    'a/1_telling.sql': `do $$ begin
  if pg_catalog.to_regtype('telling') is null then
    create type telling as enum ('here');
    create function told(telling) returns json language plpgsql as $f$ begin
      if pg_catalog.current_setting('statement_timeout') <> '0' then
        raise 'read within %', pg_catalog.current_setting('statement_timeout');
      end if;
      return '1'::json;
    end $f$;
    create cast (telling as json) with function told(telling);
  end if;
end $$;
create table if not exists t (id int primary key, n int, tells telling);
insert into t values (1, 1, 'here') on conflict do nothing;`,
    'a/2_timeout.sql': `set statement_timeout = '1h';
update t set n = 2;`,
  });
  expect(proof.files.flatMap(({ key }) => foundIn(proof, key))).toEqual([]);
});
