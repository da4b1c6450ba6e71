import { expect, test } from 'vitest';
import { Sent } from '../../../src/core/run/applied.js';
import type { History, HistoryRow } from '../../../src/core/run/history.js';

const file = { key: 'a/001_x.sql', checksum: 'c1' };
const as = { key: file.key, durationMs: 0, reason: 'pending' };
const whence = { revision: 'r1', host: 'pod-1' };

function historyOf(changes: Partial<HistoryRow>): History {
  const row: HistoryRow = {
    ...{ key: file.key, schema: 'a', filename: '001_x.sql', state: 'applied', checksum: 'c1' },
    ...{ appliedChecksum: 'c1', appliedAt: 't', firstAppliedAt: 't', durationMs: 7, attempts: 1 },
    ...{
      lastError: null,
      nextTryAt: null,
      revision: 'r1',
      pgmVersion: '0',
      appliedBy: 'app@pod-1',
    },
    ...changes,
  };
  return { layout: 4, rows: new Map([[row.key, row]]) };
}

test('a file that was sent and not reported is found in the history, until it is reported', () => {
  const sent = new Sent<typeof as>();
  sent.begun(file, as);
  const found = [{ ...as, durationMs: 7 }];
  expect(sent.found(historyOf({}), whence)).toEqual(found);
  expect(sent.found(historyOf({}), whence)).toEqual(found);
  sent.reported(file.key, found[0] ?? null);
  expect(sent.isReported).toBe(true);
  expect([sent.take(), sent.take()]).toEqual([found, []]);
});

test.each<[string, Partial<HistoryRow>]>([
  ['another host', { appliedBy: 'app@pod-2' }],
  ['a host whose name ends like ours', { appliedBy: 'app@a-pod-1' }],
  ['another revision', { revision: 'r2' }],
  ['another content', { appliedChecksum: 'c0' }],
  ['nobody', { appliedChecksum: null }],
])('a file that was applied by a runner of %s is not ours', (_, changes) => {
  const sent = new Sent<typeof as>();
  sent.begun(file, as);
  expect(sent.found(historyOf(changes), whence)).toEqual([]);
  expect(sent.isReported).toBe(true);
});
