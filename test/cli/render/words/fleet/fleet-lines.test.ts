import { expect, test } from 'vitest';
import { News } from '../../../../../src/cli/render/news/news.js';
import { fleetTable } from '../../../../../src/cli/render/words/fleet/fleet-table.js';
import type { MigrationFailure } from '../../../../../src/core/failure/failure.js';
import { type TargetOutcome, unseen } from '../../../../../src/core/fleet/outcome.js';

const failure = {
  ...{ message: 'relation "t" does not exist', sqlstate: '42P01', place: { line: 3, column: 8 } },
  ...{ excerpt: { text: 'select * from t', caret: 8 }, detail: null, hint: null, context: null },
  advice: 'make it first',
} as unknown as MigrationFailure;

const failed = (target: string, message = failure.message): TargetOutcome => ({
  ...unseen(target, 'failed', 'a/1.sql failed'),
  failure: { key: 'a/1.sql', path: 'a/1.sql', failure: { ...failure, message } },
});
const named = (many: number, prefix: string) =>
  Array.from({ length: many }, (_, at) => `${prefix}-${at + 1}`);
const reportOf = (outcomes: readonly TargetOutcome[]) => ({
  ...{ revision: 'r', generation: null, files: 1, durationMs: 1, stopped: null },
  waves: [{ name: 'all', outcomes }],
});
const shown = (outcomes: readonly TargetOutcome[], all = false) =>
  fleetTable(reportOf(outcomes), 'm', { color: false, all }).split('\n').slice(4, -1);

test('a thousand targets are a few lines: what is the same everywhere is told once, with some names', () => {
  const outcomes = [
    ...named(900, 'eu').map((name) => failed(name)),
    ...named(97, 'us').map((name) => ({ ...unseen(name, 'behind', '2 pending'), behindBy: 2 })),
    unseen('as-1', 'away', 'no answer'),
    failed('as-2', 'another'),
    unseen('as-3', 'away', 'no answer'),
  ];
  expect(shown(outcomes)).toEqual([
    '900 targets  failed  a/1.sql failed',
    '    m/a/1.sql:3:8 relation "t" does not exist (SQLSTATE 42P01)',
    '    eu-1, eu-2, eu-3, eu-4, eu-5 and 895 more',
    '97 targets   behind  2 pending',
    '    us-1, us-2, us-3, us-4, us-5 and 92 more',
    'as-1         away    no answer',
    'as-3         away    no answer',
    'as-2         failed  a/1.sql failed',
    '    m/a/1.sql:3:8 another (SQLSTATE 42P01)',
  ]);
  expect(shown(outcomes, true)).toHaveLength(1_000 + 901);
});

test('a thousand targets, each with a reason of its own, are a hundred lines and a number', () => {
  const lines = shown(named(1_000, 't').map((name) => unseen(name, 'away', `no ${name}`)));
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('and 900 other targets: --json has each');
});

test('the same failure at the next target is a line without excerpt and advice; with --verbose it is told in full', () => {
  const linesOf = (everything: boolean) => {
    const news = new News({ directory: 'm', everything });
    return ['a', 'b', 'c'].map((name) =>
      news
        .of({ kind: 'target-finished', outcome: failed(name) }, 0)
        .map(({ text, below = [] }) => [text, below.length]),
    );
  };
  expect(linesOf(false)).toEqual([
    [['a failed (0 ms): a/1.sql failed', 4]],
    [['b failed (0 ms): a/1.sql failed', 0]],
    [['c failed (0 ms): a/1.sql failed', 0]],
  ]);
  expect(linesOf(true).map(([told]) => told?.[1])).toEqual([4, 4, 4]);
});
