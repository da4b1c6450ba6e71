import { expect, test } from 'vitest';
import { type Chance, oneOf, rounds } from '../support/rounds.js';
import { inCi } from '../support/sweep.js';
import { type Files, statesOf, type Trial, useTrials } from './trial.js';

const begin = useTrials();

/** Few names, so that statements meet; `#` is a number that is drawn anew. */
const statements: readonly string[] = [
  'create table $t (id int unique, a int)',
  'create table if not exists $t (id int unique, a int, x text)',
  'create table if not exists $t (id int unique, a int)',
  'create table $t (like $t including all)',
  'create table $t as select * from $t',
  'create table $t (child int) inherits ($t)',
  'alter table $t add column c# int default #',
  'alter table $t add column if not exists c# int',
  'alter table $t add constraint k# check (id > -#)',
  'alter table $t rename to t#',
  'alter table $t rename column a to b',
  'alter table $t alter column a set default #',
  'drop table if exists $t',
  'drop table if exists $t cascade',
  'insert into $t (a) values (#)',
  'insert into $t default values',
  'insert into $t (id, a) values (#, #) on conflict do nothing',
  'insert into $t (id, a) values (#, #) on conflict (id) do update set a = excluded.a',
  'insert into $t (a) select id from $t',
  'insert into $t (a) values ($s.f#())',
  'update $t set a = coalesce(a, 0) + 1',
  'delete from $t where id % 2 = 0',
  'truncate $t',
  'create view $v as select * from $t',
  'create or replace view $v as select id, # as n from $t',
  'drop view if exists $v',
  'create index if not exists i# on $t (id)',
  'create function $s.f#() returns int language sql as $a$ select #$a$',
  'create or replace function $s.f#() returns int language sql as $a$ select #$a$',
  'drop function if exists $s.f#()',
  'create trigger g# before insert on $t for each row execute function $s.doubles()',
  "comment on table $t is '#'",
  'grant select on $t to pg_monitor',
  'grant update on all tables in schema $s to pg_monitor',
  "create type $e as enum ('#')",
  "alter type $e add value if not exists 'v#'",
  'do $a$ begin update $t set a = 7; end $a$',
  'select $s.f#()',
];

const failing: readonly ((sql: string) => string)[] = [
  (sql) => `${sql}select 1/0;`,
  (sql) => `${sql}selec 1;`,
  (sql) => `${sql}commit;`,
  (sql) => `${sql}\\echo x\n`,
  (sql) => `select 'x${sql.replaceAll("'", '"')}`,
  (sql) => `do $x$ begin raise exception 'x'; end $x$;\n${sql}`,
];

function statementOf(chance: Chance): string {
  const digit = (): string => String(Math.floor(chance() * 3));
  return oneOf(chance, statements)
    .replace(/\$([tve])/g, (_, kind: string) => `$s.${kind}${digit()}`)
    .replaceAll('#', digit);
}

function fileOf(chance: Chance): string {
  const count = 1 + Math.floor(chance() * 2);
  return Array.from({ length: count }, () => `${statementOf(chance)};\n`).join('');
}

/** What the other statements find. */
const helper = [
  'create function $s.doubles() returns trigger language plpgsql as $a$ begin new.a := new.a * 2; return new; end $a$;',
  ...['t0', 't1', 't2'].map(
    (t) => `create table $s.${t} (id int unique, a int); insert into $s.${t} (a) values (1);`,
  ),
  'create view $s.v0 as select * from $s.t0;',
  "create type $s.e0 as enum ('z');",
  'create function $s.f0() returns int language sql as $a$ select 0$a$;',
].join('\n');

/** Files that all succeed, one after the other; the trial's schema is what they leave. */
async function filesThatSucceed({ sql, name }: Trial, chance: Chance): Promise<readonly string[]> {
  const files = [helper];
  await sql.unsafe(helper.replaceAll('$s', name));
  while (files.length < 7) {
    const text = fileOf(chance);
    const ended = await sql.unsafe(`begin; ${text.replaceAll('$s', name)} commit;`).then(
      () => true,
      () => false,
    );
    if (!ended) await sql.unsafe('rollback');
    if (ended) files.push(text);
  }
  return files;
}

function filesOf(texts: readonly string[], name: string): Files {
  return Object.fromEntries(
    texts.map((text, at) => [`a/00${at + 1}_x.sql`, text.replaceAll('$s', name)]),
  );
}

/** Everything that the statements can make, columns in their order and rows with their numbers. */
async function contentOf({ sql, name }: Trial): Promise<string> {
  const catalog = await sql.unsafe(`
    select 'class', relname, relkind::text, relacl::text, obj_description(c.oid, 'pg_class'), (
      select string_agg(concat_ws(' ', attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid)), ', ' order by attnum)
      from pg_attribute a left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = c.oid and attnum > 0 and not attisdropped)
      , case relkind when 'v' then pg_get_viewdef(c.oid) when 'i' then pg_get_indexdef(c.oid) end
    from pg_class c where relnamespace = '${name}'::regnamespace
    union all select 'constraint', conname, contype::text, conrelid::regclass::text, pg_get_constraintdef(oid), null, null
    from pg_constraint where connamespace = '${name}'::regnamespace
    union all select 'function', proname, null, null, prosrc, null, null
    from pg_proc where pronamespace = '${name}'::regnamespace
    union all select 'trigger', tgname, null, tgrelid::regclass::text, null, null, null from pg_trigger
    join pg_class c on c.oid = tgrelid where relnamespace = '${name}'::regnamespace
    union all select 'label', enumlabel, typname::text, null, rank() over (partition by enumtypid order by enumsortorder)::text, null, null
    from pg_enum join pg_type t on t.oid = enumtypid where typnamespace = '${name}'::regnamespace
    order by 1, 2, 3, 4, 5, 6, 7`);
  const tables = await sql.unsafe(
    `select relname from pg_class where relnamespace = '${name}'::regnamespace and relkind = 'r' order by 1`,
  );
  const rows: unknown[] = [];
  for (const { relname } of tables) {
    rows.push(
      relname,
      await sql.unsafe(`select t.* from only ${name}.${String(relname)} t order by t::text`),
    );
  }
  return JSON.stringify([catalog, rows], null, 1).replaceAll(`${name}.`, '');
}

test('any failures, once fixed, end in the catalog and the rows of a run that never failed', async () => {
  let held = 0;
  let early = 0;
  await rounds(
    async (chance) => {
      const never = await begin();
      const texts = await filesThatSucceed(never, chance);
      const trial = await begin();
      const broken = texts.map((text, at) =>
        at > 0 && chance() < 0.3 ? oneOf(chance, failing)(text) : text,
      );
      const half = texts.map((text, at) => (chance() < 0.5 ? text : (broken[at] ?? text)));
      for (const each of [broken, half]) {
        const states = statesOf(await trial.run(filesOf(each, trial.name)));
        held += states.filter((state) => state.endsWith(' held')).length;
        const failed = states.findIndex((state) => state.endsWith(' failed'));
        early += states.slice(failed + 1).filter((state) => state.endsWith(' applied')).length;
      }
      const fixed = statesOf(await trial.run(filesOf(texts, trial.name)));
      const report = `${texts.join('--\n')}\n${broken.join('--\n')}`;
      expect(
        fixed.filter((state) => !state.endsWith(' applied')),
        report,
      ).toEqual([]);
      expect(await contentOf(trial), report).toBe(await contentOf(never));
    },
    // With fewer, on a busy machine, it may be that no file ran early.
    { ms: inCi ? 60_000 : 6_000, least: 15 },
  );
  expect(held).toBeGreaterThan(0);
  expect(early).toBeGreaterThan(0);
}, 180_000);

test('a view that a later file drops is dropped in its turn, not before it is there', async () => {
  const trial = await begin();
  const { name } = trial;
  const files = {
    'a/001_table.sql': `create table ${name}.t (a int);\ncommit;\n`,
    'a/002_view.sql': `create view ${name}.v as select a from ${name}.t;\n`,
    'a/003_drop_view.sql': `drop view if exists ${name}.v;\n`,
    'a/004_drop_table.sql': `drop table ${name}.t;\n`,
  };
  expect(statesOf(await trial.run(files))).toEqual([
    'a/001_table.sql failed',
    'a/002_view.sql held',
    'a/003_drop_view.sql held',
    'a/004_drop_table.sql held',
  ]);
  const fixed = { ...files, 'a/001_table.sql': `create table ${name}.t (a int);\n` };
  expect(statesOf(await trial.run(fixed)).every((state) => state.endsWith(' applied'))).toBe(true);
});

test('what is refused is told before the first file is sent', async () => {
  const trial = await begin();
  const { name } = trial;
  const { events } = await trial.run({
    'a/001_x.sql': `create table ${name}.t (a int);`,
    'a/002_x.sql': 'commit;',
    'b/001_x.sql': '\\echo x',
  });
  const told = events.flatMap((event) =>
    event.kind === 'migration-failed' || event.kind === 'migration-started'
      ? [`${event.kind} ${event.key}`]
      : [],
  );
  expect(told).toEqual([
    'migration-started a/002_x.sql',
    'migration-failed a/002_x.sql',
    'migration-started b/001_x.sql',
    'migration-failed b/001_x.sql',
    'migration-started a/001_x.sql',
  ]);
});

test('a file that cannot be read holds those after it, and none before it', async () => {
  const trial = await begin();
  const { name } = trial;
  const drop = `drop table if exists ${name}.t;`;
  const states = statesOf(
    await trial.run({ 'a/001_x.sql': drop, 'a/002_x.sql': 'select 1;\u0000', 'a/003_x.sql': drop }),
  );
  expect([...states].sort()).toEqual([
    'a/001_x.sql applied',
    'a/002_x.sql failed',
    'a/003_x.sql held',
  ]);
});
