import { describe, expect, test } from 'vitest';
import type { SqlReading, SqlStatement } from '../../src/core/statements/sql-reading.js';
import { readSql } from '../../src/sql/read-sql.js';

async function statementsOf(sql: string): Promise<readonly SqlStatement[]> {
  const reading = await readSql(sql);
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
    expect(await readSql('')).toMatchObject({
      kind: 'statements',
      statements: [],
      skipped: [],
      marks: [],
    });
  });

  test('of a dump of many megabytes are all found', async () => {
    const sql = `${manyStatements(110_000)}\nrollback;`;
    const statements = await statementsOf(sql);
    expect(statements).toHaveLength(110_002);
    expect(texts(sql, statements.slice(-2))).toEqual(['drop table t', 'rollback']);
    expect(statements.at(-1)).toMatchObject({ kind: 'rollback' });
  });

  test('of a file of megabytes are found in many short turns, others running in between', async () => {
    const sql = manyStatements(110_000);
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    await readSql(sql);
    reading = false;
    expect(turns).toBeGreaterThan(10);
  });

  test('are found around a syntax error too, so that transaction control does not hide behind it', async () => {
    const reading = await readSql('selec 1; commit; create function f(a; rollback');
    expect(kindsOf(reading)).toEqual(['other', 'commit', 'other', 'rollback']);
  });

  test('are found however deep an expression is nested', async () => {
    const sql = `select ${'('.repeat(12_000)}1${')'.repeat(12_000)}; commit`;
    expect(kindsOf(await readSql(sql))).toEqual(['other', 'commit']);
  });

  test('are told apart where a string goes on below a line comment', async () => {
    const sql = "select E'a' -- more\n '\\';'; select 2;";
    expect(texts(sql, await statementsOf(sql))).toEqual([sql.slice(0, 26), 'select 2']);
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
  });

  test.each([
    ['copy t from stdin;'],
    ['copy t from stdin'],
    ['copy t from stdin; select 1;\n1\n'],
    ['copy t from stdin;\n1\n\\.x\n'],
    ['copy t from stdin;\nselect 1;'],
    ["copy t from stdin;\n1\tit's\n"],
  ])('has none in %j', async (sql) => {
    const reading = await readSql(sql);
    const statements = 'statements' in reading ? reading.statements : [];
    expect(statements[0]).toMatchObject({ kind: 'copy-from-stdin', data: null });
  });
});

describe('commands of psql', () => {
  test('lines of psql that a dump stands between are skipped', async () => {
    const sql = '--\n-- dump\n\\restrict abcDEF123\r\nselect 1;\n\n\\unrestrict abcDEF123\n';
    const reading = await readSql(sql);
    expect(reading.kind).toBe('statements');
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
    expect(await readSql(sql)).toEqual({ kind: 'meta-command', command, at });
  });

  test('are not seen in strings, comments and rows', async () => {
    const sql = "select '\\d'; -- \\d\n/* \\d */ select $$\\d$$;\ncopy t from stdin;\n\\N\n\\.\n";
    expect(await readSql(sql)).toMatchObject({ kind: 'statements' });
  });
});

describe('what never ends', () => {
  test.each([
    ["select 1;\nselect 'a;\ncommit;", 'quoted string', 17],
    ['select "a;', 'quoted identifier', 7],
    ['do $x$ begin $$ ; $x', 'dollar-quoted string', 3],
    ['select 1 /* /* */ ;', 'block comment', 9],
  ])('%j is named, with the place where it opens', async (sql, what, at) => {
    expect(await readSql(sql)).toMatchObject({ kind: 'unterminated', what, at });
  });

  test('comes with the first string over a line end, where the missing quote often is', async () => {
    const sql = "select 'a;\nselect 'b', 'c';\nselect 'd';";
    const reading = await readSql(sql);
    expect(reading).toMatchObject({
      kind: 'unterminated',
      at: sql.lastIndexOf("'"),
      firstOverLines: 7,
    });
  });
});

function kindsOf(reading: SqlReading): readonly string[] {
  return 'statements' in reading ? reading.statements.map(({ kind }) => kind) : [];
}

function manyStatements(count: number): string {
  return `${"insert into t values (1, 'é;', now());\n".repeat(count)}drop table t;`;
}
