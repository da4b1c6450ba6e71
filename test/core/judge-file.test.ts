import { describe, expect, test } from 'vitest';
import type { MigrationFailure } from '../../src/core/failure.js';
import { parseHeaders } from '../../src/core/headers.js';
import { judgeFile, type Judgement } from '../../src/core/judge-file.js';
import type { Piece } from '../../src/core/sql-reading.js';
import { createSqlReader } from '../../src/sql/read-sql.js';

const reader = createSqlReader();
/** A grammar that takes nothing: what a file in the syntax of a newer PostgreSQL meets. */
const outdated = createSqlReader({
  load: () =>
    Promise.resolve(() => {
      return Promise.reject(
        Object.assign(new Error('syntax error'), { sqlDetails: { cursorPosition: 0 } }),
      );
    }),
});

async function judge(sql: string, using = reader): Promise<Judgement> {
  return judgeFile(sql, await using.read(sql), parseHeaders(sql).headers);
}

async function refusal(sql: string, using = reader): Promise<MigrationFailure> {
  const judgement = await judge(sql, using);
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
  const ranges = piece.kind === 'sql' ? [piece.range] : [piece.statement, piece.data];
  return ranges.map(({ start, end }) => sql.slice(start, end));
}

describe('a file is one transaction', () => {
  test('and one piece, whatever is in it', async () => {
    const sql =
      '-- x\ncreate table t (a int);\nsavepoint a; rollback to a; release a;\nselect 1; -- y\n';
    expect(await piecesOf(sql)).toEqual([[sql.slice(5, sql.indexOf('; -- y'))]]);
    expect(await judge(sql)).toMatchObject({ statements: 5, destroys: null });
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
        statements: 0,
        destroys: null,
      });
    }
  });

  test('and its BEGIN and COMMIT are left off, while indices stay those of the file', async () => {
    const sql = 'begin transaction;\nselect 1;\nselect 2;\nend work;\n-- bye';
    expect(await judge(sql)).toEqual({
      kind: 'transaction',
      pieces: [{ kind: 'sql', range: { start: 19, end: 37 } }],
      statements: 2,
      destroys: null,
    });
    expect(await piecesOf(sql)).toEqual([['select 1;\nselect 2']]);
  });

  test('and rows of COPY go on their own', async () => {
    const sql =
      'begin;\nset x = 1;\ncopy t from stdin;\n1\n\\.\ncopy u from stdin;\n\\.\nselect 2; select 3;\ncommit;';
    expect(await piecesOf(sql)).toEqual([
      ['set x = 1'],
      ['copy t from stdin', '1\n'],
      ['copy u from stdin', ''],
      ['select 2; select 3'],
    ]);
  });

  test('and the lines of a dump that psql obeys are in no piece', async () => {
    const sql =
      '\\restrict a1\n\nselect 1;\n\\unrestrict a1\n\\restrict a2\nselect 2;\n\\unrestrict a2\n';
    expect(await piecesOf(sql)).toEqual([['select 1'], ['select 2']]);
  });

  test('and says what stored data it destroys', async () => {
    const sql = 'drop table a; drop table b; delete from c; select 1;';
    expect(await judge(sql)).toMatchObject({ destroys: 'DROP TABLE, DELETE' });
  });

  test('also with a mistake in it, which the server is to find', async () => {
    expect(await piecesOf('select 1; selec 2; drop table t')).toEqual([
      ['select 1; selec 2; drop table t'],
    ]);
    expect(await judge('selec 2; drop table t')).toMatchObject({ destroys: 'DROP TABLE' });
    expect(await piecesOf('copy t from stdin;\n1\n\\.\nselec')).toEqual([
      ['copy t from stdin', '1\n'],
      ['selec'],
    ]);
  });

  test('also in a syntax that only a newer server knows', async () => {
    expect(await judge('drop table t', outdated)).toMatchObject({
      kind: 'transaction',
      statements: 1,
    });
    expect(await refusal('drop table t;\ncommit;', outdated)).toMatchObject({
      place: { line: 2, column: 1 },
    });
  });

  test('and DISCARD ALL in it is left to the server', async () => {
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
      destroys: null,
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
    expect(judgement).toMatchObject({ destroys: 'DROP TABLE' });
  });

  test.each([
    ['begin; vacuum; commit'],
    ['vacuum; commit'],
    ['savepoint a'],
    ['rollback to a'],
    ['commit and chain'],
    ["commit prepared 'x'"],
    ['copy t from stdin;'],
  ])('but with no transaction control of its own: %s', async (sql) => {
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
    ['begin; select 1; commit; begin; select 2; commit;', 'COMMIT at top level', 1, 18],
    ['select 0; begin; select 1; commit;', 'BEGIN at top level', 1, 11],
    ['begin; select 1; commit and chain;', 'BEGIN at top level', 1, 1],
    ['select 1; rollback and chain', 'ROLLBACK AND CHAIN at top level', 1, 11],
    ["select 1; prepare transaction 'x'", 'PREPARE TRANSACTION', 1, 11],
    ["commit prepared 'x'", 'COMMIT PREPARED', 1, 1],
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
      /^VACUUM cannot run inside a transaction, and BEGIN … COMMIT stands round it/,
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
      excerpt: { text: 'do •••', caret: 4 },
      advice: 'close it with the very same tag, $body$',
    });
  });

  test('a comment', async () => {
    expect((await refusal('select 1 /* /* */')).advice).toMatch(
      /close it with \*\/; comments nest/,
    );
  });

  test('a quote, with the string where one may be missing', async () => {
    const failure = await refusal("select 1;\nselect 'a, 2;\nselect 'z', 3;\n");
    expect(failure).toMatchObject({ place: { line: 3, column: 10 }, excerpt: null });
    expect(failure.advice).toMatch(/first string that runs over a line end opens at 2:8/);
    const plain = await refusal("select 'a");
    expect(plain).toMatchObject({ excerpt: { text: 'select •••', caret: 8 } });
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
