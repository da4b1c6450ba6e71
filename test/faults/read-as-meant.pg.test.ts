import { expect, test } from 'vitest';
import { failureOf, statesOf, useTrials } from './trial.js';

const begin = useTrials();

test('what dump files put between BEGIN and COMMIT is applied with the rest, with positions of the file', async () => {
  const trial = await begin();
  const { name } = trial;
  const ran = await trial.run({
    'a/001_blob.sql': `select pg_catalog.lo_create('16400');
BEGIN;

select pg_catalog.lo_open('16400', 131072);
select pg_catalog.lowrite(0, '\\x41');
select pg_catalog.lo_close(0);

COMMIT;
`,
    'a/002_pairs.sql': `create table ${name}.t (n int);
begin;
insert into ${name}.t values (1);
commit;
begin; insert into ${name}.t values (2); commit;
select nothing from ${name}.t;`,
    'a/003_late.sql': `begin; create table ${name}.u (n int unique); commit;
begin; insert into ${name}.u values (1), (1); commit;
begin; select 1; commit;`,
  });
  expect(statesOf(ran)).toEqual([
    'a/001_blob.sql applied',
    'a/002_pairs.sql failed',
    'a/003_late.sql failed',
  ]);
  expect(failureOf(ran, 'a/002_pairs.sql').place).toEqual({ line: 6, column: 8 });
  expect(failureOf(ran, 'a/003_late.sql').place).toEqual({ line: 2, column: 8 });
  expect(await trial.sql`select convert_from(lo_get(16400), 'UTF8') as text`).toEqual([
    { text: 'A' },
  ]);
  const tables = await trial.sql`
    select relname from pg_class where relnamespace = ${name}::regnamespace and relkind = 'r'`;
  expect(tables).toEqual([]);
  expect(ran.events.filter(({ kind }) => kind === 'pairs-dissolved')).toEqual([
    { kind: 'pairs-dissolved', key: 'a/001_blob.sql', pairs: 1 },
    { kind: 'pairs-dissolved', key: 'a/002_pairs.sql', pairs: 2 },
    { kind: 'pairs-dissolved', key: 'a/003_late.sql', pairs: 3 },
  ]);
});

test('what is deferred until a COMMIT of the file runs there, and what is deferred by default is so again', async () => {
  const trial = await begin();
  const { name } = trial;
  await trial.sql.unsafe(`set search_path = ${name};
    create table a (n int primary key); create table b (n int); create table seen (n bigint);
    create table "c""d" (n int, constraint "x,y" foreign key (n) references a deferrable initially deferred);
    create table now_ (n int, constraint now_fk foreign key (n) references a deferrable);
    create table twin (n int, constraint twin check (n > 0));
    create table twin2 (n int, constraint twin foreign key (n) references a deferrable initially deferred);
    create function see() returns trigger language plpgsql as $$ begin
      insert into ${name}.seen select count(*) from ${name}.b; return null; end $$;
    create constraint trigger late after insert on a deferrable initially deferred
      for each row execute function see();
    create constraint trigger at_once after insert on b deferrable
      for each row execute function see();
    reset search_path;`);
  const ran = await trial.run({
    'a/001_x.sql': `set search_path = ${name};
begin; insert into a values (1); commit;
begin; insert into b values (1), (2); end;
insert into "c""d" values (9); insert into a values (9);`,
    'b/001_x.sql': `set search_path = ${name};
begin;
insert into "c""d" values (5);
commit;
begin; insert into a values (5); commit;`,
    'c/001_x.sql': `set search_path = ${name};
begin; insert into a values (6); commit;
do $$ begin insert into now_ values (7); exception when foreign_key_violation then insert into b values (3); end $$;`,
  });
  expect(statesOf(ran)).toEqual([
    'a/001_x.sql applied',
    'b/001_x.sql failed',
    'c/001_x.sql applied',
  ]);
  const seen = await trial.sql.unsafe(`select n from ${name}.seen`);
  // Of 1; of both rows of b; of 9; of 6; of 3.
  expect(seen.map(({ n }) => Number(n))).toEqual([0, 2, 2, 2, 2, 3]);
  expect(failureOf(ran, 'b/001_x.sql')).toMatchObject({
    sqlstate: '23503',
    place: { line: 4, column: 1 },
    advice: expect.stringMatching(/deferred.*not for a statement/) as unknown,
  });
});

test('a file that sets another client_encoding where no reader sees it is undone, and says so', async () => {
  const trial = await begin();
  const { name } = trial;
  const latin = (scope: string) =>
    `do $x$ begin perform set_config('client_' || 'encoding', 'LATIN1', ${scope}); end $x$;`;
  const ran = await trial.run({
    'b/001_é.sql': `create table ${name}.t (n text); ${latin('false')}`,
    'a/001_ascii.sql': `create table ${name}.t (n text); ${latin('false')}`,
    'c/002_é.sql': `create table ${name}.u (n text); ${latin('true')} copy ${name}.u from stdin;\nZoë\n\\.\n`,
    'd/003_é.sql': `create table ${name}.v as select 'Zoë' as n;`,
    'e/004_é.sql': `create table ${name}.w as select 'Zoë' as n; ${latin('false')} reset client_encoding;`,
  });
  expect(statesOf(ran)).toEqual([
    'a/001_ascii.sql failed',
    'b/001_é.sql failed',
    'c/002_é.sql failed',
    'd/003_é.sql applied',
    'e/004_é.sql applied',
  ]);
  expect(failureOf(ran, 'b/001_é.sql').message).toMatch(
    /the file changes client_encoding in a function or a DO block/,
  );
  expect(failureOf(ran, 'c/002_é.sql')).toMatchObject({
    message: expect.stringMatching(/changed client_encoding.*misread/) as unknown,
    place: { line: 1 },
  });
  expect(await trial.sql`select n from ${trial.sql(name)}.v`).toEqual([{ n: 'Zoë' }]);
  const tables = await trial.sql`
    select relname from pg_class where relnamespace = ${name}::regnamespace and relkind = 'r' order by 1`;
  expect(tables).toEqual([{ relname: 'v' }, { relname: 'w' }]);
});

test('no file goes on, or is applied, once the server would read strings in another way', async () => {
  const trial = await begin();
  const { name } = trial;
  const off = `do $x$ begin perform set_config('standard_' || 'conforming_strings', 'off', false); end $x$;`;
  const ran = await trial.run({
    'a/001.sql': `create table ${name}.t (n text);
copy ${name}.t from stdin;\n1\n\\.\n${off}
copy ${name}.t from stdin;\n2\n\\.\ninsert into ${name}.t values ('\\');`,
    'b/002.sql': `-- pgm:no-transaction\ncreate table ${name}.u (n text);\n${off}\ninsert into ${name}.u values ('\\');`,
    'c/003.sql': `${off} create table ${name}.v as select 'C:\\temp' as n;`,
  });
  expect(failureOf(ran, 'a/001.sql')).toMatchObject({ place: { line: 6, column: 1 } });
  expect(failureOf(ran, 'b/002.sql')).toMatchObject({ place: { line: 4, column: 1 } });
  expect(failureOf(ran, 'b/002.sql').message).toMatch(/changed standard_conforming_strings/);
  expect(failureOf(ran, 'c/003.sql').message).toMatch(
    /changes standard_conforming_strings in a function/,
  );
  expect(await trial.sql`select * from ${trial.sql(name)}.u`).toEqual([]);
});

test('whatever else the session is after a file, the history says what happened', async () => {
  const trial = await begin();
  const settings = [
    "datestyle = 'SQL, DMY'",
    "intervalstyle = 'sql_standard'",
    "timezone = 'Asia/Kathmandu'",
    'bytea_output = escape',
    'extra_float_digits = -15',
    'transform_null_equals = on',
    'standard_conforming_strings = on',
    'escape_string_warning = on',
    'backslash_quote = off',
    'quote_all_identifiers = on',
    'array_nulls = off',
    "default_transaction_isolation = 'serializable'",
    'default_transaction_read_only = on',
    'session_replication_role = replica',
    'row_security = off',
    "search_path = ''",
  ].map((setting) => `set ${setting};`);
  const ran = await trial.run({ "a/001_'é\\.sql": settings.join('\n'), 'a/002.sql': 'select 1' });
  expect(statesOf(ran)).toEqual(["a/001_'é\\.sql applied", 'a/002.sql applied']);
  const rows = await trial.sql`
    select filename, state, attempts, duration_ms between 0 and 60000 as timed,
      applied_at between now() - interval '10 minutes' and now() as dated
    from ${trial.sql(trial.target.historySchema ?? 'pgm')}.migrations order by filename`;
  expect(rows).toEqual([
    { filename: "001_'é\\.sql", state: 'applied', attempts: 1, timed: true, dated: true },
    { filename: '002.sql', state: 'applied', attempts: 1, timed: true, dated: true },
  ]);
});

test('a file of two phases reaches no server, whatever the quotes', async () => {
  const trial = await begin();
  const ran = await trial.run({
    'a/001.sql': `create table ${trial.name}.t (); prepare transaction $$x$$;`,
    'a/002.sql': 'commit prepared $$x$$;',
    'a/003.sql': 'rollback prepared $x$x$x$;',
  });
  for (const key of ['a/001.sql', 'a/002.sql', 'a/003.sql'])
    expect(failureOf(ran, key)).toMatchObject({ kind: 'refused', sqlstate: null });
});
