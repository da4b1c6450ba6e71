import { describe, expect, test } from 'vitest';
import type { SqlReading, SqlStatement } from '../../src/core/sql-reading.js';
import type { ParseSql } from '../../src/sql/grammar.js';
import { loadGrammar } from '../../src/sql/grammar.js';
import { createSqlReader } from '../../src/sql/read-sql.js';

const reader = createSqlReader({ thorough: true });

async function statementsOf(sql: string, using = reader): Promise<readonly SqlStatement[]> {
  const reading = await using.read(sql);
  if (reading.kind !== 'statements') throw new Error(`${reading.kind} in: ${sql}`);
  return reading.statements;
}

function texts(sql: string, statements: readonly SqlStatement[]): readonly string[] {
  return statements.map(({ range }) => sql.slice(range.start, range.end));
}

describe('statements', () => {
  test('are found with their text, without blanks, comments and semicolon', async () => {
    const sql = '-- 😀\n  select 1 -- é\n ; /* x */ select 2';
    expect(texts(sql, await statementsOf(sql))).toEqual(['select 1', 'select 2']);
  });

  test('none are found in an empty text', async () => {
    expect(await reader.read('')).toEqual({
      kind: 'statements',
      statements: [],
      skipped: [],
      exact: true,
    });
  });

  test('are all found, with the grammar, in a file of several chunks', async () => {
    const sql = manyStatements(6000);
    const statements = await statementsOf(sql);
    expect(statements).toHaveLength(6001);
    expect(texts(sql, statements).at(-1)).toBe('drop table t');
    expect(statements.at(-1)?.destroys).toBe('DROP TABLE');
    expect(await reader.read(sql)).toMatchObject({ exact: true });
  });

  test('that are too long to be parsed are told by their words, and said not to be exact', async () => {
    const sql = `select 1; with gone as (delete from t) insert into t values ${"('x'),".repeat(50_000)}('y'); commit;`;
    const statements = await statementsOf(sql);
    expect(statements.map(({ kind, destroys }) => [kind, destroys])).toEqual([
      ['other', null],
      ['other', 'DELETE'],
      ['commit', null],
    ]);
    expect(await reader.read(sql)).toMatchObject({ exact: false });
  });

  test('of a dump of many megabytes are told by their words', async () => {
    const sql = `${manyStatements(110_000)}\nrollback;`;
    const statements = await statementsOf(sql);
    expect(statements).toHaveLength(110_002);
    expect(statements.at(-1)).toMatchObject({ kind: 'rollback' });
    expect(await reader.read(sql)).toMatchObject({ exact: false });
  });

  test('of a file of megabytes are found in many short turns, others running in between', async () => {
    const sql = manyStatements(20_000);
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    await reader.read(sql);
    reading = false;
    expect(turns).toBeGreaterThan(10);
  });

  test('come from the grammar where it sees more than the lexer', async () => {
    const parse: ParseSql = (sql) =>
      Promise.resolve({
        stmts: [
          { stmt: {}, stmt_len: sql.indexOf('commit') - 1 },
          { stmt: {}, stmt_location: sql.indexOf('commit') },
        ],
      });
    const using = createSqlReader({ thorough: true, load: () => Promise.resolve(parse) });
    const statements = await statementsOf('select ( 1,commit', using);
    expect(statements.map(({ kind }) => kind)).toEqual(['other', 'commit']);
    expect(texts('select ( 1,commit', statements)).toEqual(['select ( 1', 'commit']);
  });

  test('come from the lexer when a chunk does not end where the grammar ends it', async () => {
    const real = await loadGrammar();
    const forgetful: ParseSql = async (sql) => {
      const { stmts = [] } = await real(sql);
      return { stmts: sql.includes('drop') ? stmts : stmts.slice(0, -1) };
    };
    const using = createSqlReader({ thorough: true, load: () => Promise.resolve(forgetful) });
    const sql = manyStatements(6000);
    expect(await statementsOf(sql, using)).toHaveLength(6001);
    expect(await using.read(sql)).toMatchObject({ exact: false });
  });
});

describe('a syntax error', () => {
  test('has a place, counted in the text and not in bytes', async () => {
    const sql = "select '😀é'; selec 1; commit;";
    expect(await reader.read(sql)).toMatchObject({
      kind: 'syntax-error',
      at: sql.indexOf('selec 1'),
    });
  });

  test('has it in a later chunk too', async () => {
    const sql = `${manyStatements(6000)}; selec 1`;
    expect(await reader.read(sql)).toMatchObject({
      kind: 'syntax-error',
      at: sql.lastIndexOf('selec'),
    });
  });

  test('leaves what the plain lexer finds, so that transaction control does not hide behind it', async () => {
    const reading = await reader.read('selec 1; commit; create function f(a; rollback');
    expect(kindsOf(reading)).toEqual(['other', 'commit', 'other', 'rollback']);
    expect(reading).toMatchObject({ kind: 'syntax-error', exact: false });
  });

  test('is none when only the parser gives up: the server has a deeper stack', async () => {
    const sql = `select ${'('.repeat(12_000)}1${')'.repeat(12_000)}; commit`;
    expect(await reader.read(sql)).toMatchObject({ kind: 'statements', exact: false });
    const sum = `select ${'1+'.repeat(20_000)}1; commit`;
    expect(await reader.read(sum)).toMatchObject({ kind: 'statements', exact: false });
    expect(await reader.read('select 1; commit')).toMatchObject({
      kind: 'statements',
      exact: true,
    });
  });

  test('is none when a string goes on below a line comment', async () => {
    const sql = "select E'a' -- more\n '\\';'; select 2;";
    expect(texts(sql, await statementsOf(sql))).toEqual([sql.slice(0, 26), 'select 2']);
    expect(await reader.read(sql)).toMatchObject({ exact: true });
  });
});

describe('COPY … FROM STDIN', () => {
  const dump = [
    'copy public.t (a, b) from stdin;',
    "1\tit's",
    '2\t$$ \\N; commit; \\.',
    '\\.',
    '',
    'copy u from stdin with (format csv); -- rows:',
    '\\.',
    'select 1;',
    'copy v from stdin;',
    '"a',
    '\\. b"',
    '\\.',
  ].join('\r\n');

  test('has its rows, and SQL goes on below them', async () => {
    const statements = await statementsOf(dump);
    expect(statements.map(({ kind }) => kind)).toEqual([
      'copy-from-stdin',
      'copy-from-stdin',
      'other',
      'copy-from-stdin',
    ]);
    const rows = statements.map(({ data }) => data && dump.slice(data.start, data.end));
    expect(rows).toEqual(["1\tit's\r\n2\t$$ \\N; commit; \\.\r\n", '', null, '"a\r\n\\. b"\r\n']);
    expect(await reader.read(dump)).toMatchObject({ exact: true });
  });

  test.each([
    ['copy t from stdin;'],
    ['copy t from stdin'],
    ['copy t from stdin; select 1;\n1\n'],
    ['copy t from stdin;\n1\n\\.x\n'],
    ['copy t from stdin;\nselect 1;'],
    ["copy t from stdin;\n1\tit's\n"],
  ])('has none in %j', async (sql) => {
    const reading = await reader.read(sql);
    const statements = 'statements' in reading ? reading.statements : [];
    expect(statements[0]).toMatchObject({ kind: 'copy-from-stdin', data: null });
  });
});

describe('commands of psql', () => {
  test('that a dump stands between are skipped', async () => {
    const sql = '--\n-- dump\n\\restrict abcDEF123\r\nselect 1;\n\n\\unrestrict abcDEF123\n';
    const reading = await reader.read(sql);
    expect(reading).toMatchObject({ kind: 'statements', exact: true });
    const skipped = reading.kind === 'statements' ? reading.skipped : [];
    expect(skipped.map(({ start, end }) => sql.slice(start, end).trim())).toEqual([
      '\\restrict abcDEF123',
      '\\unrestrict abcDEF123',
    ]);
    expect(texts(sql, await statementsOf(sql))).toEqual(['select 1']);
  });

  test.each([
    ['select 1;\n\\connect db user', '\\connect', 10],
    ['\\i other.sql', '\\i', 0],
    ["select 'x' \\gexec", '\\gexec', 11],
    ['select 1 \\; select 2', '\\;', 9],
    ['\\.\n', '\\.', 0],
    ['select 1 \\restrict abc\n;', '\\restrict', 9],
    ['create table t (\n\\restrict abc\n);', '\\restrict', 17],
    ['select 1; \\restrict abc\n', '\\restrict', 10],
    ['\\restrict\n', '\\restrict', 0],
    ['\\', '\\', 0],
  ])('are named: %j', async (sql, command, at) => {
    expect(await reader.read(sql)).toEqual({ kind: 'meta-command', command, at });
  });

  test('are not seen in strings, comments and rows', async () => {
    const sql = "select '\\d'; -- \\d\n/* \\d */ select $$\\d$$;\ncopy t from stdin;\n\\N\n\\.\n";
    expect(await reader.read(sql)).toMatchObject({ kind: 'statements' });
  });
});

describe('what never ends', () => {
  test.each([
    ["select 1;\nselect 'a;\ncommit;", 'quoted string', 17],
    ['select "a;', 'quoted identifier', 7],
    ['do $x$ begin $$ ; $x', 'dollar-quoted string', 3],
    ['select 1 /* /* */ ;', 'block comment', 9],
  ])('%j is named, with the place where it opens', async (sql, what, at) => {
    expect(await reader.read(sql)).toMatchObject({ kind: 'unterminated', what, at });
  });

  test('comes with the first string over a line end, where the missing quote often is', async () => {
    const sql = "select 'a;\nselect 'b', 'c';\nselect 'd';";
    const reading = await reader.read(sql);
    expect(reading).toMatchObject({
      kind: 'unterminated',
      at: sql.lastIndexOf("'"),
      firstOverLines: 7,
    });
  });
});

test('the grammar is loaded once', async () => {
  let loads = 0;
  const using = createSqlReader({
    load: () => {
      loads += 1;
      return loadGrammar();
    },
  });
  await Promise.all(['drop table a', 'drop table b', 'commit'].map((sql) => using.read(sql)));
  expect(loads).toBe(1);
});

function kindsOf(reading: SqlReading): readonly string[] {
  return 'statements' in reading ? reading.statements.map(({ kind }) => kind) : [];
}

function manyStatements(count: number): string {
  return `${"insert into t values (1, 'é;', now());\n".repeat(count)}drop table t;`;
}
