import { describe, expect, test } from 'vitest';
import { literalRanges } from '../../src/sql/literals.js';

function hidden(sql: string): readonly string[] {
  return literalRanges(sql).map(({ start, end }) => sql.slice(start, end));
}

describe('what may not be shown of a file', () => {
  test.each<[sql: string, parts: readonly string[]]>([
    ["select 'a', 'it''s', '';", ["'a'", "'it''s'", "''"]],
    [
      "select E'it\\'s', U&'\\0041', B'1', x'ff', N'a';",
      ["E'it\\'s'", "U&'\\0041'", "B'1'", "x'ff'", "N'a'"],
    ],
    ['select $$a$$, $x$ $$ $x$;', ['$$a$$', '$x$ $$ $x$']],
    ["select 1; -- 'a'\nselect 2 /* b */;", ["-- 'a'", '/* b */']],
    ["select 'a'\n 'b';", ["'a'", "'b'"]],
    ['select "name", a$b$c;', []],
  ])('%j', (sql, parts) => {
    expect(hidden(sql)).toEqual(parts);
  });

  test('goes from the opening of what never ends to the end', () => {
    expect(hidden("select 'a', 'hunter2;\nselect 2;")).toEqual(["'a'", "'hunter2;\nselect 2;"]);
    expect(hidden('select $$hunter2;')).toEqual(['$$hunter2;']);
    expect(hidden('select "hunter2;')).toEqual(['"hunter2;']);
    expect(hidden('do $$ select 1; /* x')).toEqual(['$$ select 1; /* x']);
  });
});

describe('code is not a literal, but holds some:', () => {
  test('in a DO block', () => {
    expect(hidden("do $$ begin perform f('a'); -- c\n end $$;")).toEqual(["'a'", '-- c']);
    expect(hidden('do language plpgsql $x$ begin execute $q$ create role x $q$; end $x$;')).toEqual(
      ['$q$ create role x $q$'],
    );
  });

  test('in functions of SQL and plpgsql, wherever the language is said', () => {
    const body = "$f$ select 'a' $f$";
    expect(hidden(`create function f() returns text language sql as ${body};`)).toEqual(["'a'"]);
    expect(hidden(`create or replace procedure f() as ${body} language 'plpgsql';`)).toEqual([
      "'a'",
      "'plpgsql'",
    ]);
    expect(hidden(`create function f() returns text as ${body} language plpython3u;`)).toEqual([
      body,
    ]);
  });

  test('what never ends in a piece of code goes to the end of the code', () => {
    expect(hidden("do $$ begin x := 'hunter2; end $$; select 'b';")).toEqual([
      "'hunter2; end ",
      "'b'",
    ]);
  });

  test('even when something further down would end it', () => {
    expect(hidden('do $a$ begin x := $b$ hunter2; end $a$; select $b$;')).toEqual([
      '$b$ hunter2; end ',
      '$b$;',
    ]);
  });

  test('a dollar quote that is no code is a literal', () => {
    expect(hidden('create table t (a text default $$hunter2$$);')).toEqual(['$$hunter2$$']);
    expect(
      hidden('create function f(a text default $$b$$) returns int as $$ select 1 $$ language sql;'),
    ).toEqual(['$$b$$']);
  });
});

describe('what stands for a password without being a literal', () => {
  test.each<[sql: string, parts: readonly string[]]>([
    ['create role app password hunter2;', ['hunter2']],
    ['create user app with encrypted password hun-ter!2, login;', ['hun-ter!2']],
    ['alter role app password "hunter2"', ['"hunter2"']],
    ['create user app identified by hunter2;', ['hunter2']],
    ['alter role app password null;', []],
    ["alter role app password 'hunter2';", ["'hunter2'"]],
    ['do $$ begin create role app password hunter2; end $$', ['hunter2']],
    ['create user mapping for app server s options (password hunter2)', ['hunter2']],
    ['create table users (password text)', []],
    ['create role app; create table users (password text)', []],
  ])('%j', (sql, parts) => {
    expect(hidden(sql)).toEqual(parts);
  });
});

test('what hangs on a literal is hidden to the end of its line: a quote is missing', () => {
  expect(hidden("select 'it's hunter2', 1\n, 'z', 2;")).toEqual([
    "'it'",
    "s hunter2', 1",
    "', 1\n, '",
    "z', 2;",
    "', 2;",
  ]);
  expect(hidden("select 'a',now(),'b'::text;")).toEqual(["'a'", "'b'"]);
});

test('rows of COPY are hidden, also when nothing ends them', () => {
  expect(hidden("copy t from stdin;\n1\tit's\n\\.\nselect 'b';")).toEqual(["1\tit's\n", "'b'"]);
  expect(hidden("copy t from stdin;\n1\tit's\n")).toEqual(["\n1\tit's\n"]);
});

test('arguments of psql commands are hidden', () => {
  expect(hidden("\\connect postgres://u:hunter2@h/d\nselect 'b';")).toEqual([
    ' postgres://u:hunter2@h/d',
    "'b'",
  ]);
});

test('of a text of more than 4 MiB everything is hidden', () => {
  const sql = `select 1; --${' '.repeat(4 * 1024 * 1024)}`;
  expect(literalRanges(sql)).toEqual([{ start: 0, end: sql.length }]);
});
