import { describe, expect, test } from 'vitest';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import { parseHeaders } from '../../../src/core/statements/headers.js';
import { judgeFile, type Judgement } from '../../../src/core/statements/judge-file.js';
import type { Piece } from '../../../src/core/statements/sql-reading.js';
import { readSql } from '../../../src/sql/read-sql.js';

async function judge(sql: string): Promise<Judgement> {
  return judgeFile(sql, await readSql(sql), parseHeaders(sql).headers);
}

async function refusal(sql: string): Promise<MigrationFailure> {
  const judgement = await judge(sql);
  if (judgement.kind !== 'refused') throw new Error(`${judgement.kind}: ${sql}`);
  return judgement.failure;
}

/** The texts of the pieces, COPY and its rows apart. */
async function piecesOf(sql: string): Promise<readonly (readonly string[])[]> {
  const judgement = await judge(sql);
  if (judgement.kind !== 'transaction') throw new Error(`${judgement.kind}: ${sql}`);
  return judgement.pieces.map((piece) => textsOf(sql, piece));
}

function textsOf(sql: string, piece: Piece): readonly string[] {
  const ranges = {
    sql: () => (piece.kind === 'sql' ? [piece.range] : []),
    copy: () => (piece.kind === 'copy' ? [piece.statement, piece.data] : []),
    commit: () => (piece.kind === 'commit' ? [piece.statement] : []),
  }[piece.kind]();
  return ranges.map(({ start, end }) => sql.slice(start, end));
}

describe('a file is one transaction', () => {
  test('a file is sent as one piece, whatever is in it', async () => {
    const sql =
      '-- x\ncreate table t (a int);\nsavepoint a; rollback to a; release a;\nselect 1; -- y\n';
    expect(await piecesOf(sql)).toEqual([[sql.slice(5, sql.indexOf('; -- y'))]]);
  });

  test('when it is empty or holds comments only, with nothing to send', async () => {
    for (const sql of [
      '',
      ' \n',
      '-- x',
      '/* x */ ;;',
      'begin; commit;',
      '-- pgm:no-transaction\n',
    ]) {
      expect(await judge(sql), sql).toEqual({
        kind: 'transaction',
        pieces: [],
        dissolved: 0,
      });
    }
  });

  test('a BEGIN and COMMIT round the file are left off, while indices stay those of the file', async () => {
    const sql = 'begin transaction;\nselect 1;\nselect 2;\nend work;\n-- bye';
    expect(await judge(sql)).toEqual({
      kind: 'transaction',
      pieces: [{ kind: 'sql', range: { start: 19, end: 37 }, starts: [19, 29], blanks: [] }],
      dissolved: 0,
    });
    expect(await piecesOf(sql)).toEqual([['select 1;\nselect 2']]);
  });

  test('a COPY and its rows are a piece of their own', async () => {
    const sql =
      'begin;\nset x = 1;\ncopy t from stdin;\n1\n\\.\ncopy u from stdin;\n\\.\nselect 2; select 3;\ncommit;';
    expect(await piecesOf(sql)).toEqual([
      ['set x = 1'],
      ['copy t from stdin', '1\n'],
      ['copy u from stdin', ''],
      ['select 2; select 3'],
    ]);
  });

  test('the lines of a dump that psql obeys are in no piece', async () => {
    const sql =
      '\\restrict a1\n\nselect 1;\n\\unrestrict a1\n\\restrict a2\nselect 2;\n\\unrestrict a2\n';
    expect(await piecesOf(sql)).toEqual([['select 1'], ['select 2']]);
  });

  test('a file with a mistake in it is sent, as the server is to find it', async () => {
    expect(await piecesOf('select 1; selec 2; drop table t')).toEqual([
      ['select 1; selec 2; drop table t'],
    ]);
    expect(await piecesOf('copy t from stdin;\n1\n\\.\nselec')).toEqual([
      ['copy t from stdin', '1\n'],
      ['selec'],
    ]);
  });

  test('a file in a syntax that only a newer server knows is sent', async () => {
    expect(await judge('create gadget g')).toMatchObject({ kind: 'transaction' });
    expect(await refusal('create gadget g;\ncommit;')).toMatchObject({
      place: { line: 2, column: 1 },
    });
  });

  test('DISCARD ALL in a file is left to the server', async () => {
    expect(await judge('discard all; select 1')).toMatchObject({ kind: 'transaction' });
    expect(await judge('discard all')).toMatchObject({ kind: 'transaction' });
  });
});

describe('a file runs without a transaction', () => {
  test('when its only statement cannot be in one', async () => {
    const sql = '-- why\ncreate index concurrently i on a.t (b);\n';
    expect(await judge(sql)).toEqual({
      kind: 'no-transaction',
      statements: [
        {
          start: 7,
          end: 45,
          command: 'CREATE INDEX CONCURRENTLY',
          createsIndex: { schema: 'a', table: 't', name: 'i', shape: null },
          data: null,
        },
      ],
    });
  });

  test('when its header asks for that', async () => {
    const sql =
      '-- pgm:no-transaction\nvacuum t; do $$ begin commit; end $$; copy t from stdin;\n1\n\\.\ndrop table t;';
    const judgement = await judge(sql);
    const statements = judgement.kind === 'no-transaction' ? judgement.statements : [];
    expect(statements.map(({ start, end }) => sql.slice(start, end))).toEqual([
      'vacuum t',
      'do $$ begin commit; end $$',
      'copy t from stdin',
      'drop table t',
    ]);
    expect(statements.map(({ data }) => data)).toEqual([null, null, { start: 79, end: 81 }, null]);
  });

  test.each([
    ['begin; vacuum; commit'],
    ['vacuum; commit'],
    ['savepoint a'],
    ['rollback to a'],
    ['commit and chain'],
    ["commit prepared 'x'"],
    ['copy t from stdin;'],
  ])('a file without a transaction may have no transaction control of its own: %s', async (sql) => {
    expect(await refusal(`-- pgm:no-transaction\n${sql}`)).toMatchObject({
      kind: 'refused',
      place: { line: 2 },
    });
  });
});

describe('what would end the transaction of the file early is refused', () => {
  test.each([
    ['select 1;\n commit;', 'COMMIT at top level', 2, 2],
    ['select 1; rollback', 'ROLLBACK at top level', 1, 11],
    ['begin; select 1;', 'BEGIN at top level', 1, 1],
    ['begin; select 1; rollback;', 'BEGIN at top level', 1, 1],
    ['begin; select 1; commit; select 2; commit;', 'COMMIT at top level', 1, 36],
    ['select 1; commit; begin; select 2;', 'COMMIT at top level', 1, 11],
    ['begin; select 1; commit; begin; select 2;', 'BEGIN at top level', 1, 26],
    ['begin; begin; select 1; commit;', 'BEGIN at top level', 1, 8],
    ['select 0; begin; select 1; rollback; select 2;', 'BEGIN at top level', 1, 11],
    ['select 0; begin read only; select 1; commit;', 'BEGIN with options', 1, 11],
    ['begin; select 1; commit and chain;', 'BEGIN at top level', 1, 1],
    ['select 1; rollback and chain', 'ROLLBACK AND CHAIN at top level', 1, 11],
    ["select 1; prepare transaction 'x'", 'PREPARE TRANSACTION', 1, 11],
    ['select 1; prepare transaction $$x$$', 'PREPARE TRANSACTION', 1, 11],
    ["prepare /* x */ transaction U&'x'", 'PREPARE TRANSACTION', 1, 1],
    ["prepare transaction E'x'", 'PREPARE TRANSACTION', 1, 1],
    ["commit prepared 'x'", 'COMMIT PREPARED', 1, 1],
    ['commit prepared $a$x$a$', 'COMMIT PREPARED', 1, 1],
    ['rollback prepared $$x$$', 'ROLLBACK PREPARED', 1, 1],
    [
      'start transaction isolation level serializable; select 1; commit',
      'START TRANSACTION with options',
      1,
      1,
    ],
    ['begin', 'BEGIN at top level', 1, 1],
    ['commit', 'COMMIT at top level', 1, 1],
  ])('%j', async (sql, message, line, column) => {
    const failure = await refusal(sql);
    expect(failure).toMatchObject({ kind: 'refused', sqlstate: null, place: { line, column } });
    expect(failure.message).toMatch(new RegExp(`^${message}`));
    expect(failure.advice).not.toBeNull();
  });

  test('with the place in characters, not in bytes', async () => {
    expect(await refusal("select '😀é'; commit;")).toMatchObject({
      place: { line: 1, column: 14 },
    });
  });
});

describe('pairs of BEGIN and COMMIT round parts of a file', () => {
  test('are left out: BEGIN as blanks, so that all indices stay those of the file, and COMMIT as a piece of its own', async () => {
    const sql = 'select 1;\nbegin;\nselect 2;\ncommit work;\nselect 3;\nbegin; select 4; end;\n';
    const at = (part: string): number => sql.indexOf(part);
    const commit = { start: at('commit work'), end: at('commit work') + 11 };
    expect(await judge(sql)).toEqual({
      kind: 'transaction',
      pieces: [
        {
          kind: 'sql',
          range: { start: 0, end: commit.start - 2 },
          starts: [0, at('select 2')],
          blanks: [{ start: at('begin'), end: at('begin') + 5 }],
        },
        { kind: 'commit', statement: commit },
        {
          kind: 'sql',
          range: { start: at('select 3'), end: at('; end') },
          starts: [at('select 3'), at('select 4')],
          blanks: [{ start: at('begin; select 4'), end: at('begin; select 4') + 5 }],
        },
      ],
      dissolved: 2,
    });
  });

  test('leave a COMMIT only between statements', async () => {
    const sql =
      'begin; commit; begin; select 1; copy t from stdin;\n1\n\\.\ncommit; begin; end; begin; select 2; commit;';
    expect(await piecesOf(sql)).toEqual([
      ['select 1'],
      ['copy t from stdin', '1\n'],
      ['commit'],
      ['select 2'],
    ]);
  });

  test.each([
    ['begin; set local search_path = a; commit; select 1;', 'SET LOCAL', 8],
    ["begin; select set_config('a.b', 'c', true); commit; select 1;", 'SELECT', 8],
    ["begin; select (select set_config('a.b', 'c', $1)); commit; select 1;", 'SELECT', 8],
    ['begin; create temp table t (a int) on commit drop; commit; select 1;', 'CREATE TABLE', 8],
    [
      'begin; create temp table t (a int) on /* c */ commit delete rows; commit; select 1;',
      'CREATE TABLE',
      8,
    ],
    ['begin; declare c cursor for select 1; commit; begin; commit;', 'DECLARE', 8],
    ['begin; select pg_advisory_xact_lock(1); commit; select 1;', 'SELECT', 8],
    ["begin; do $$ begin perform set_config('a.b', 'c', true); end $$; commit; select 1;", 'DO', 8],
    ['begin; do $a$ begin set /**/ local role r; end $a$; commit; select 1;', 'DO', 8],
    ["begin; do 'begin execute ''set local role r''; end'; commit; select 1;", 'DO', 8],
    ["begin; insert into t select set_config('a.b', 'c', true); commit; select 1;", 'INSERT', 8],
    ["begin; values (set_config('a.b', 'c', true)); commit; select 1;", 'VALUES', 8],
    ["begin; (select set_config('a.b', 'c', true)); commit; select 1;", 'SELECT', 8],
    [
      "begin; create table t as select set_config('a', 'c', true); commit; select 1;",
      'CREATE TABLE',
      8,
    ],
    ["begin; explain analyze select set_config('a', 'c', true); commit; select 1;", 'EXPLAIN', 8],
    ["begin; select U&\"set\\005fconfig\"('a.b', 'c', true); commit; select 1;", 'SELECT', 8],
    [
      'begin; create temp table t (a int) on /**/ commit delete rows; commit; select 1;',
      'CREATE TABLE',
      8,
    ],
  ])('are refused if %j would go on after its COMMIT', async (sql, command, column) => {
    const failure = await refusal(sql);
    expect(failure.place).toEqual({ line: 1, column });
    expect(failure.message).toMatch(new RegExp(`^${command} between BEGIN and COMMIT ends with`));
    expect(failure.advice).toMatch(/a file of its own/);
  });

  test.each([
    'create function f() returns void language plpgsql as $$ begin set local role r; end $$;',
    "create procedure f() language sql as 'select set_config(''a.b'', ''c'', true)';",
    "prepare f as select set_config('a.b', 'c', true);",
  ])('are refused if they may call %j and the file goes on', async (definition) => {
    for (const call of [
      'select f();',
      'call f();',
      'execute f;',
      'do $$ begin call f(); end $$;',
    ]) {
      const failure = await refusal(`${definition} begin; ${call} commit; select 1;`);
      expect(failure.message).toMatch(
        /^\w+ between BEGIN and COMMIT may call what this file defines/,
      );
      expect(await judge(`${definition} begin; ${call} commit;`)).toMatchObject({
        kind: 'transaction',
      });
    }
    const harmless = `begin; ${definition} create table t (); commit; select 1;`;
    expect(await judge(harmless)).toMatchObject({ kind: 'transaction' });
  });

  test.each([
    ['begin; savepoint a; commit; rollback to a;', 'ROLLBACK TO'],
    ['begin; savepoint a; commit; begin; release a; commit;', 'RELEASE'],
    ['begin; commit; savepoint a;', 'SAVEPOINT'],
    ['begin; savepoint a; commit; begin; savepoint b; rollback to a; commit;', 'ROLLBACK TO'],
    ['begin; savepoint a; commit; begin; savepoint "A"; release A; commit;', 'RELEASE'],
    ['savepoint a; begin; commit; begin; savepoint b; rollback to a; commit;', 'ROLLBACK TO'],
    [
      'begin; savepoint a; commit; begin; savepoint a; release a; rollback to a; commit;',
      'ROLLBACK TO',
    ],
    [
      'begin; savepoint b; commit; begin; savepoint a; savepoint b; rollback to a; release b; commit;',
      'RELEASE',
    ],
    [
      `begin; savepoint a; commit; begin; savepoint u&"!0061" uescape '!'; release a; commit;`,
      'RELEASE',
    ],
  ])('end the savepoints in %j', async (sql, command) => {
    const failure = await refusal(sql);
    expect(failure.message).toMatch(new RegExp(`^${command} comes after a COMMIT`));
    expect(failure.place?.column).toBe(sql.toUpperCase().lastIndexOf(command) + 1);
  });

  test.each([
    'begin; savepoint a; commit; begin; savepoint a; rollback to a; release a; commit;',
    'savepoint a; select 1; rollback to a;',
    'savepoint a; begin; rollback to a; commit;',
    'begin; commit; begin; savepoint a; rollback to savepoint a; rollback work to A; release savepoint "a"; commit;',
    'begin; commit; begin; savepoint a; savepoint a; release a; rollback to u&"\\0061"; commit;',
    `begin; commit; begin; savepoint u&"!0061" uescape '!'; release u&"!0061" uescape '!'; commit;`,
    'begin; commit; begin; savepoint savepoint; release savepoint; commit;',
    'begin isolation level read committed; select 1; commit; start transaction read write; end;',
    "begin; insert into t values ('set local a = 1; on commit drop'); commit; select 1;",
    'begin; do $$ begin perform count(*) from information_schema.table_constraints; end $$; commit; select 1;',
    'begin; set local search_path = a; select 1; commit;',
    'select 1; begin; set local search_path = a; select 1; commit; -- the end',
    "begin; select set_config('search_path', 'a', false); commit; select 1;",
    'begin; set search_path = a; commit; select 1;',
    'begin; create temp table t (a int) on commit preserve rows; commit; select 1;',
    "begin; create table t (a text default 'on commit drop'); commit; select 1;",
    'begin; create function f() returns void language plpgsql as $$ begin create temp table t () on commit drop; end $$; commit; select 1;',
  ])('are dissolved in %j', async (sql) => {
    expect(await judge(sql)).toMatchObject({ kind: 'transaction' });
  });
});

describe('what makes the server read the file in another way than pgm is refused', () => {
  test.each([
    ["set client_encoding = 'LATIN1'", 'SET client_encoding to something other than UTF8'],
    ['select 1; SET SESSION client_encoding TO win1252', 'SET client_encoding'],
    ['set local "CLIENT_ENCODING" = sql_ascii', 'SET client_encoding'],
    ["set names 'latin1'", 'SET client_encoding'],
    ["select pg_catalog.set_config('client_encoding', $$LATIN1$$, false)", 'SET client_encoding'],
    ["with x as (select set_config('Client_Encoding', 'LATIN1', true)) table x", 'SET client_enc'],
    ["set client_encoding = 'LATIN1'; copy t from stdin;\n1\n\\.\n", 'SET client_encoding'],
    ['set standard_conforming_strings = off', 'SET standard_conforming_strings = off'],
    ['set standard_conforming_strings to "OFF"', 'SET standard_conforming_strings = off'],
    ["set local standard_conforming_strings = 'f'", 'SET standard_conforming_strings = off'],
    ['set standard_conforming_strings = 0', 'SET standard_conforming_strings = off'],
    ["select set_config('standard_conforming_strings', 'no', false)", 'SET standard_conf'],
  ])('%j', async (sql, message) => {
    for (const text of [sql, `-- pgm:no-transaction\n${sql}`]) {
      const failure = await refusal(text);
      expect(failure.message.startsWith(message), failure.message).toBe(true);
      expect(failure.place).not.toBeNull();
      expect(failure.advice).not.toBeNull();
    }
  });

  test.each([
    "set client_encoding = 'UTF8'",
    'set client_encoding to utf_8',
    "set names 'unicode'",
    'set client_encoding to default',
    'reset client_encoding',
    'set standard_conforming_strings = on',
    "set standard_conforming_strings = 'true'",
    'set escape_string_warning = off',
    "select 'set client_encoding = latin1'",
    "alter role r set client_encoding = 'LATIN1'",
    "select set_config('search_path', '', false)",
    "create table t (client_encoding text default 'LATIN1')",
  ])('and %j is not', async (sql) => {
    expect(await judge(sql)).toMatchObject({ kind: 'transaction' });
  });
});

describe('an isolation level that would be lost is refused', () => {
  test.each([
    'set transaction isolation level serializable',
    'set local transaction isolation level repeatable read, read only',
    'set session characteristics as transaction isolation level serializable',
    "set transaction snapshot '1'",
    'set transaction_read_only = on',
    "set local transaction_isolation to 'repeatable read'",
    'set session transaction_deferrable = 1',
    "select set_config('transaction_read_only', 'on', true)",
    'select 1; begin; set transaction isolation level serializable; commit',
  ])('%j', async (sql) => {
    const failure = await refusal(`${sql}; create table t ();`);
    expect(failure.message).toMatch(/^SET.*pgm has already begun the file's transaction/);
    expect(failure.advice).toMatch(/LOCK TABLE/);
    expect(failure.advice).not.toMatch(/no-transaction/);
  });

  test('and in a file without a transaction, where it would have no effect', async () => {
    const sql = '-- pgm:no-transaction\nset transaction isolation level serializable; select 1;';
    expect((await refusal(sql)).message).toMatch(/^SET TRANSACTION in a file .* no effect/);
  });

  test.each([
    'set transaction isolation level read committed',
    'set transaction read write',
    'set transaction isolation level read committed, read write, not deferrable',
    '-- pgm:no-transaction\nset session characteristics as transaction isolation level serializable',
  ])('and %j is not: it changes nothing, or does what it says', async (sql) => {
    expect((await judge(sql)).kind).not.toBe('refused');
  });
});

describe('what lasts to the end of a transaction is refused in a file that has none', () => {
  test.each([
    ["set local lock_timeout = '5s'", 'SET LOCAL', 'write SET without LOCAL'],
    ['set /* b */ LOCAL role x', 'SET LOCAL', 'write SET without LOCAL'],
    ['set constraints all deferred', 'SET CONSTRAINTS', 'remove it'],
  ])('%j', async (sql, command, advice) => {
    const failure = await refusal(`-- pgm:no-transaction\nselect 1; ${sql};`);
    expect(failure.message).toMatch(`${command} in a file that runs without a transaction`);
    expect(failure.advice).toMatch(advice);
    expect(failure.place).toMatchObject({ line: 2, column: 11 });
    expect((await judge(`select 1; ${sql};`)).kind).toBe('transaction');
  });
});

describe('what makes or drops a replication slot', () => {
  const slot = "select pg_create_logical_replication_slot('s', 'pgoutput')";

  test('runs outside a transaction when it is alone', async () => {
    expect(await judge(slot)).toMatchObject({ kind: 'no-transaction' });
    expect(await judge('drop subscription s')).toMatchObject({ kind: 'no-transaction' });
    const commented = slot.replace('(', ' /* c */ (');
    expect(await judge(commented)).toMatchObject({ kind: 'no-transaction' });
    expect(await judge(`${slot} where not exists (select 1)`)).toMatchObject({
      kind: 'no-transaction',
    });
  });

  test('is refused among others, with the header that works', async () => {
    const failure = await refusal(`create table t (); ${slot}`);
    expect(failure.advice).toMatch(/a file of its own.*"-- pgm:no-transaction" in the header/);
  });

  test('DROP SUBSCRIPTION among others is left to the server, which knows whether it has a slot', async () => {
    const sql = 'alter subscription s set (slot_name = none); drop subscription s;';
    expect(await judge(sql)).toMatchObject({ kind: 'transaction' });
  });

  test('a word, a string or a physical slot is none', async () => {
    for (const sql of [
      "select 'pg_create_logical_replication_slot('",
      'select pg_create_logical_replication_slot from t',
      "select pg_create_physical_replication_slot('s')",
    ])
      expect(await judge(sql), sql).toMatchObject({ kind: 'transaction' });
  });
});

describe('refused with advice is also', () => {
  test('what cannot be in a transaction, among other statements', async () => {
    const failure = await refusal('create table t (a int);\ncreate index concurrently i on t (a);');
    expect(failure).toMatchObject({
      message:
        'CREATE INDEX CONCURRENTLY cannot run inside a transaction, and the file has other statements too',
      place: { line: 2, column: 1 },
      excerpt: { text: 'create index concurrently i on t (a);', caret: 1 },
    });
    expect(failure.advice).toMatch(/a file of its own.*"-- pgm:no-transaction" in the header/);
  });

  test('what cannot be in a transaction, inside BEGIN … COMMIT', async () => {
    const failure = await refusal('begin; vacuum t; commit;');
    expect(failure.message).toMatch(
      /^VACUUM cannot run inside a transaction, and the file puts BEGIN … COMMIT around it/,
    );
  });

  test('a command of psql, without its arguments', async () => {
    const failure = await refusal('select 1;\n  \\connect postgres://u:hunter2@h/d\n');
    expect(failure).toMatchObject({
      place: { line: 2, column: 3 },
      excerpt: { text: '  \\connect•••', caret: 3 },
    });
    expect(failure.message).toMatch(/^\\connect is a command of psql/);
    expect((await refusal('\\.\n')).advice).toMatch(/ends the rows of a COPY/);
  });

  test('COPY without rows', async () => {
    for (const sql of [
      'copy t from stdin;',
      "copy t from stdin;\n1\tit's\n",
      'copy t from stdin; select 1;\n1\n\\.\n',
    ]) {
      expect((await refusal(sql)).message, sql).toMatch(/^COPY … FROM STDIN without rows/);
    }
  });

  test('no line in a string, in code or in the rows of a COPY that looks like a header', async () => {
    for (const sql of [
      "insert into t values ('\n-- pgm:once\n');",
      'do $$ begin\n-- pgm:once\nend $$;',
      'copy t from stdin;\n-- pgm:once\n\\.\n',
      'create table t (\n-- pgm:onse\na int);',
    ])
      expect(await judge(`select 1;\n${sql}`), sql).toMatchObject({ kind: 'transaction' });
    expect((await refusal('select 1;\n-- pgm:once\nselect 2;')).place?.line).toBe(2);
    expect((await refusal('select 1;\n-- pgm:once')).place?.line).toBe(2);
  });

  test('a header that is not understood, with all that is wrong in it', async () => {
    const failure = await refusal('\n -- pgm:onse\n-- pgm:lock-timeout x\nselect 1;');
    expect(failure.message).toMatch(
      /^-- pgm:onse is not known; did you mean once\?; line 3: -- pgm:lock-timeout x: /,
    );
    expect(failure).toMatchObject({
      place: { line: 2, column: 2 },
      excerpt: { text: ' -- pgm:onse', caret: 2 },
    });
  });
});

describe('what never ends is refused with the place where it opens', () => {
  test('a dollar quote', async () => {
    const failure = await refusal('do $body$ begin\n end $$;');
    expect(failure).toMatchObject({
      message: 'the dollar-quoted string that opens here never ends',
      place: { line: 1, column: 4 },
      excerpt: { text: 'do $body$•••', caret: 4 },
      advice: 'close it with the same tag, $body$',
    });
  });

  test('a comment', async () => {
    const failure = await refusal('select 1 /* /* */');
    expect(failure.excerpt).toEqual({ text: 'select 1 /*•••', caret: 10 });
    expect(failure.advice).toMatch(/close it with \*\/; comments nest/);
  });

  test('a quote, with the string where one may be missing', async () => {
    const failure = await refusal("select 1;\nselect 'a, 2;\nselect 'z', 3;\n");
    expect(failure).toMatchObject({ place: { line: 3, column: 10 }, excerpt: null });
    expect(failure.advice).toMatch(/first string that spans lines opens at 2:8/);
    const plain = await refusal("select 'a");
    expect(plain).toMatchObject({ excerpt: { text: "select '•••", caret: 8 } });
    expect(plain.advice).toMatch(
      /^close it, or look for a missing quote before it; inside, write '' for '$/,
    );
    expect((await refusal('select "a')).advice).toMatch(/write "" for "$/);
  });
});

describe('no refusal shows a secret', () => {
  test.each([
    ["insert into t values ('hunter2'); commit; select 'hunter2'"],
    ["select 1;\nalter system set x = 'hunter2';"],
    ["select 1; create subscription s connection 'password=hunter2' publication p"],
    ["select 'hunter2' \\gexec hunter2"],
    ["select 1;\n\\set pw 'hunter2'\n"],
    ["select 'hunter2', 'a"],
    ["select 'it's hunter2', 'a'"],
    ["insert into t values ('a\nhunter2 is it', 'b');\nselect 'c"],
    ["alter role a password 'x'hunter2'; "],
    ['do $$ hunter2'],
    ["select 'hunter2' /* hunter2"],
    ["begin isolation level serializable; select 'hunter2'; commit"],
    ['copy t from stdin; -- hunter2\nhunter2\n'],
  ])('%j', async (sql) => {
    expect(JSON.stringify(await refusal(sql))).not.toContain('hunter2');
  });
});
