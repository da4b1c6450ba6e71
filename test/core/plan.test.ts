import { describe, expect, test } from 'vitest';
import { compare } from '../../src/core/compare.js';
import { type Headers, parseHeaders } from '../../src/core/headers.js';
import {
  type Plan,
  planRun,
  type Policy,
  reasonToHold,
  resolveKey,
  type Step,
} from '../../src/core/plan.js';
import { historyOf, type Tried } from '../support/memory/history.js';
import { type Files, snapshotOf } from '../support/memory/snapshot.js';

const usual: Policy = { onFailure: 'continue', onChange: 'rerun', to: null };

function planned(
  files: Files,
  tried: Readonly<Record<string, Tried>>,
  policy: Partial<Policy> = {},
): Plan {
  const statuses = compare(snapshotOf(files), historyOf(tried));
  return planRun(statuses, { ...usual, ...policy }, ({ sql }) => parseHeaders(sql).headers);
}

function outline({ steps, kept, beyond }: Plan): object {
  return {
    steps: steps.map(({ migration, reason }) => `${migration.key} ${reason}`),
    kept,
    beyond,
  };
}

describe('a plan', () => {
  test('holds what is pending, changed and failed, in order, and leaves the rest', () => {
    const plan = planned(
      {
        'a/10_new.sql': 'x',
        'a/1_done.sql': 'x',
        'a/2_edited.sql': 'v2',
        'a/3_broken.sql': 'x',
        'a/4_unreadable.sql': new Uint8Array([0xff]),
      },
      {
        'a/1_done.sql': { applied: 'x' },
        'a/2_edited.sql': { applied: 'v1' },
        'a/3_broken.sql': { failed: 'x' },
        'a/5_gone.sql': { applied: 'x' },
      },
    );
    expect(outline(plan)).toEqual({
      steps: ['a/2_edited.sql changed', 'a/3_broken.sql failed', 'a/10_new.sql pending'],
      kept: [],
      beyond: [],
    });
  });

  test('asks for the headers only of what is due', () => {
    const statuses = compare(
      snapshotOf({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'y' }),
      historyOf({ 'a/1_x.sql': { applied: 'x' } }),
    );
    const asked: string[] = [];
    planRun(statuses, usual, ({ key, sql }) => {
      asked.push(key);
      return parseHeaders(sql).headers;
    });
    expect(asked).toEqual(['a/2_x.sql']);
  });

  test.each(['warn', 'fail'] as const)('under --on-change %s keeps what was edited', (onChange) => {
    const plan = planned(
      { 'a/1_x.sql': 'v2', 'a/2_x.sql': 'new' },
      { 'a/1_x.sql': { applied: 'v1' } },
      { onChange },
    );
    expect(outline(plan)).toEqual({
      steps: ['a/2_x.sql pending'],
      kept: ['a/1_x.sql'],
      beyond: [],
    });
  });

  test('tries a failed file again under every --on-change', () => {
    for (const onChange of ['rerun', 'warn', 'fail'] as const) {
      const plan = planned(
        { 'a/1_x.sql': 'v2' },
        { 'a/1_x.sql': { applied: 'v1', failed: 'v2' } },
        { onChange },
      );
      expect(outline(plan)).toMatchObject({ steps: ['a/1_x.sql failed'], kept: [] });
    }
  });

  test('-- pgm:once keeps an edited file, and lets a new one run', () => {
    const once = '-- pgm:once\nselect 2;';
    expect(
      outline(planned({ 'a/1_x.sql': once }, { 'a/1_x.sql': { applied: 'v1' } })),
    ).toMatchObject({ steps: [], kept: ['a/1_x.sql'] });
    expect(outline(planned({ 'a/1_x.sql': once }, {}))).toMatchObject({
      steps: ['a/1_x.sql pending'],
      kept: [],
    });
  });

  test('--to ends it after that file, across schemas, and names what lies beyond', () => {
    const files = { 'a/1_x.sql': 'x', 'a/2_x.sql': 'x', 'b/1_x.sql': 'x', 'b/2_x.sql': 'x' };
    expect(outline(planned(files, {}, { to: 'b/1_x.sql' }))).toEqual({
      steps: ['a/1_x.sql pending', 'a/2_x.sql pending', 'b/1_x.sql pending'],
      kept: [],
      beyond: ['b/2_x.sql'],
    });
  });

  test('--to a file that is applied already leaves only what lies before it', () => {
    const files = { 'a/1_x.sql': 'x', 'a/2_x.sql': 'x', 'a/3_x.sql': 'x' };
    expect(outline(planned(files, { 'a/2_x.sql': { applied: 'x' } }, { to: 'a/2_x.sql' }))).toEqual(
      { steps: ['a/1_x.sql pending'], kept: [], beyond: ['a/3_x.sql'] },
    );
  });
});

describe('a step is held', () => {
  const headers: Headers = parseHeaders('').headers;
  const [migration] = snapshotOf({ 'gcp/005_x.sql': 'x' }).migrations;
  const step: Step = { migration: migration!, headers, reason: 'pending' };
  const requiring = (...requires: string[]): Step => ({
    ...step,
    headers: { ...headers, requires },
  });
  const failedIn = (schema: string): { key: string; schema: string }[] => [
    { key: `${schema}/001_x.sql`, schema },
  ];
  const nothing = { applied: new Set<string>(), failed: [] };
  const policy = (onFailure: Policy['onFailure']): Policy => ({ ...usual, onFailure });

  test.each(['continue', 'schema', 'stop'] as const)(
    'not under %s while nothing has failed, whatever it destroys',
    (onFailure) => {
      expect(reasonToHold(step, 'DROP TABLE', nothing, policy(onFailure))).toBeNull();
    },
  );

  test('under continue only when it destroys data after a failure of its own schema', () => {
    const gcp = { applied: new Set<string>(), failed: failedIn('gcp') };
    const aws = { applied: new Set<string>(), failed: failedIn('aws') };
    expect(reasonToHold(step, null, gcp, usual)).toBeNull();
    expect(reasonToHold(step, 'DROP TABLE', aws, usual)).toBeNull();
    expect(reasonToHold(step, 'DROP TABLE', gcp, usual)).toBe(
      'gcp/001_x.sql failed, and this file destroys data (DROP TABLE)',
    );
  });

  test('under schema after any failure of its own schema', () => {
    const gcp = { applied: new Set<string>(), failed: [...failedIn('aws'), ...failedIn('gcp')] };
    const aws = { applied: new Set<string>(), failed: failedIn('aws') };
    expect(reasonToHold(step, null, gcp, policy('schema'))).toBe(
      'gcp/001_x.sql failed (--on-failure schema)',
    );
    expect(reasonToHold(step, 'DROP TABLE', aws, policy('schema'))).toBeNull();
  });

  test('under stop after any failure', () => {
    const aws = { applied: new Set<string>(), failed: failedIn('aws') };
    expect(reasonToHold(step, null, aws, policy('stop'))).toBe(
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
    const applied = new Set(['aws/003_x.sql', 'aws/004.sql']);
    const because = reasonToHold(requiring(wanted), null, { applied, failed: [] }, usual);
    expect(because).toBe(met ? null : `it requires ${wanted}, which is not applied`);
  });

  test('as long as one of several requirements is not met', () => {
    const applied = new Set(['aws/003_x.sql']);
    const because = reasonToHold(
      requiring('aws/003', 'aws/004'),
      null,
      { applied, failed: [] },
      usual,
    );
    expect(because).toBe('it requires aws/004, which is not applied');
  });
});

describe('resolveKey', () => {
  const keys = ['gcp/003_x.sql', 'gcp/0030_x.sql', 'gcp/004_a.sql', 'gcp/004_b.sql', 'gcp/005.sql'];

  test.each([
    ['gcp/003_x.sql', 'gcp/003_x.sql'],
    ['gcp/003_x', 'gcp/003_x.sql'],
    ['gcp/003', 'gcp/003_x.sql'],
    ['gcp/005', 'gcp/005.sql'],
    ['gcp/004', null],
    ['gcp/004_a', 'gcp/004_a.sql'],
    ['gcp/00', null],
    ['gcp/006', null],
    ['', null],
  ])('%j means %j', (wanted, key) => {
    expect(resolveKey(wanted, keys)).toBe(key);
  });
});
