import { expect, test } from 'vitest';
import { statusTable } from '../../../src/cli/render/status-table.js';
import { compare } from '../../../src/core/compare.js';
import { historyOf } from '../../support/memory/history.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

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
      ...{ target: 'db:5432/pact', databaseExists: true, server: null, lock: null, attempts: [] },
      ...{ source: { directory: '/m', origin: 'a test' }, snapshot },
      statuses: compare(snapshot, history),
      verdict: { kind: 'behind', reason: '1 pending', failing: false },
    },
    { color: false, all: false },
  );
  const named = table.split('\n').filter((line) => /\/\d_x\.sql/.test(line));
  expect(named).toEqual([
    '✔ a/2_x.sql  applied  2026-11-23 12:00:00 UTC, 1 ms, out of order: a later one was applied before it',
    '○ b/1_x.sql  pending  out of order: a later one is applied',
  ]);
});
