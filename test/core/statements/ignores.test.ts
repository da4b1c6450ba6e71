import { describe, expect, test } from 'vitest';
import { type Ignore, ignoresOf } from '../../../src/core/statements/ignores.js';
import { takeBack } from '../../../src/core/statements/take-back.js';
import { placeAt } from '../../../src/core/text/position.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';

const known = ['slow-lock', 'full-scan', 'other-command'];
const lookedFor = ['slow-lock', 'full-scan'];

async function ignoresIn(text: string): Promise<readonly Ignore[]> {
  const reading = await createSqlReader().read(text);
  return ignoresOf(text, reading.kind === 'statements' ? reading.statements : []);
}

/** What each line is about, as the text of a statement. */
async function subjects(text: string): Promise<readonly string[]> {
  const ignores = await ignoresIn(text);
  return ignores.map(({ about }) =>
    typeof about === 'string' ? about : text.slice(about.start, about.end),
  );
}

/** Takes back findings at the first place of each of these words; null is about the file. */
async function judged(text: string, found: readonly (readonly [string, string | null])[]) {
  const findings = found.map(([rule, word]) => {
    return { rule, word, place: word === null ? null : placeAt(text, text.indexOf(word)) };
  });
  const { left, taken, problems } = takeBack(text, findings, await ignoresIn(text), {
    known,
    lookedFor,
  });
  const shown = ({ rule, word }: { rule: string; word: string | null }) => `${rule} ${word}`;
  return {
    left: left.map(shown),
    taken: taken.map(({ finding, reason }) => `${shown(finding)}: ${reason}`),
    problems: problems.map(({ rule, message, advice }) => `${rule}: ${message}; ${advice}`),
  };
}

describe('a line -- pgm:ignore is about', () => {
  test('the file, in the header', async () => {
    expect(await subjects('-- pgm:ignore a because b\nselect 1;')).toEqual(['file']);
  });

  test('the statement below it, with comments and blanks between', async () => {
    const text = `select 1;
      -- pgm:ignore a because b
      -- another comment
      /* and one
         more */

      select 2; select 3;
-- pgm:ignore a because b\r
insert into t values (4);`;
    expect(await subjects(text)).toEqual(['select 2', 'insert into t values (4)']);
  });

  test.each([
    ['after the last statement', 'select 1;\n-- pgm:ignore a'],
    ['inside a statement', 'select 0;\nselect\n-- pgm:ignore a\n1; select 2;'],
    ['in the body of a function', 'select 0;\ndo $$ begin\n-- pgm:ignore a\nend $$; select 2;'],
    ['in a block comment', 'select 0;\n/*\n-- pgm:ignore a\n*/ select 2;'],
  ])('nothing, %s', async (_, text) => {
    expect(await subjects(text)).toEqual(['nothing']);
  });

  test('no part of the data of a COPY', async () => {
    const text = 'copy t from stdin;\n-- pgm:ignore a\n\\.\n-- pgm:ignore b\nselect 1;';
    expect(await subjects(text)).toEqual(['select 1']);
  });
});

describe('a finding is taken back', () => {
  test('by the header, wherever in the file it is, with its reason', async () => {
    const text = '-- pgm:ignore slow-lock because it is small\nselect 1; select 2;';
    const found = [
      ['slow-lock', 'select 1'],
      ['slow-lock', null],
      ['full-scan', '2'],
    ] as const;
    expect(await judged(text, found)).toEqual({
      left: ['full-scan 2'],
      taken: ['slow-lock select 1: it is small', 'slow-lock null: it is small'],
      problems: [],
    });
  });

  test('by the line before its statement, and no other one', async () => {
    const text = 'select 1;\n-- pgm:ignore slow-lock because b\nselect 2; select 3;';
    const found = [
      ['slow-lock', '1'],
      ['slow-lock', '2'],
      ['slow-lock', 'select 3'],
      ['full-scan', '2'],
      ['slow-lock', null],
    ] as const;
    expect(await judged(text, found)).toEqual({
      left: ['slow-lock 1', 'slow-lock select 3', 'full-scan 2', 'slow-lock null'],
      taken: ['slow-lock 2: b'],
      problems: [],
    });
  });

  test('by a line that names several', async () => {
    const text = 'select 1;\n-- pgm:ignore slow-lock, full-scan because b\nselect 2;';
    const found = [
      ['slow-lock', '2'],
      ['full-scan', '2'],
    ] as const;
    expect(await judged(text, found)).toMatchObject({ left: [], problems: [] });
  });
});

describe('a line -- pgm:ignore is a finding itself', () => {
  test('without a reason, even if it takes something back', async () => {
    const text = '-- pgm:ignore slow-lock because\nselect 1;';
    expect(await judged(text, [['slow-lock', '1']])).toEqual({
      left: [],
      taken: ['slow-lock 1: null'],
      problems: [
        'ignored-without-reason: -- pgm:ignore slow-lock gives no reason; write why, after because: -- pgm:ignore RULE because …',
      ],
    });
  });

  test.each([
    ['slow-lok', 'did you mean slow-lock?'],
    ['something-else', 'rules are slow-lock, full-scan, other-command'],
  ])('for a rule that is not known: %s', async (name, advice) => {
    const { problems } = await judged(`-- pgm:ignore ${name} because b\nselect 1;`, []);
    expect(problems).toEqual([
      `unknown-ignore: -- pgm:ignore names ${name}, which is not a rule; ${advice}`,
    ]);
  });

  test('when there is no such finding any more', async () => {
    const text =
      '-- pgm:ignore slow-lock because b\nselect 1;\n-- pgm:ignore full-scan because b\nselect 2;';
    expect((await judged(text, [['full-scan', '1']])).problems).toEqual([
      'stale-ignore: -- pgm:ignore slow-lock suppresses nothing: there is no such finding about this file; remove it',
      'stale-ignore: -- pgm:ignore full-scan suppresses nothing: there is no such finding about the statement below it; remove it',
    ]);
  });

  test('for one rule of two', async () => {
    const text = '-- pgm:ignore slow-lock, full-scan because b\nselect 1;';
    const { problems } = await judged(text, [['full-scan', '1']]);
    expect(problems).toEqual([expect.stringMatching(/ignore slow-lock suppresses nothing/)]);
  });

  test('where it is not before a statement', async () => {
    const text = 'select 1;\n-- pgm:ignore other-command because b\n';
    expect((await judged(text, [])).problems).toEqual([
      expect.stringMatching(/is not before a statement.*on a line right before the statement/),
    ]);
  });

  test('but not for a rule that another command looks for', async () => {
    const text = '-- pgm:ignore other-command because b\nselect 1;';
    expect(await judged(text, [])).toEqual({ left: [], taken: [], problems: [] });
  });
});
