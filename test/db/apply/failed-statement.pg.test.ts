import { beforeAll, describe, expect, test } from 'vitest';
import { failureOf, type Trial, useTrials } from '../../faults/trial.js';

const begin = useTrials();

/** Statements that fail without a position in the server's error; `!` marks where the place is to be. */
const failing: readonly (readonly [what: string, sql: string])[] = [
  ['a row that is there already', '!insert into NAME.t values (1)'],
  ['a type that a view depends on', '!alter table NAME.t alter a type text'],
  ['a role that does not exist', '!grant select on NAME.t to nobody_of_that_name'],
  ['an index that does not exist', '!drop index NAME.no_such_index'],
  ['a DO block, on its line', "do $$ begin\n  !raise exception 'no'; end $$"],
  [
    'a DO block with a comment before its body',
    "do /* x */ -- y\n language plpgsql $$ begin\n  !raise exception 'no'; end $$",
  ],
  ['a DO block in quotes', "do 'begin\n  !perform 1 / 0; end'"],
  [
    'a DO block in a DO block, on the line of the outer one',
    "do $a$ begin\n perform 1;\n !execute $b$ do $c$ begin\n\n\n\n raise 'no'; end $c$ $b$;\nend $a$",
  ],
  ['a function', '!select NAME.fails()'],
  ['a trigger', '!update NAME.guarded set a = 1'],
  ['a division', '!select a / (a - 1) from NAME.t'],
];

/** What may stand before it in the file. */
const before: readonly (readonly [what: string, sql: string])[] = [
  ['nothing', ''],
  ['other statements', 'select 1; insert into NAME.t values (2);\n'],
  ['empty statements and comments', ';; -- a; b\n select 1 /* ; */ ;;;\n/* ; */'],
  [
    'more rows than fit into a packet',
    'select repeat($$x$$, 70000) from generate_series(1, 40);\n',
  ],
  ['letters of several bytes', "select 'äöü😀';\n"],
  ['its own BEGIN', 'begin; select 1;\n'],
  ['savepoints', 'savepoint a; select 1; release a;\n'],
  ['the rows of a COPY', 'copy NAME.t from stdin;\n5\n6\n\\.\nselect 1; select 2;\n'],
  ['a command of pg_dump', 'select 1;\n\\restrict abc\nselect 2;\n'],
  ['a DO block that works', 'do $$ begin perform 1; end $$; do $$ begin null; end $$;\n'],
  ['a rule that does something else as well', 'insert into NAME.ruled values (1);\n'],
];

describe('a statement that fails without a position is named by its place', () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await begin();
    await trial.sql.unsafe(
      `create table NAME.t (a int primary key); insert into NAME.t values (1);
       create view NAME.v as select a from NAME.t;
       create table NAME.guarded (a int); insert into NAME.guarded values (1);
       create table NAME.ruled (a int);
       create rule also as on insert to NAME.ruled do also (select 1; select 2);
       create function NAME.fails() returns int language plpgsql as $$ begin raise 'no'; end $$;
       create function NAME.refuses() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
       create trigger refuses before update on NAME.guarded
         for each row execute function NAME.refuses();`.replaceAll('NAME', trial.name),
    );
  });

  test.each(before)('behind %s', async (what, opening) => {
    const files = failing.map(([, sql]) => {
      const end = what === 'its own BEGIN' ? '; select 3; commit;' : '; select 3;';
      return `${opening}${sql}${end}`.replaceAll('NAME', trial.name);
    });
    const { target } = trial;
    // After a failure others of its schema may have to wait.
    const names = files.map((_, at) => `s${String(at)}/1_x.sql`);
    const ran = await trial.run(
      Object.fromEntries(names.map((key, at) => [key, files[at]!.replace('!', '')])),
    );
    for (const [at, text] of files.entries()) {
      const lines = text.slice(0, text.indexOf('!')).split('\n');
      const place = { line: lines.length, column: Array.from(lines.at(-1)!).length + 1 };
      const failure = failureOf(ran, names[at]!);
      expect(failure.place, `${failing[at]![0]}: ${failure.message} in ${target.database}`).toEqual(
        place,
      );
    }
  });

  test('also without a transaction', async () => {
    const files = failing.map(([, sql]) =>
      `-- pgm:no-transaction\nselect 1;\n${sql};`.replaceAll('NAME', trial.name),
    );
    const names = files.map((_, at) => `n${String(at)}/1_x.sql`);
    const ran = await trial.run(
      Object.fromEntries(names.map((key, at) => [key, files[at]!.replace('!', '')])),
    );
    for (const [at, text] of files.entries()) {
      const { line } = failureOf(ran, names[at]!).place ?? {};
      expect(line).toBe(text.slice(0, text.indexOf('!')).split('\n').length);
    }
  });
});

test('bytes that are no text fail before any statement runs, and the only statement is named', async () => {
  const trial = await begin();
  const ran = await trial.run({ 'a/001_x.sql': "-- x\n select E'\\xff';\n" });
  expect(failureOf(ran, 'a/001_x.sql')).toMatchObject({
    message: 'invalid byte sequence for encoding "UTF8": 0xff',
    place: { line: 2, column: 2 },
  });
});

test('a row that is no CSV is found behind a quote, though a column and a comment are called csv', async () => {
  const trial = await begin();
  const text = `create table ${trial.name}.c (csv int, b text);
copy ${trial.name}.c (csv, b) /* csv */ from stdin -- csv
;\n1\t"\n2\t"\n!y\tz\n\\.\n`;
  const ran = await trial.run({ 'a/001_x.sql': text.replace('!', '') });
  expect(failureOf(ran, 'a/001_x.sql').place).toEqual({ line: 6, column: 1 });
});

describe('a row of a CSV is found behind rows with line ends between quotes', () => {
  test.each([
    ['in the first', 'format csv', '1,"a\nb ""c""\n"\n2,x\n!y,z\n'],
    ['in the header', 'format csv, header', 'a,"b\nb"\n2,x\n!y,z\n'],
    ['in a later one', 'format csv', '1,x\n2,"a\nb"\n!y,z\n'],
    ['in the first, with CR LF', 'format csv', '1,"a\r\nb"\r\n2,x\r\n!y,z\r\n'],
    ['in the one that is wrong', 'format csv', '!1,"a\nb\nc",3\n'],
    ['with quotes of its own', `format csv, quote ''''`, `1,"\n2,"\n!y,z\n`],
  ])('%s', async (_, options, rows) => {
    const trial = await begin();
    const text = `create table ${trial.name}.c (a int, b text);\ncopy ${trial.name}.c from stdin with (${options});\n${rows}\\.\n`;
    const ran = await trial.run({ 'a/001_x.sql': text.replace('!', '') });
    const line = text.slice(0, text.indexOf('!')).split('\n').length;
    const failure = failureOf(ran, 'a/001_x.sql');
    expect(failure.place, failure.context ?? '').toEqual({ line, column: 1 });
  });
});
