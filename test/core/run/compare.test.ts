import { describe, expect, test } from 'vitest';
import {
  compare,
  countStates,
  migrationStates,
  type MigrationStatus,
} from '../../../src/core/run/compare.js';
import { emptyHistory } from '../../../src/core/run/history.js';
import { historyOf, syntaxError, type Tried } from '../../support/memory/history.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

function compared(
  files: Files,
  tried: Readonly<Record<string, Tried>>,
  schemas: readonly string[] | null = null,
): readonly MigrationStatus[] {
  return compare(snapshotOf(files, { schemas }), historyOf(tried), schemas);
}

function statesOf(statuses: readonly MigrationStatus[]): Record<string, string> {
  return Object.fromEntries(statuses.map(({ key, state }) => [key, state]));
}

describe('the state of a file', () => {
  test.each<[string, string, Tried | null, string]>([
    ['never tried', 'v1', null, 'pending'],
    ['applied as it is', 'v1', { applied: 'v1' }, 'applied'],
    ['applied, then edited', 'v2', { applied: 'v1' }, 'changed'],
    ['failed as it is', 'v1', { failed: 'v1' }, 'failed'],
    ['failed, then edited', 'v2', { failed: 'v1' }, 'pending'],
    ['applied, then edited, and that failed', 'v2', { applied: 'v1', failed: 'v2' }, 'failed'],
    ['applied, edited, failed, edited again', 'v3', { applied: 'v1', failed: 'v2' }, 'changed'],
    ['applied, edited, failed, reverted', 'v1', { applied: 'v1', failed: 'v2' }, 'applied'],
    ['applied with other line ends', 'a\r\nb\r\n', { applied: 'a\nb' }, 'applied'],
  ])('%s', (_what, content, tried, state) => {
    const statuses = compared(
      { 'a/1_x.sql': content },
      tried === null ? {} : { 'a/1_x.sql': tried },
    );
    expect(statesOf(statuses)).toEqual({ 'a/1_x.sql': state });
  });

  test('without any history is pending', () => {
    const [status] = compare(snapshotOf({ 'a/1_x.sql': 'v1' }), emptyHistory);
    expect(status).toMatchObject({ state: 'pending', row: null, failure: null, outOfOrder: false });
  });

  test('the failure is shown only as long as it is about this content', () => {
    const failed = { 'a/1_x.sql': { failed: 'v1' } };
    expect(compared({ 'a/1_x.sql': 'v1' }, failed)[0]?.failure).toEqual(syntaxError);
    expect(compared({ 'a/1_x.sql': 'v2' }, failed)[0]?.failure).toBeNull();
  });
});

describe('what is no longer in the source', () => {
  test('is missing when it was applied, comes last and in order', () => {
    const statuses = compared(
      { 'b/1_x.sql': 'x' },
      {
        'a/10_x.sql': { applied: 'x' },
        'a/9_x.sql': { applied: 'x' },
        'b/1_x.sql': { applied: 'x' },
      },
    );
    expect(statuses.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'b/1_x.sql applied',
      'a/9_x.sql missing',
      'a/10_x.sql missing',
    ]);
    expect(statuses[1]).toMatchObject({ migration: null, row: { key: 'a/9_x.sql' } });
  });

  test('is nothing when it never worked', () => {
    expect(compared({}, { 'a/1_x.sql': { failed: 'x' } })).toEqual([]);
  });

  test('is missing when a later try failed', () => {
    const statuses = compared({}, { 'a/1_x.sql': { applied: 'v1', failed: 'v2' } });
    expect(statesOf(statuses)).toEqual({ 'a/1_x.sql': 'missing' });
  });

  test('is not missing when --schemas leaves it out', () => {
    const tried = { 'aws/1_x.sql': { applied: 'x' }, 'gcp/2_x.sql': { applied: 'x' } };
    expect(statesOf(compared({ 'gcp/1_x.sql': 'x' }, tried, ['gcp']))).toEqual({
      'gcp/1_x.sql': 'pending',
      'gcp/2_x.sql': 'missing',
    });
  });

  test('is not missing when the file is there and only cannot be read', () => {
    const statuses = compared(
      { 'a/1_x.sql': new Uint8Array([0xff]) },
      { 'a/1_x.sql': { applied: 'x' } },
    );
    expect(statesOf(statuses)).toEqual({ 'a/1_x.sql': 'failed' });
  });
});

describe('a refused file', () => {
  test('is failed, with the reason and its place, after all that can run', () => {
    const statuses = compared({ 'a/1_x.sql': new Uint8Array([0x20, 0xff]), 'b/1_x.sql': 'x' }, {});
    expect(statesOf(statuses)).toEqual({ 'b/1_x.sql': 'pending', 'a/1_x.sql': 'failed' });
    expect(statuses[1]).toMatchObject({
      schema: 'a',
      filename: '1_x.sql',
      migration: null,
      row: null,
      failure: { kind: 'refused', message: 'it is not valid UTF-8 (at byte 1)' },
    });
  });

  test('a refused file that was applied before keeps its row', () => {
    const [status] = compared(
      { 'a_1_x.sql': new Uint8Array([0xff]) },
      { 'a/1_x.sql': { applied: 'x' } },
    );
    expect(status).toMatchObject({
      key: 'a/1_x.sql',
      filename: '1_x.sql',
      row: { state: 'applied' },
    });
  });

  test('a refused file that names no migration goes by its path', () => {
    const [status] = compared({ 'nothing.sql': 'x' }, { 'nothing.sql': { failed: 'x' } });
    expect(status).toMatchObject({
      key: 'nothing.sql',
      schema: '',
      filename: 'nothing.sql',
      state: 'failed',
      row: null,
    });
  });
});

describe('out of order', () => {
  function outOfOrder(files: Files, tried: Readonly<Record<string, Tried>>): readonly string[] {
    return compared(files, tried)
      .filter((status) => status.outOfOrder)
      .map(({ key }) => key);
  }
  const files = {
    'a/002_x.sql': 'x',
    'a/002b_x.sql': 'late',
    'a/003_x.sql': 'x',
    'b/1_x.sql': 'x',
  };

  test('is what was never applied below the highest applied number of its schema', () => {
    const tried = { 'a/002_x.sql': { applied: 'x' }, 'a/003_x.sql': { applied: 'x' } };
    expect(outOfOrder(files, tried)).toEqual(['a/002b_x.sql']);
  });

  test('goes by number: 10 is later than 9', () => {
    const tried = { 'a/10_x.sql': { applied: 'x' } };
    expect(outOfOrder({ 'a/9_x.sql': 'y', 'a/10_x.sql': 'x', 'a/11_x.sql': 'z' }, tried)).toEqual([
      'a/9_x.sql',
    ]);
  });

  test('is not what failed alone came after', () => {
    expect(outOfOrder(files, { 'a/003_x.sql': { failed: 'x' } })).toEqual([]);
  });

  test('is not what was applied once and edited since', () => {
    const tried = { 'a/002_x.sql': { applied: 'old' }, 'a/003_x.sql': { applied: 'x' } };
    expect(outOfOrder(files, tried)).toEqual(['a/002b_x.sql']);
  });
});

describe('renamed', () => {
  test('is a new file with the content of a missing one', () => {
    const statuses = compared({ 'a/2_new.sql': 'same' }, { 'a/1_old.sql': { applied: 'same' } });
    expect(statuses[0]).toMatchObject({ state: 'pending', renamedFrom: 'a/1_old.sql' });
  });

  test('is not a copy: the old one is still there', () => {
    const statuses = compared(
      { 'a/1_old.sql': 'same', 'a/2_new.sql': 'same' },
      { 'a/1_old.sql': { applied: 'same' } },
    );
    expect(statuses.map(({ renamedFrom }) => renamedFrom)).toEqual([null, null]);
  });

  test('is not a file that has been tried under its name', () => {
    const [status] = compared(
      { 'a/2_new.sql': 'same' },
      { 'a/1_old.sql': { applied: 'same' }, 'a/2_new.sql': { failed: 'same' } },
    );
    expect(status?.renamedFrom).toBeNull();
  });
});

describe('renamed, seen after the first try of the new file', () => {
  const snapshot = snapshotOf({ 'a/2_new.sql': 'same' });
  const old = { 'a/1_old.sql': { applied: 'same' } };
  function renamedFrom(attempts: number, revision: string): string | null | undefined {
    const { layout, rows } = historyOf({ ...old, 'a/2_new.sql': { applied: 'same' } });
    const row = { ...rows.get('a/2_new.sql')!, attempts, revision };
    const [status] = compare(snapshot, { layout, rows: new Map([...rows, [row.key, row]]) });
    return status?.renamedFrom;
  }

  test('is told by the run that did it', () => {
    expect(renamedFrom(1, snapshot.revision)).toBe('a/1_old.sql');
  });

  test('is told once: not of another snapshot, and not at another try', () => {
    expect(renamedFrom(1, 'an older revision')).toBeNull();
    expect(renamedFrom(2, snapshot.revision)).toBeNull();
  });
});

test('the states for a table are all there are', () => {
  expect([...migrationStates].sort()).toEqual(Object.keys(countStates([])).sort());
});

test('countStates counts each state, with 0 for none', () => {
  const statuses = compared(
    { 'a/1_x.sql': 'x', 'a/2_x.sql': 'x' },
    { 'a/1_x.sql': { applied: 'x' } },
  );
  expect(countStates(statuses)).toEqual({
    pending: 1,
    applied: 1,
    changed: 0,
    failed: 0,
    held: 0,
    missing: 0,
  });
});
