/** One text that is easy to cut wrongly, and how many statements it has. */
export interface Specimen {
  readonly name: string;
  readonly sql: string;
  readonly statements: number;
}

/** Texts that PostgreSQL's grammar takes. */
export const corpus: readonly Specimen[] = [
  { name: 'nothing but blanks', sql: ' \n\t\r\n', statements: 0 },
  { name: 'nothing but comments', sql: '-- a; b\n/* c; /* d; */ e; */\n;;', statements: 0 },
  { name: 'empty statements between', sql: ';; select 1;;\n; select 2 ;', statements: 2 },
  { name: 'no semicolon at the end', sql: 'select 1; select 2 -- done', statements: 2 },
  { name: 'nested comments', sql: 'select /* a /* ; */ ; /* */ */ 1; select 2;', statements: 2 },
  {
    name: 'a comment that opens in an operator',
    sql: 'select 1 +/* ; */ 2; select 3;',
    statements: 2,
  },
  { name: 'dashes in an operator', sql: 'select 1 *-- ; \n 2; select 3;', statements: 2 },
  { name: 'slash before a comment', sql: 'select 4 //* ; */ 2\n;', statements: 1 },
  {
    name: 'a line comment that a carriage return ends',
    sql: 'select 1 -- x\r; select 2',
    statements: 2,
  },
  {
    name: 'a comment mark in a string',
    sql: "select '/*'; select '*/'; select '--';",
    statements: 3,
  },
  {
    name: 'a quote in a comment',
    sql: "select 1; -- it's\nselect 2; /* it's */ select 3",
    statements: 3,
  },
  { name: 'doubled quotes', sql: "select ';''', ''''; select '';", statements: 2 },
  { name: 'backslashes that escape nothing', sql: "select '\\'; select 'C:\\';", statements: 2 },
  {
    name: 'backslashes that escape',
    sql: "select E'\\';', e'\\\\'; select E'a\\''; select 2;",
    statements: 3,
  },
  {
    name: 'an escape string that goes on below',
    sql: "select E'a'\n  '\\';'; select 2;",
    statements: 2,
  },
  { name: 'a plain string that goes on below', sql: "select 'a'\n'\\'; select 2;", statements: 2 },
  {
    name: 'a string after a word that ends in e',
    sql: "select date'2020-01-01', 'x\\'; select 2;",
    statements: 2,
  },
  {
    name: 'unicode strings',
    sql: "select U&'\\0041;' , u&'d!0061;' uescape '!'; select 2;",
    statements: 2,
  },
  {
    name: 'unicode identifiers',
    sql: 'select 1 as U&"d\\0061;"; select 2 as "U&"";";',
    statements: 2,
  },
  {
    name: 'bit strings and national strings',
    sql: "select B'01', X'1F', N';'; select 2;",
    statements: 2,
  },
  {
    name: 'quoted identifiers',
    sql: 'create table "a;""b" ("begin" int, "end;" int); select 1;',
    statements: 2,
  },
  {
    name: 'odd dollar tags',
    sql: 'select $$;$$, $_$;$_$, $a1$; $a2$ $$ ;$a1$, $é$;$é$; select 2;',
    statements: 2,
  },
  {
    name: 'a dollar tag inside another',
    sql: 'select $a$ $b$ ; $b$ $$ ; $a$; select 2;',
    statements: 2,
  },
  {
    name: 'a closing tag that begins in a dollar',
    sql: 'select $a$ x$b$a$; select 2;',
    statements: 2,
  },
  { name: 'dollars in words', sql: 'select a$b$c from t; select x$$ from y$$;', statements: 2 },
  { name: 'parameters', sql: 'prepare p as select $1, $2; select 2;', statements: 2 },
  {
    name: 'a parameter before a dollar quote',
    sql: 'prepare p as select $1||$$;$$; select 2;',
    statements: 2,
  },
  {
    name: 'a body in BEGIN ATOMIC',
    sql: `create or replace function f(a int) returns int language sql begin atomic
      select case when a > 1 then 1 else 2 end;
      select a as "end", a as case;
      update t set x = 1 where y = 2;
    end;
    select 2;`,
    statements: 2,
  },
  { name: 'an empty body', sql: 'create procedure p() begin atomic end; select 2;', statements: 2 },
  {
    name: 'a body with a column called end',
    sql: 'create function f() returns int begin atomic select 1 end; end; select 2',
    statements: 2,
  },
  {
    name: 'a function that returns an expression',
    sql: 'create function f() returns int return case when true then 1 end; select 2;',
    statements: 2,
  },
  {
    name: 'a parameter called begin, of a type called atomic',
    sql: `create function f(begin atomic, x int) returns int language sql as 'select 1';
commit; select 1;`,
    statements: 3,
  },
  {
    name: 'columns called begin and atomic',
    sql: 'create table t (begin int, atomic int); select begin atomic from t; commit;',
    statements: 3,
  },
  {
    name: 'a rule with several actions',
    sql: 'create rule r as on insert to t do also (delete from a; ; insert into b values (1);); select 2;',
    statements: 2,
  },
  {
    name: 'a rule with one action',
    sql: 'create or replace rule r as on delete to t do instead delete from u; select 2;',
    statements: 2,
  },
  {
    name: 'COMMIT where it is none',
    sql: `create table commit_log (commit int, rollback text default 'COMMIT;');
      -- COMMIT;
      do $$ begin perform 1; /* COMMIT; */ commit; end $$;
      comment on table commit_log is E'it''s\\'COMMIT;';
      select 'COMMIT' as commit;`,
    statements: 4,
  },
  {
    name: 'CASE … END',
    sql: 'select case when 1 = 1 then case when true then 2 end end; end;',
    statements: 2,
  },
  {
    name: 'labels and nested blocks in plpgsql',
    sql: `do $outer$
      <<main>>
      declare q text := $q$select ';' || $q2$;$q2$ $q$;
      begin
        <<inner_block>>
        begin execute q; exception when others then null; end inner_block;
        for i in 1..3 loop exit main when i = 2; end loop;
      end main;
      $outer$ language plpgsql;
      select 1;`,
    statements: 2,
  },
  {
    name: 'multi-byte text before everything',
    sql: "/* 😀é */ select '😀;ü' as \"ß;\"; select 'é';",
    statements: 2,
  },
  { name: 'a no-break space in a word', sql: 'select 1 as a\u00a0b; select 2;', statements: 2 },
  {
    name: 'CRLF',
    sql: "select 1;\r\nselect 'a\r\n;b';\r\n-- c\r\nselect 2\r\n;\r\n",
    statements: 3,
  },
  { name: 'vertical tabs and form feeds', sql: 'select 1;\f\vselect 2;', statements: 2 },
  {
    name: 'parentheses and brackets',
    sql: "select (array[1,2])[1], ('{;}')::text; select 2;",
    statements: 2,
  },
  {
    name: 'casts and json operators',
    sql: `select '{"a;":1}'::jsonb ->> 'a;', 1::text; select 2;`,
    statements: 2,
  },
  {
    name: 'transaction control',
    sql: 'begin; select 1; savepoint a; rollback to a; release a; commit and no chain;',
    statements: 6,
  },
  {
    name: 'create schema with elements',
    sql: 'create schema s create table t (a int) create view v as select 1; select 2;',
    statements: 2,
  },
];
