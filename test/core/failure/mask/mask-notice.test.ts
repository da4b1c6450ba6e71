import { describe, expect, test } from 'vitest';
import { noticeMask } from '../../../../src/core/failure/mask/mask-notice.js';
import { literalRanges } from '../../../../src/sql/literals.js';

function shown(text: string, message: string): string {
  return noticeMask(text, literalRanges(text))(message);
}

const block = (body: string): string => `do $$ begin ${body} end $$;`;

describe('a literal of the file is masked in a notice', () => {
  test.each([
    ['an argument of RAISE', block("raise notice 'x %', 'hunter2';"), 'x hunter2', 'x •••'],
    ['a plain word', block("raise notice 'x %', 'correcthorse';"), 'x correcthorse', 'x •••'],
    ['several words', block("raise notice '%!', 'correct horse';"), 'correct horse!', '•••!'],
    [
      'a statement that sets a password',
      block("raise notice 'done: %', 'create role a password ''hunter2''';"),
      "done: create role a password 'hunter2'",
      'done: •••',
    ],
    [
      'a password in a statement that was put together',
      `create role a password 'hunter2'; ${block("raise notice 'running %', command;")}`,
      "running create role a password 'hunter2'",
      "running create role a password '•••'",
    ],
    [
      'a part of one that the server quotes',
      "select set_config('x.y', 'host=db password=hunter2', false)",
      'unknown setting "password=hunter2"',
      'unknown setting "•••"',
    ],
    [
      'a value in the rows of a COPY',
      'copy t from stdin;\nbob\thunter2\n\\.\n',
      'got "hunter2"',
      'got "•••"',
    ],
    [
      'a value below a comment that has the word raise',
      "-- raise it\nupdate t set detail = 'hunter2 of bob';",
      'x hunter2 of bob',
      'x •••',
    ],
    ['a password without quotes', 'create role a password hunter2;', 'x hunter2', 'x •••'],
  ])('%s', (_what, text, message, expected) => {
    expect(shown(text, message)).toBe(expected);
  });
});

describe('what a notice is for stays', () => {
  test.each([
    ['what RAISE is told to say', block("raise notice 'half done';"), 'half done'],
    [
      'the name of a table, though a literal has it too',
      "create table if not exists users (); select 'users';",
      'relation "users" already exists, skipping',
    ],
    ['a word that only begins or ends like a literal', "select 'done';", 'abandoned, donerous'],
    ['short literals, which any text holds', "select 'a', 'by';", 'by a trigger'],
    ['all in a file without literals', 'select 1;', 'anything'],
  ])('%s', (_what, text, message) => {
    expect(shown(text, message)).toBe(message);
  });
});

test('of a file that is too long to look through nothing is shown', () => {
  const text = `select 'hunter2';${' '.repeat(4 * 1024 * 1024)}`;
  expect(shown(text, 'x hunter2')).toBe('•••');
});

test('a message of a megabyte is cut', () => {
  expect(shown('select 1;', 'x'.repeat(1 << 20)).length).toBeLessThan(3_000);
});
