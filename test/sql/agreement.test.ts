import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../src/sql/split/split-statements.js';
import { corpus } from './corpus.js';
import { type Chance, oneOf, rounds } from '../support/rounds.js';
import { parseStatements, type ParsedStatement } from './grammar.js';
import { adding, changing, kinds } from './statements.js';

/** Without COPY … FROM STDIN, behind which the lexer looks for rows. */
const statements = [
  ...kinds.flatMap(([sql, kind]) => (kind === 'copy-from-stdin' ? [] : [sql])),
  ...changing.map(([sql]) => sql),
  ...adding,
].map((sql) => sql.replace(/;$/, ''));
const texts = [...corpus.map(({ sql }) => sql), ...statements];

describe('the plain lexer and the grammar of PostgreSQL agree on', () => {
  test.each(corpus)('$name', async ({ sql, statements }) => {
    expect(await byLexer(sql)).toEqual(await parseStatements(sql));
    expect(await byLexer(sql)).toHaveLength(statements);
  });

  test.each(statements)('%s', async (sql) => {
    expect(await byLexer(sql)).toEqual(await parseStatements(sql));
    expect(await byLexer(sql)).toHaveLength(1);
  });

  test('mixtures of all these', async () => {
    await rounds(async (chance) => {
      const sql = mixture(chance);
      expect(await byLexer(sql), sql).toEqual(await parseStatements(sql));
    });
  });
});

describe('the plain lexer and the grammar both refuse what never ends:', () => {
  test.each([
    ["select 'it''s", 7],
    ["select E'it\\'", 7],
    ["select E'a'\n'b\\'", 12],
    ["select U&'a", 7],
    ['select "a""', 7],
    ['select $a$ $b$ $$', 7],
    ['select /* /* */', 7],
    ["select '😀'; select 'é", 20],
  ])('%s', async (sql, at) => {
    expect(await splitStatements(sql, (statement) => statement)).toMatchObject({
      kind: 'unterminated',
      at,
    });
    await expect(parseStatements(sql)).rejects.toThrow('unterminated');
  });
});

async function byLexer(sql: string): Promise<readonly ParsedStatement[]> {
  const split = await splitStatements(sql, (statement) => statement);
  if (split.kind !== 'split') throw new Error(`${split.kind} in: ${sql}`);
  const found: ParsedStatement[] = [];
  for (const { range, semicolonEnd } of split.statements) {
    const isClosed = sql[semicolonEnd - 1] === ';' && semicolonEnd > range.end;
    const semicolon = isClosed ? semicolonEnd - 1 : null;
    found.push({ start: range.start, semicolon });
    await expectTrivia(sql.slice(range.end, semicolon ?? sql.length));
  }
  return found;
}

/** Nothing but blanks and comments, says the grammar. */
async function expectTrivia(sql: string): Promise<void> {
  expect(await parseStatements(sql)).toEqual([]);
}

test('a row of dashes between strings takes no time', async () => {
  const sql = `select E'a' ${'-- '.repeat(2000)}\n/* */ 'b';`;
  expect(await splitStatements(sql, (statement) => statement)).toMatchObject({
    kind: 'split',
    statements: [{}],
  });
});

function mixture(chance: Chance): string {
  const joints = [';', ' ;\n', '; -- ;\n', ';\r\n', '; /* ; */', ';;'];
  const parts = Array.from(
    { length: 1 + Math.floor(chance() * 4) },
    () => `${oneOf(chance, texts)}\n${oneOf(chance, joints)}`,
  );
  return parts.join('');
}
