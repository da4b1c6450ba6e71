import { describe, expect, test } from 'vitest';
import {
  compare,
  type MigrationState,
  type MigrationStatus,
} from '../../../src/core/run/compare.js';
import { judge, summarize, type VerdictOptions } from '../../../src/core/run/report.js';
import { historyOf } from '../../support/memory/history.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const usual: VerdictOptions = { allowEmpty: false, onChange: 'rerun' };

/** One status for each state, keys `a/1`, `a/2` … */
function statusesOf(...states: MigrationState[]): MigrationStatus[] {
  const [example] = compare(snapshotOf({ 'a/1_x.sql': 'x' }), historyOf({}));
  return states.map((state, at) => ({ ...example!, key: `a/${at + 1}`, state }));
}

describe('the verdict', () => {
  test('is up to date when all is applied, and what is missing does not count', () => {
    expect(judge(statusesOf('applied', 'missing'), usual)).toEqual({ kind: 'up-to-date' });
  });

  test('of an empty source is its own, unless empty is allowed', () => {
    for (const statuses of [[], statusesOf('missing', 'missing')]) {
      expect(judge(statuses, usual)).toEqual({ kind: 'no-migrations' });
      expect(judge(statuses, { ...usual, allowEmpty: true })).toEqual({ kind: 'up-to-date' });
    }
  });

  test.each<[MigrationState[], string, boolean]>([
    [['applied', 'pending'], '1 pending', false],
    [['pending', 'pending'], '2 pending', false],
    [['changed', 'applied'], '1 changed', false],
    [['failed'], 'a/1 failed', true],
    [['applied', 'failed', 'failed', 'failed'], 'a/2 failed, 2 more failed', true],
    [['held'], '1 held', true],
    [
      ['pending', 'changed', 'held', 'failed', 'applied'],
      'a/4 failed, 1 held, 1 changed, 1 pending',
      true,
    ],
  ])('of %j is behind: %s, failing %s', (states, reason, failing) => {
    expect(judge(statusesOf(...states), usual)).toEqual({ kind: 'behind', reason, failing });
  });

  test('is one line of plain text, whatever the name of a file is', () => {
    const [status] = statusesOf('failed');
    const odd = { ...status!, key: 'a/1_\u001b[31m\n.sql' };
    expect(judge([odd], usual)).toMatchObject({ reason: 'a/1_\\u001b[31m\\u000a.sql failed' });
  });

  test('under --on-change warn lets an edited file pass', () => {
    expect(judge(statusesOf('changed'), { ...usual, onChange: 'warn' })).toEqual({
      kind: 'up-to-date',
    });
  });

  test('under --on-change fail fails for an edited file', () => {
    expect(judge(statusesOf('changed'), { ...usual, onChange: 'fail' })).toEqual({
      kind: 'behind',
      reason: '1 changed',
      failing: true,
    });
  });

  test('lets a file pass that -- pgm:once pins, whatever the policy, and only that one', () => {
    const files = { 'a/1_x.sql': '-- pgm:once\nx', 'a/2_x.sql': 'x' };
    const edited = { 'a/1_x.sql': { applied: 'old' }, 'a/2_x.sql': { applied: 'old' } };
    const statuses = compare(snapshotOf(files), historyOf(edited));
    const [pinned] = statuses;
    for (const onChange of ['rerun', 'warn', 'fail'] as const) {
      expect(judge([pinned!], { ...usual, onChange })).toEqual({ kind: 'up-to-date' });
    }
    expect(judge(statuses, usual)).toMatchObject({ reason: '1 changed' });
  });

  test('of a source of edited files alone is not "no migrations"', () => {
    expect(judge(statusesOf('changed'), { ...usual, onChange: 'warn' }).kind).toBe('up-to-date');
  });
});

test('a summary names the states there are, in a fixed order', () => {
  const states = ['missing', 'failed', 'applied', 'applied', 'pending', 'held', 'changed'] as const;
  expect(summarize(states.map((state) => ({ state })))).toBe(
    '2 applied, 1 pending, 1 changed, 1 failed, 1 held, 1 missing',
  );
  expect(summarize([])).toBe('');
});
