import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { SqlReading } from '../../src/core/sql-reading.js';
import { AsciiText, type SqlText } from '../../src/core/sql-text.js';
import { describeAll } from '../../src/sql/describe.js';
import { readInWindows } from '../../src/sql/read-in-windows.js';
import { readSql } from '../../src/sql/read-sql.js';
import { splitStatements } from '../../src/sql/split-statements.js';
import { corpus } from './corpus.js';
import { randomFrom } from './random.js';

/** All of the text at once. */
async function readWhole(text: string): Promise<SqlReading> {
  const split = await splitStatements(text);
  if (split.kind !== 'split') return split;
  const statements = await describeAll(text, split.statements);
  return { kind: 'statements', statements, skipped: split.skipped, exact: false };
}

const uncut = Number.POSITIVE_INFINITY;

/** Whatever the windows are, and where they stop growing. */
async function expectSame(text: string, lengths: Iterable<number>): Promise<void> {
  const whole = await readWhole(text);
  const isAscii = /^[\0-\x7f]*$/.test(text);
  const forms: SqlText[] = isAscii ? [text, new AsciiText(Buffer.from(text))] : [text];
  for (const form of forms) {
    for (const length of lengths) {
      for (const longest of [uncut, 2 * length]) {
        const read = await readInWindows(form, { length, longest });
        expect(read, `in windows of ${String(length)}, ${String(longest)}: ${text}`).toEqual(whole);
      }
    }
  }
}

function upTo(most: number): number[] {
  return Array.from({ length: most }, (_, at) => at + 1);
}

/** What is special about long files and psql, and what is wrong. */
const odd: readonly (readonly [name: string, text: string])[] = [
  ['rows of COPY', 'select 1;\ncopy t from stdin;\n1\t;\n2\t\\\\.\n\\.\nselect 2;\n'],
  ['rows that look like their end', 'copy t from stdin;\n\\.x\nx\\.\n\\.\r\nselect 2;'],
  ['rows that end with the file', "copy t from stdin; -- ;'\r\n'\n\\."],
  ['no rows', 'select 1; copy t from stdin;\n\\.\n;copy t to stdout;\nselect 2;'],
  ['a COPY with SQL on its line', 'copy t from stdin; select 1;\n1\n\\.\nselect 2;'],
  ['rows without an end', "select 1; copy t from stdin;\n1\n2\n'\n"],
  ['a COPY without a semicolon', 'select 1;copy t from stdin'],
  ['lines of pg_dump', '\\restrict aB1\nselect 1;\n\\unrestrict aB1 \t\r\n\\restrict c\nselect 2;'],
  ['lines of pg_dump alone', '\\restrict aB1\n\n  \\unrestrict aB1'],
  ['a line that begins like one of pg_dump', 'select 1;\n\\restrict a-b\nselect 2;'],
  ['one of pg_dump behind a statement', 'select 1;   \\restrict abc\nselect 2;'],
  [
    'one of pg_dump far behind a statement',
    `select 1;${' '.repeat(90)}\\restrict abc\nselect 2;${' '.repeat(70)}\\restrict abc\n`,
  ],
  ['one of pg_dump inside a statement', 'select 1;\nselect\n\\restrict abc\n2;'],
  ['a command of psql', "select 1;\n\\connect x y'\nselect 2;"],
  ['one at the very end', 'select 1;\n\\'],
  ['an end of rows without a COPY', 'select 1;\n1\t2\n\\.\nselect 2;'],
  ['a string that never ends', "select 'a\nb'; select ''''; select 'x;\n y'' ;"],
  ['one with a line end and a doubled quote', "select 1; select 'x\n y'' ;"],
  ['one behind strings on one line', "select 'a', 'b'; select 'x; y"],
  ['an escape string that never ends', "select E'a'\n'b\\'; select 1;"],
  ['an identifier that never ends', 'select 1; select "a""; select 2;'],
  ['a dollar quote that never ends', 'select $a$;$a$, $a$ $$ ; $a ;'],
  ['a comment that never ends', 'select 1; /* /* */ ; select 2;'],
  ['a string that goes on behind comments', "select E'a' -- it's\n\t--;\n '\\';' , 1; select 2;"],
  [
    'long names',
    `create index concurrently ${'i'.repeat(70)} on s.${'t'.repeat(40)} (a); select 2;`,
  ],
  [
    'what destroys',
    "drop table a; do $$begin execute 'x'; end$$; alter table t drop b; delete from c;",
  ],
  ['all in one transaction', 'begin;\ninsert into t values (1);\ncommit;\n'],
  ['a statement longer than others', `select 1;select ${'2 + '.repeat(40)}2;select 3;select 4;`],
  [
    'a comment longer than a window',
    `select 1;/* ${'; '.repeat(60)}*/select 2;-- ${'-'.repeat(99)}\n;`,
  ],
];

describe('in windows is read what is read in the whole text:', () => {
  test.each(corpus)('$name', ({ sql }) => expectSame(sql, upTo(64)));

  test.each(odd)('%s', (_, text) => expectSame(text, upTo(Math.max(64, text.length))));

  test('a dump', async () => {
    const dump = readFileSync(new URL('../fixtures/pg_dump.sql', import.meta.url), 'latin1');
    const sizes = [1, 7, 64, 80, 99, 500, 1000, 4096];
    await expectSame(dump.replaceAll('\r', ''), sizes);
    await expectSame(dump.replaceAll('\n', '\r\n'), sizes);
  });

  test('mixtures of all these', async () => {
    const random = randomFrom(20_261_126);
    const texts = [...corpus.map(({ sql }) => sql), ...odd.map(([, text]) => text)];
    for (let round = 0; round < 400; round += 1) {
      const parts = Array.from({ length: 2 + random(4) }, () => texts[random(texts.length)] ?? '');
      const text = parts.join([';', ';\n', '\n', ' ', ''][random(5)]);
      await expectSame(text, [1 + random(16), 17 + random(100), 100 + random(200)]);
    }
  });
});

/** More than the grammar reads. */
function longText(statement: string): string {
  return statement.repeat(Math.ceil((4 << 20) / statement.length) + 1);
}

describe('of a long file in ASCII', () => {
  const insert = `insert into t values (1, '${'x'.repeat(5000)}');\n`;
  const long = longText(insert);

  async function decodings(text: string): Promise<number> {
    const sql = new AsciiText(Buffer.from(text));
    const decoded = vi.spyOn(sql, 'toString');
    expect(await readSql(sql)).toEqual(await readWhole(text));
    return decoded.mock.calls.length;
  }

  test('the text is never decoded as a whole', async () => {
    expect(await decodings(long)).toBe(0);
    expect(await decodings(`\\restrict a\nbegin;\n${long}commit;\n\\unrestrict a\n`)).toBe(0);
  });

  test('nor are there stretches of it that are longer than a statement asks for', async () => {
    const sql = new AsciiText(Buffer.from(long));
    const slice = vi.spyOn(sql, 'slice');
    await readSql(sql);
    const lengths = slice.mock.results.map(({ value }) => String(value).length);
    expect(Math.max(...lengths)).toBeLessThan(128 << 10);
    expect(lengths.reduce((sum, length) => sum + length)).toBeLessThan(1.1 * long.length);
  });

  test('a statement of some hundred kilobytes makes longer windows', async () => {
    const some = longText(`select '${'x'.repeat(500 << 10)}';\n`);
    expect(await decodings(some)).toBe(0);
  });

  test('one that is longer makes all of it one text, decoded once', async () => {
    expect(await decodings(`${long}select '${'x'.repeat(2 << 20)}';\n${long}`)).toBe(1);
  });
});

test('a long file that is not ASCII is read in windows too', async () => {
  const text = longText(`insert into t values (1, '${'é😀'.repeat(500)}');\n`);
  expect(await readSql(text)).toEqual(await readWhole(text));
});
