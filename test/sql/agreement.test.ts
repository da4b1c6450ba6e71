import { describe, expect, test } from 'vitest';
import { loadGrammar, parseStatements } from '../../src/sql/grammar.js';
import { splitStatements } from '../../src/sql/split-statements.js';
import { corpus } from './corpus.js';
import { randomFrom } from './random.js';

const parse = await loadGrammar();

describe('the plain lexer and the grammar of PostgreSQL agree on', () => {
  test.each(corpus)('$name', async ({ sql, statements }) => {
    expect(await byLexer(sql)).toEqual(await byGrammar(sql));
    expect(await byLexer(sql)).toHaveLength(statements);
  });

  test('a thousand mixtures of all these', async () => {
    const random = randomFrom(20_260_729);
    for (let round = 0; round < 1000; round += 1) {
      const sql = mixture(random);
      expect(await byLexer(sql), sql).toEqual(await byGrammar(sql));
    }
  });
});

describe('and on what never ends:', () => {
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
    expect(await splitStatements(sql)).toMatchObject({ kind: 'unterminated', at });
    expect(await parseStatements(sql, parse)).toMatchObject({ kind: 'syntax-error' });
  });
});

interface Found {
  readonly start: number;
  /** Index of its `;`, or null. */
  readonly semicolon: number | null;
}

async function byLexer(sql: string): Promise<readonly Found[]> {
  const split = await splitStatements(sql);
  if (split.kind !== 'split') throw new Error(`${split.kind} in: ${sql}`);
  const found: Found[] = [];
  for (const { range, semicolonEnd } of split.statements) {
    const isClosed = sql[semicolonEnd - 1] === ';' && semicolonEnd > range.end;
    const semicolon = isClosed ? semicolonEnd - 1 : null;
    found.push({ start: range.start, semicolon });
    await expectTrivia(sql.slice(range.end, semicolon ?? sql.length));
  }
  return found;
}

async function byGrammar(sql: string): Promise<readonly Found[]> {
  const parsed = await parseStatements(sql, parse);
  if (parsed.kind !== 'parsed') throw new Error(`${parsed.kind} in: ${sql}`);
  return parsed.statements.map(({ start, semicolon }) => ({ start, semicolon }));
}

/** Nothing but blanks and comments, says the grammar. */
async function expectTrivia(sql: string): Promise<void> {
  expect(await parseStatements(sql, parse)).toEqual({ kind: 'parsed', statements: [] });
}

test('a row of dashes between strings takes no time', async () => {
  const sql = `select E'a' ${'-- '.repeat(2000)}\n/* */ 'b';`;
  expect(await splitStatements(sql)).toMatchObject({ kind: 'split', statements: [{}] });
});

function mixture(random: (below: number) => number): string {
  const pick = (): string => corpus[random(corpus.length)]?.sql ?? '';
  const joints = [';', ' ;\n', '; -- ;\n', ';\r\n', '; /* ; */', ';;'];
  const parts = Array.from(
    { length: 1 + random(4) },
    () => `${pick()}\n${joints[random(6)] ?? ''}`,
  );
  return parts.join('');
}
