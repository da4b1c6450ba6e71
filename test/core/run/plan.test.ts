import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import { parseHeaders } from '../../../src/core/statements/headers.js';
import { type Plan, planRun, type Policy, resolveKey } from '../../../src/core/run/plan.js';
import { historyOf, type Tried } from '../../support/memory/history.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

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
    const paths = ['a/1_x.sql', 'b/9_x.sql', 'b/10_x.sql', 'b/11_x.sql', 'b/100_x.sql'];
    const files = Object.fromEntries(paths.map((path) => [path, 'x']));
    expect(outline(planned(files, {}, { to: 'b/10_x.sql' }))).toEqual({
      steps: ['a/1_x.sql pending', 'b/9_x.sql pending', 'b/10_x.sql pending'],
      kept: [],
      beyond: ['b/11_x.sql', 'b/100_x.sql'],
    });
  });

  test('what is kept is kept behind --to as well: it is not what --to leaves out', () => {
    const files = { 'a/1_x.sql': 'x', 'a/2_x.sql': '-- pgm:once\nv2', 'a/3_x.sql': 'x' };
    const plan = planned(files, { 'a/2_x.sql': { applied: 'v1' } }, { to: 'a/1_x.sql' });
    expect(outline(plan)).toEqual({
      steps: ['a/1_x.sql pending'],
      kept: ['a/2_x.sql'],
      beyond: ['a/3_x.sql'],
    });
  });

  test('--to a file that is applied already leaves only what lies before it', () => {
    const files = { 'a/1_x.sql': 'x', 'a/2_x.sql': 'x', 'a/3_x.sql': 'x' };
    expect(outline(planned(files, { 'a/2_x.sql': { applied: 'x' } }, { to: 'a/2_x.sql' }))).toEqual(
      { steps: ['a/1_x.sql pending'], kept: [], beyond: ['a/3_x.sql'] },
    );
  });
});

describe('what was held', () => {
  const because = 'a/1_x.sql failed';
  const held = (content: string): Plan => {
    const { layout, rows } = historyOf({ 'a/2_x.sql': { failed: 'v1' } });
    const row = rows.get('a/2_x.sql')!;
    const lastError = { ...row.lastError!, message: because };
    const history = {
      layout,
      rows: new Map([[row.key, { ...row, state: 'held' as const, lastError }]]),
    };
    const statuses = compare(snapshotOf({ 'a/2_x.sql': content }), history);
    expect(statuses[0]?.heldBecause).toBe(content === 'v1' ? because : null);
    expect(statuses[0]?.failure).toBeNull();
    return planRun(statuses, usual, ({ sql }) => parseHeaders(sql).headers);
  };

  test('is due again, with the reason at hand', () => {
    expect(outline(held('v1'))).toMatchObject({ steps: ['a/2_x.sql held'] });
  });

  test('a held file that was edited since is due as a new one', () => {
    expect(outline(held('v2'))).toMatchObject({ steps: ['a/2_x.sql pending'] });
  });

  test('is no reason of what failed', () => {
    const [status] = compare(
      snapshotOf({ 'a/1_x.sql': 'x' }),
      historyOf({ 'a/1_x.sql': { failed: 'x' } }),
    );
    expect(status).toMatchObject({ state: 'failed', heldBecause: null });
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
