import { expect, test, vi } from 'vitest';
import { assess, type AssessOptions } from '../../../src/operations/run/assess.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { MemorySession } from '../../support/memory/session.js';
import { rowOf } from '../../support/memory/history.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

const options: AssessOptions = {
  policy: { onFailure: 'continue', onChange: 'rerun', to: null },
  schemas: null,
  detailed: false,
};

/** Assesses files where `1_x` is applied with the text `v1`; `reads` is how often the whole history was asked for. */
async function assessed(files: Files, { detailed }: Pick<AssessOptions, 'detailed'>) {
  const database = new MemoryDatabase();
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  const session = new MemorySession(database);
  const read = vi.spyOn(session, 'history');
  const assessed = await assess(session, snapshotOf(files), { ...options, detailed });
  return { ...assessed, reads: read.mock.calls.length };
}

const inPlace = { 'a/1_x.sql': 'v1' };

test('where all is in place, the rows of the history are not read', async () => {
  const { statuses, details, plan, reads } = await assessed(inPlace, { detailed: false });
  expect(statuses).toMatchObject([{ key: 'a/1_x.sql', state: 'applied' }]);
  expect(details).toBeNull();
  expect(plan.steps).toEqual([]);
  expect(reads).toBe(0);
});

test('the rows of the history are read for somebody who asked for details', async () => {
  const { details, reads } = await assessed(inPlace, { detailed: true });
  expect(details).toMatchObject([{ key: 'a/1_x.sql', state: 'applied', row: { attempts: 1 } }]);
  expect(reads).toBe(1);
});

test.each<[string, Files, readonly string[]]>([
  ['a file is new', { ...inPlace, 'a/2_x.sql': 'v2' }, ['applied', 'pending']],
  ['a file was edited', { 'a/1_x.sql': 'v2' }, ['changed']],
  ['a file is gone', {}, ['missing']],
  ['a file is refused', { ...inPlace, 'a/2_x.sql': 'select \0' }, ['applied', 'failed']],
])('the rows of the history are read when %s', async (_what, files, states) => {
  const { statuses, reads } = await assessed(files, { detailed: false });
  expect(statuses.map(({ state }) => state)).toEqual(states);
  expect(reads).toBe(1);
});
