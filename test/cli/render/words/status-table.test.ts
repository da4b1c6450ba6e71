import { expect, test } from 'vitest';
import { statusTable } from '../../../../src/cli/render/words/status-table.js';
import { compare } from '../../../../src/core/run/compare.js';
import { historyOf } from '../../../support/memory/history.js';
import { snapshotOf } from '../../../support/memory/snapshot.js';

test('names what is out of order, applied or not, and nothing else of what is applied', () => {
  const snapshot = snapshotOf({
    'a/1_x.sql': 'x',
    'a/2_x.sql': 'late',
    'a/3_x.sql': 'x',
    'b/1_x.sql': 'never',
    'b/2_x.sql': 'x',
  });
  const history = historyOf({
    'a/1_x.sql': { applied: 'x', at: '2026-11-23T10:00:00.000Z' },
    'a/2_x.sql': { applied: 'late', at: '2026-11-23T12:00:00.000Z' },
    'a/3_x.sql': { applied: 'x', at: '2026-11-23T11:00:00.000Z' },
    'b/2_x.sql': { applied: 'x' },
  });
  const table = statusTable(
    {
      ...{
        target: 'db:5432/pact',
        databaseExists: true,
        server: null,
        lock: {
          ...{ pid: 42, application: 'pgm/1 pod-a', user: 'pact' },
          since: '2026-11-23T12:00:01.234Z',
        },
        intent: null,
        isSuperseded: false,
        attempts: [],
      },
      ...{ source: { directory: '/m', origin: 'a test' }, snapshot },
      statuses: compare(snapshot, history),
      verdict: { kind: 'behind', reason: '1 pending', failing: false },
    },
    { color: false, all: false },
  );
  expect(table).toContain('pid 42 (pgm/1 pod-a, user pact) since 2026-11-23 12:00:01 UTC\n');
  const named = table.split('\n').filter((line) => /\/\d_x\.sql/.test(line));
  expect(named).toEqual([
    '✔ a/2_x.sql  applied  2026-11-23 12:00:00 UTC, 1 ms, out of order: a later one was applied before it',
    '○ b/1_x.sql  pending  out of order: a later one is applied',
  ]);
});

test('a long name makes no other line longer, nor does one that is not shown', () => {
  const long = `a/3_${'x'.repeat(200)}.sql`;
  const applied = 'b/1_applied_long_ago.sql';
  const files = { 'a/1_x.sql': 'x', 'a/2_yy.sql': 'y', [applied]: 'w' };
  const table = (shown: Readonly<Record<string, string>>): string =>
    statusTable(
      {
        ...{ target: 'db:5432/pact', databaseExists: true, server: null, lock: null, attempts: [] },
        ...{ intent: null, isSuperseded: false, source: { directory: '/m', origin: 'a test' } },
        snapshot: snapshotOf(shown),
        statuses: compare(snapshotOf(shown), historyOf({ [applied]: { applied: 'w' } })),
        verdict: { kind: 'behind', reason: 'pending', failing: false },
      },
      { color: false, all: false },
    );
  const lines = table({ ...files, [long]: 'z' }).split('\n');
  expect(lines).toContain(`○ ${'a/1_x.sql'.padEnd(60)}  pending`);
  expect(lines).toContain(`○ ${long}  pending`);
  expect(table(files)).toContain('○ a/1_x.sql   pending\n');
});

test('names a refused key of a ConfigMap as it is in the mount', () => {
  const read = snapshotOf({ 'gcp/1_x.sql': 'x' });
  const refused = [
    {
      ...{ path: 'gcp_2_x.sql', key: 'gcp/2_x.sql', schema: 'gcp' },
      ...{ reason: 'it is not valid UTF-8', byteOffset: 3 },
    },
  ];
  const snapshot = { ...read, refused };
  const table = statusTable(
    {
      ...{ target: 'db:5432/pact', databaseExists: true, server: null, lock: null, attempts: [] },
      ...{ source: { directory: '/m', origin: 'a test' }, snapshot },
      ...{ intent: null, isSuperseded: false },
      statuses: compare(snapshot, historyOf({})),
      verdict: { kind: 'behind', reason: '1 pending', failing: false },
    },
    { color: false, all: false },
  );
  expect(table).toContain('/m/gcp_2_x.sql it is not valid UTF-8');
});

test('says by when a failed file is tried again, if a runner said so, and not for other content', () => {
  const snapshot = snapshotOf({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'edited', 'a/3_x.sql': 'x' });
  const { rows } = historyOf({
    'a/1_x.sql': { failed: 'x' },
    'a/2_x.sql': { failed: 'x' },
    'a/3_x.sql': { failed: 'x' },
  });
  const nextTryAt = '2026-11-23T12:03:20.120Z';
  const planned = [...rows].map(([key, row]) => [key, { ...row, nextTryAt }] as const);
  const [one, two] = planned;
  const history = { layout: 3, rows: new Map([...rows, one!, two!]) };
  const table = statusTable(
    {
      ...{ target: 'db:5432/pact', databaseExists: true, server: null, lock: null, attempts: [] },
      ...{ source: { directory: '/m', origin: 'a test' }, snapshot },
      ...{ intent: null, isSuperseded: false },
      statuses: compare(snapshot, history),
      verdict: { kind: 'behind', reason: '2 failed', failing: true },
    },
    { color: false, all: false },
  );
  expect(table.split('\n').filter((line) => /^. a/.test(line))).toEqual([
    '✖ a/1_x.sql  failed  1 attempt, next try by 2026-11-23 12:03:20 UTC',
    '○ a/2_x.sql  pending',
    '✖ a/3_x.sql  failed  1 attempt',
  ]);
});

test('of many files each name is measured once, not once a line', () => {
  const readsOf = (files: number): number => {
    let reads = 0;
    const snapshot = snapshotOf(
      Object.fromEntries(Array.from({ length: files }, (_, at) => [`a/${at + 1}_x.sql`, 'x'])),
    );
    const statuses = compare(snapshot, historyOf({})).map((status) =>
      Object.defineProperty({ ...status }, 'key', {
        get: () => {
          reads += 1;
          return status.key;
        },
      }),
    );
    statusTable(
      {
        ...{ target: 'db:5432/pact', databaseExists: true, server: null, lock: null, attempts: [] },
        ...{ source: { directory: '/m', origin: 'a test' }, snapshot },
        ...{ intent: null, isSuperseded: false, statuses },
        verdict: { kind: 'behind', reason: 'all pending', failing: false },
      },
      { color: false, all: false },
    );
    return reads;
  };
  expect(readsOf(200)).toBeLessThanOrEqual(2 * readsOf(100));
});
