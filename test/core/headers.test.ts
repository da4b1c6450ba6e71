import { describe, expect, test, vi } from 'vitest';
import { closest } from '../../src/core/closest.js';
import { headersOf, parseHeaders } from '../../src/core/headers.js';
import { AsciiText, windowLength } from '../../src/core/sql-text.js';
import { headLength } from '../../src/core/text.js';

const none = { noTransaction: false, once: false, requires: [], lockTimeoutMs: null, ignore: [] };

describe('the header of a file', () => {
  test('is empty in most files', () => {
    for (const text of [
      '',
      '\n',
      'select 1;',
      '-- a comment\nselect 1;',
      '-- pgm applies this file\n',
    ]) {
      expect(parseHeaders(text)).toEqual({ headers: none, problems: [] });
    }
  });

  test('is the same for who asks for it alone', () => {
    const text = '-- pgm:once\n-- pgm:nonsense\nselect 1;\n-- pgm:no-transaction\n';
    expect(headersOf(text)).toEqual({ ...none, once: true });
    expect(headersOf(text)).toEqual(parseHeaders(text).headers);
  });

  test('says all that a file asks for', () => {
    const text = [
      '/* Who wrote this;',
      '   /* and when */ -- pgm:once is no line of its own here */',
      '',
      '-- pgm:no-transaction',
      '--pgm:once  ',
      '-- pgm:requires gcp/003, aws/001_x.sql',
      '-- pgm:requires azure/2',
      '-- pgm:lock-timeout 1m30s',
      '-- pgm:ignore ban-drop-table,prefer-text',
      'create index concurrently i on t (a);',
    ].join('\r\n');
    expect(parseHeaders(text)).toEqual({
      headers: {
        noTransaction: true,
        once: true,
        requires: ['gcp/003', 'aws/001_x.sql', 'azure/2'],
        lockTimeoutMs: 90_000,
        ignore: ['ban-drop-table', 'prefer-text'],
      },
      problems: [],
    });
  });

  test.each([
    ['0', 0],
    ['500ms', 500],
    ['5s', 5000],
    ['5', 5000],
    ['5s \t', 5000],
  ])('reads -- pgm:lock-timeout %s', (value, milliseconds) => {
    expect(parseHeaders(`-- pgm:lock-timeout ${value}`).headers.lockTimeoutMs).toBe(milliseconds);
  });
});

test('the name in a header line may be written in capitals', () => {
  expect(parseHeaders('--\tPGM:once').headers.once).toBe(true);
  expect(parseHeaders('select 1;\n--\tPGM:once').problems).toHaveLength(1);
});

test('the header goes on behind an empty comment and every kind of blank', () => {
  expect(parseHeaders('/**/\t\f\v\r\n-- pgm:once').headers.once).toBe(true);
});

test('the header ends in a comment that never does', () => {
  expect(parseHeaders('/* open\n-- pgm:once')).toEqual({ headers: none, problems: [] });
});

describe('a header line that would be passed over in silence is a problem:', () => {
  test.each([
    ['-- pgm:no-transction', /no-transction is not known; did you mean no-transaction\?/],
    ['-- pgm:Once', /did you mean once\?/],
    ['-- pgm:zebra', /known are no-transaction, once, requires, lock-timeout, ignore/],
    ['-- pgm:', /lacks a word/],
    ['-- pgm: once', /write "-- pgm:once"/],
    ['-- pgm: onse', /write "-- pgm:onse"/],
    ['-- pgm=once', /write "-- pgm:once"/],
    ['-- pgm ONCE', /write "-- pgm:ONCE"/],
    ['-- pgm :once', /write "-- pgm:once"/],
    ['-- pgm once', /write "-- pgm:once"/],
    ['-- pgm no-transaction please', /write "-- pgm:no-transaction"/],
    ['-- pgm:once and for all', /once stands alone/],
    ['-- pgm:lock-timeout', /lock-timeout: use a duration/],
    ['-- pgm:lock-timeout soon', /lock-timeout soon: use a duration such as .*; 0 waits for ever/],
    ['-- pgm:requires', /requires: "" is none; use commas between, like this: gcp\/003/],
    ['-- pgm:requires gcp/003 aws/001', /"gcp\/003 aws\/001" is none; use commas/],
    ['-- pgm:requires 003', /"003" is none/],
    ['-- pgm:requires gcp/x', /"gcp\/x" is none/],
    ['-- pgm:requires gcp/003, gcp/003', /names gcp\/003 twice/],
    ['-- pgm:ignore No Such Rule', /"No Such Rule" is none/],
    ['-- pgm:ignore Ban-Drop', /"Ban-Drop" is none/],
    ['-- pgm:once\n-- pgm:once', /once is given twice/],
    ['-- pgm:ignore a\n-- pgm:ignore a', /names a twice/],
  ])('%j', (text, message) => {
    const { problems } = parseHeaders(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
  });

  test('with its place', () => {
    const text = '-- a\n /* b */ -- pgm:onse\n\nselect 1;\n  -- pgm:once\n';
    expect(parseHeaders(text).problems.map(({ place }) => place)).toEqual([
      { line: 2, column: 10 },
      { line: 5, column: 3 },
    ]);
  });

  test('below the first statement, whatever it says', () => {
    const { headers, problems } = parseHeaders('select 1;\n-- pgm:no-transaction\n');
    expect(headers.noTransaction).toBe(false);
    expect(problems[0]?.message).toMatch(/after the first statement.*move it to the top/);
  });

  test('all of them at once', () => {
    const text = '-- pgm:a\n-- pgm:once x\nselect 1;\n-- pgm:once\n';
    expect(parseHeaders(text).problems.map(({ place }) => place.line)).toEqual([1, 2, 4]);
  });

  test('but a comment about pgm is none', () => {
    for (const text of [
      '-- pgm requires PostgreSQL 15',
      '-- pgm rocks',
      '-- pgm re-reads this file',
      '-- pgmonce',
      'select 1; -- see -- pgm:once',
    ]) {
      expect(parseHeaders(text).problems, text).toEqual([]);
    }
  });
});

describe('the closest word', () => {
  const words = ['migrate', 'status', 'watch'];

  test.each([
    ['migrat', 'migrate'],
    ['mirgate', 'migrate'],
    ['STATUS', 'status'],
    ['wtach', 'watch'],
    ['stat', null],
    ['x', null],
    ['', null],
  ])('to %j is %j', (word, meant) => {
    expect(closest(word, words)).toBe(meant);
  });
});

describe('of a long file', () => {
  const long = `select '${'x'.repeat(3 * windowLength)}';\n`;

  /** Never decoded as a whole where `decodings` is 0. */
  function expectProblems(text: string, lines: readonly number[], decodings: number): void {
    const sql = new AsciiText(Buffer.from(text));
    const decoded = vi.spyOn(sql, 'toString');
    const { headers, problems } = parseHeaders(sql);
    expect(problems.map(({ place }) => place.line)).toEqual(lines);
    expect(decoded.mock.calls).toHaveLength(decodings);
    expect(headersOf(sql)).toEqual(headers);
  }

  test('no more is looked at than the header, for what it asks for', () => {
    const sql = new AsciiText(Buffer.from(`-- pgm:once\n${long}`));
    const slice = vi.spyOn(sql, 'slice');
    expect(headersOf(sql).once).toBe(true);
    expect(slice.mock.results.map(({ value }) => String(value).length)).toEqual([headLength]);
  });

  test.each(['-- pgm:once', '/* /* */ */-- pgm:once', '\n\n--pgm:once'])(
    'the header is read to its end, wherever that is: %j',
    (header) => {
      for (const edge of [headLength, 2 * headLength]) {
        for (let before = edge - header.length - 3; before <= edge + 1; before += 1) {
          const comment = `-- ${'-'.repeat(before - 4)}\n`;
          expectProblems(`${comment}${header}\n${long}`, [], 0);
          const sql = new AsciiText(Buffer.from(`${comment}${header}\n${long}`));
          expect(headersOf(sql).once, String(before)).toBe(true);
        }
      }
    },
  );

  test('lines further down are found, whatever they are cut by', () => {
    const line = '-- PGM:once';
    for (let before = windowLength - line.length - 2; before <= windowLength + 1; before += 1) {
      const statement = `select '${'x'.repeat(before - 11)}';\n`;
      expect(statement).toHaveLength(before);
      expectProblems(`${statement}${line}\n${long}`, [2], 1);
      expectProblems(`-- pgm:once\n${statement}${line}\n${long}${line}`, [3, 5], 1);
    }
  });

  test('without them the text is never decoded as a whole', () => {
    expectProblems(`-- pgm:once\n/* pgm:once */ ${long}-- pgm`, [], 0);
  });
});
