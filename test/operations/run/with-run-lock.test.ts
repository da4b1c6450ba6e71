import { beforeEach, expect, test } from 'vitest';
import { LockUnavailable, Refused } from '../../../src/core/errors.js';
import { type History, historyLayout } from '../../../src/core/run/history.js';
import { withRunLock } from '../../../src/operations/run/with-run-lock.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { MemorySession } from '../../support/memory/session.js';
import { rowOf } from '../../support/memory/history.js';

const holder = { pid: 4711, application: 'pgm/1.0.0 pod-b', user: 'pact', since: 'long ago' };

let clock: HandClock;
let database: MemoryDatabase;
let session: MemorySession;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase();
  session = new MemorySession(database);
});

function lockAnd<T>(work: (history: History) => Promise<T>, lockWaitMs: number | null = null) {
  const signal = new AbortController().signal;
  const emit = (): void => undefined;
  return withRunLock(session, { database, clock, emit, signal, lockWaitMs }, work);
}

const give = (history: History): Promise<History> => Promise.resolve(history);

test('a history that is missing is made under the lock', async () => {
  database.hasHistory = false;
  database.beforeHistory = () => {
    expect(database.locks.map((lock) => lock.isHeld())).toEqual([true]);
    return Promise.resolve();
  };
  expect(await lockAnd(give)).toEqual({ layout: historyLayout, rows: new Map() });
  expect(database.hasHistory).toBe(true);
});

test('what others wrote while it waited for the lock is seen', async () => {
  database.hasHistory = false;
  database.holder = holder;
  const history = lockAnd(give);
  await clock.advance(100);
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  database.holder = null;
  await clock.advance(1_050);
  expect([...(await history).rows.keys()]).toEqual(['a/1_x.sql']);
});

test('without the lock nothing is made and no work is done', async () => {
  database.hasHistory = false;
  database.holder = holder;
  await expect(lockAnd(() => Promise.reject(new Error('worked')), 0)).rejects.toBeInstanceOf(
    LockUnavailable,
  );
  expect(database.hasHistory).toBe(false);
});

test('when the history cannot be made, no work is done and the lock is given back', async () => {
  database.hasHistory = false;
  database.beforeHistory = () => Promise.reject(new Refused('no right', '42501'));
  await expect(lockAnd(() => Promise.reject(new Error('worked')))).rejects.toThrow('no right');
  expect(database.locks.map(({ released }) => released)).toEqual([true]);
});

test('a history that is there is read under the lock', async () => {
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  const seen = await lockAnd((history) => {
    expect(database.locks.map((lock) => lock.isHeld())).toEqual([true]);
    return give(history);
  });
  expect([...seen.rows.keys()]).toEqual(['a/1_x.sql']);
});

test('the lock is given back after the work, also when that failed', async () => {
  await lockAnd(give);
  await expect(lockAnd(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(database.locks.map(({ released }) => released)).toEqual([true, true]);
});
