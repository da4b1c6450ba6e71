import { describe, expect, test } from 'vitest';
import { closest } from '../../../src/core/text/closest.js';
import { headersOf, parseHeaders } from '../../../src/core/statements/headers.js';

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
      '-- pgm:ignore rewrites-table because: nobody reads it at night  ',
      'create index concurrently i on t (a);',
    ].join('\r\n');
    expect(parseHeaders(text)).toEqual({
      headers: {
        noTransaction: true,
        once: true,
        requires: ['gcp/003', 'aws/001_x.sql', 'azure/2'],
        lockTimeoutMs: 90_000,
        ignore: [
          {
            rules: ['ban-drop-table', 'prefer-text'],
            reason: null,
            start: text.indexOf('-- pgm:ignore'),
          },
          {
            rules: ['rewrites-table'],
            reason: 'nobody reads it at night',
            start: text.lastIndexOf('-- pgm:ignore'),
          },
        ],
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
    ['-- pgm:zebra', /known headers are no-transaction, once, requires, lock-timeout, ignore/],
    ['-- pgm:', /is followed by nothing/],
    ['-- pgm: once', /write "-- pgm:once"/],
    ['-- pgm: onse', /write "-- pgm:onse"/],
    ['-- pgm=once', /write "-- pgm:once"/],
    ['-- pgm ONCE', /write "-- pgm:ONCE"/],
    ['-- pgm :once', /write "-- pgm:once"/],
    ['-- pgm once', /write "-- pgm:once"/],
    ['-- pgm no-transaction please', /write "-- pgm:no-transaction"/],
    ['-- pgm:once and for all', /once takes no value/],
    ['-- pgm:lock-timeout', /lock-timeout: use a duration/],
    ['-- pgm:lock-timeout soon', /lock-timeout soon: use a duration such as .*; 0 waits forever/],
    [
      '-- pgm:requires',
      /requires: "" is not valid; separate the items with commas, like this: gcp\/003/,
    ],
    [
      '-- pgm:requires gcp/003 aws/001',
      /"gcp\/003 aws\/001" is not valid; separate the items with commas/,
    ],
    ['-- pgm:requires 003', /"003" is not valid/],
    ['-- pgm:requires gcp/x', /"gcp\/x" is not valid/],
    ['-- pgm:requires gcp/003, gcp/003', /names gcp\/003 twice/],
    ['-- pgm:ignore No Such Rule', /"No Such Rule" is not valid/],
    ['-- pgm:ignore Ban-Drop', /"Ban-Drop" is not valid/],
    ['-- pgm:ignore', /"" is not valid/],
    ['-- pgm:ignore a b because c', /"a b" is not valid; separate the items with commas/],
    ['-- pgm:ignore because c', /"because c" is not valid/],
    ['select 1;\n-- pgm:ignore a b', /"a b" is not valid/],
    ['select 1;\n-- pgm:ignored a', /after the first statement/],
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

  test('but not -- pgm:ignore, which may be about one statement', () => {
    const text = 'select 1;\n-- pgm:ignore a because b\nselect 2;\n  --pgm:ignore a\nselect 3;';
    expect(parseHeaders(text)).toEqual({ headers: none, problems: [] });
  });

  test('all of them at once', () => {
    const text = '-- pgm:a\n-- pgm:once x\nselect 1;\n-- pgm:once\n';
    expect(parseHeaders(text).problems.map(({ place }) => place.line)).toEqual([1, 2, 4]);
  });

  test('a comment about pgm is no header and no problem', () => {
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

test('the header of a long file is read to its end, and lines further down are found', () => {
  const long = `select '${'x'.repeat(1 << 20)}';\n`;
  const header = `/* ${'-'.repeat(1 << 16)} */\n-- pgm:once\n`;
  expect(parseHeaders(`${header}${long}`)).toEqual({
    headers: { ...none, once: true },
    problems: [],
  });
  const { problems } = parseHeaders(`${header}${long}-- PGM:once\n${long}--pgm:once`);
  expect(problems.map(({ place }) => place.line)).toEqual([4, 6]);
});
