import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import { type Headers, parseHeaders } from '../../../src/core/statements/headers.js';
import { emptyHistory } from '../../../src/core/run/history.js';
import {
  inTurn,
  planRun,
  type Policy,
  reasonToHold,
  type Step,
  type Undone,
  undoneBefore,
} from '../../../src/core/run/plan.js';
import { RequiredKeys } from '../../../src/core/run/applied.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

const usual: Policy = { onFailure: 'continue', onChange: 'rerun', to: null };

function stepsOf(files: Files): readonly Step[] {
  const statuses = compare(snapshotOf(files), emptyHistory);
  return planRun(statuses, usual, ({ sql }) => parseHeaders(sql).headers).steps;
}

describe('a step is held', () => {
  const headers: Headers = parseHeaders('').headers;
  const [migration] = snapshotOf({ 'gcp/005_x.sql': 'x' }).migrations;
  const step: Step = { migration: migration!, headers, reason: 'pending' };
  const requiring = (...requires: string[]): Step => ({
    ...step,
    headers: { ...headers, requires },
  });
  const undone = (schema: string, number: string, state: Undone['state'] = 'failed'): Undone => ({
    key: `${schema}/${number}_x.sql`,
    schema,
    state,
  });
  const failedIn = (schema: string): Undone[] => [undone(schema, '001')];
  const nothing = { applied: new RequiredKeys([]), undone: [] };
  const policy = (onFailure: Policy['onFailure']): Policy => ({ ...usual, onFailure });

  test.each(['continue', 'schema', 'stop'] as const)(
    'not under %s while nothing has failed',
    (onFailure) => {
      expect(reasonToHold(step, nothing, policy(onFailure))).toBeNull();
    },
  );

  test('under continue only for what its file does, after what is undone in its own schema', () => {
    const progress = { ...nothing, undone: [...failedIn('aws'), ...failedIn('gcp')] };
    expect(reasonToHold(step, progress, usual)).toBeNull();
    expect(undoneBefore(step.migration, progress)).toEqual(failedIn('gcp'));
  });

  test('under schema after any failure of its own schema', () => {
    const gcp = { applied: new RequiredKeys([]), undone: [...failedIn('aws'), ...failedIn('gcp')] };
    const aws = { applied: new RequiredKeys([]), undone: failedIn('aws') };
    expect(reasonToHold(step, gcp, policy('schema'))).toBe(
      'gcp/001_x.sql failed (--on-failure schema)',
    );
    expect(reasonToHold(step, aws, policy('schema'))).toBeNull();
  });

  test('under schema and stop because of the first failure, not of the last or of a held file', () => {
    const several = [undone('gcp', '000', 'held'), ...failedIn('gcp'), undone('gcp', '002')];
    const progress = { ...nothing, undone: several };
    for (const onFailure of ['schema', 'stop'] as const) {
      expect(reasonToHold(step, progress, policy(onFailure))).toMatch(/^gcp\/001_x\.sql failed/);
    }
  });

  test('under stop after any failure', () => {
    const aws = { applied: new RequiredKeys([]), undone: failedIn('aws') };
    expect(reasonToHold(step, aws, policy('stop'))).toBe(
      'aws/001_x.sql failed (--on-failure stop)',
    );
  });

  test.each<[string, boolean]>([
    ['aws/003', true],
    ['aws/003_x', true],
    ['aws/003_x.sql', true],
    ['aws/004', true],
    ['aws/00', false],
    ['aws/003_', false],
    ['aws/3', false],
    ['gcp/003', false],
  ])('when it requires %s: met is %s', (wanted, met) => {
    const applied = new RequiredKeys(['aws/003_x.sql', 'aws/004.sql']);
    const because = reasonToHold(requiring(wanted), { applied, undone: [] }, usual);
    expect(because).toBe(met ? null : `it requires ${wanted}, which is not applied`);
  });

  test('a step is held as long as one of several requirements is not met', () => {
    const applied = new RequiredKeys(['aws/003_x.sql']);
    const because = reasonToHold(requiring('aws/003', 'aws/004'), { applied, undone: [] }, usual);
    expect(because).toBe('it requires aws/004, which is not applied');
  });
});

describe('inTurn', () => {
  /** Takes the steps as a run does; all but `fails` are in place when the next is asked for. */
  function turns(files: Files, fails: readonly string[] = []): readonly string[] {
    const applied = new RequiredKeys([]);
    const taken: string[] = [];
    for (const { migration } of inTurn(stepsOf(files), applied)) {
      taken.push(migration.key);
      if (!fails.includes(migration.key)) applied.add(migration.key);
    }
    return taken;
  }
  const requires = (...keys: string[]): string => `-- pgm:requires ${keys.join(', ')}`;

  test('gives them in their order where nothing is required', () => {
    expect(turns({ 'a/9_x.sql': 'x', 'a/10_x.sql': 'x', 'b/1_x.sql': 'x' })).toEqual([
      'a/9_x.sql',
      'a/10_x.sql',
      'b/1_x.sql',
    ]);
  });

  test('gives one that requires a later one right after it, and then goes on', () => {
    const files = { 'a/1_x.sql': requires('b/1'), 'b/1_x.sql': 'x', 'b/2_x.sql': 'x' };
    expect(turns(files)).toEqual(['b/1_x.sql', 'a/1_x.sql', 'b/2_x.sql']);
  });

  test('gives all that wait for the same one, in their order', () => {
    const waits = requires('b/1');
    const files = { 'a/1_x.sql': waits, 'a/2_x.sql': waits, 'b/1_x.sql': 'x', 'b/2_x.sql': 'x' };
    expect(turns(files)).toEqual(['b/1_x.sql', 'a/1_x.sql', 'a/2_x.sql', 'b/2_x.sql']);
  });

  test('follows a chain: one that was waited for frees the next', () => {
    const files = {
      'a/1_x.sql': requires('b/1'),
      'b/1_x.sql': requires('c/1'),
      'c/1_x.sql': 'x',
      'c/2_x.sql': 'x',
    };
    expect(turns(files)).toEqual(['c/1_x.sql', 'b/1_x.sql', 'a/1_x.sql', 'c/2_x.sql']);
  });

  test('keeps waiting what still lacks another of its requirements', () => {
    const files = {
      'a/1_x.sql': requires('b/1', 'c/1'),
      'a/2_x.sql': requires('b/1'),
      'b/1_x.sql': 'x',
      'c/1_x.sql': 'x',
    };
    expect(turns(files)).toEqual(['b/1_x.sql', 'a/2_x.sql', 'c/1_x.sql', 'a/1_x.sql']);
  });

  test('gives what can no longer be met at once, and a circle last, each once', () => {
    const files = {
      'a/1_x.sql': requires('a/2'),
      'a/2_x.sql': requires('a/1'),
      'b/1_x.sql': requires('b/2'),
      'b/2_x.sql': 'x',
      'c/1_x.sql': 'x',
    };
    expect(turns(files, ['b/2_x.sql'])).toEqual([
      'b/2_x.sql',
      'b/1_x.sql',
      'c/1_x.sql',
      'a/1_x.sql',
      'a/2_x.sql',
    ]);
    const before = { 'a/1_x.sql': 'x', 'b/1_x.sql': requires('a/1'), 'b/2_x.sql': 'x' };
    expect(turns(before, ['a/1_x.sql'])).toEqual(['a/1_x.sql', 'b/1_x.sql', 'b/2_x.sql']);
  });
});
