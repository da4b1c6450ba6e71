import { beforeEach, describe, expect, test } from 'vitest';
import { LockNotHad, Refused } from '../../src/core/errors.js';
import { type History, historyLayout } from '../../src/core/history.js';
import { withRunLock } from '../../src/operations/with-run-lock.js';
import { HandClock } from '../support/memory/clock.js';
import { MemoryDatabase, MemorySession } from '../support/memory/database.js';
import { rowOf } from '../support/memory/history.js';

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
  const { hasHistory } = database;
  const signal = new AbortController().signal;
  const context = { session, hasHistory, database, clock, signal, lockWaitMs };
  return withRunLock({ ...context, emit: () => undefined }, work);
}

const give = (history: History): Promise<History> => Promise.resolve(history);

describe('where there is no history', () => {
  beforeEach(() => {
    database.hasHistory = false;
  });

  test('it is made while the connection of the lock is being opened', async () => {
    let make: () => void = () => undefined;
    const making = new Promise<void>((resolve) => {
      make = resolve;
    });
    database.beforeHistory = () => making;
    const history = lockAnd(give);
    await expect.poll(() => database.locks.map((lock) => lock.isHeld())).toEqual([true]);
    expect(database.hasHistory).toBe(false);
    make();
    expect(await history).toEqual({ layout: historyLayout, rows: new Map() });
  });

  test('what others wrote into it while we waited for the lock is seen', async () => {
    database.holder = holder;
    const history = lockAnd(give);
    await clock.advance(100);
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
    database.holder = null;
    await clock.advance(1_050);
    expect([...(await history).rows.keys()]).toEqual(['a/1_x.sql']);
  });

  test('a lock that is not had is what there is to say, also when the history cannot be made', async () => {
    database.holder = holder;
    database.beforeHistory = () => Promise.reject(new Refused('no right', '42501'));
    await expect(lockAnd(give, 0)).rejects.toBeInstanceOf(LockNotHad);
  });

  test('when it cannot be made, no work is done and the lock is given back', async () => {
    database.beforeHistory = () => Promise.reject(new Refused('no right', '42501'));
    await expect(lockAnd(() => Promise.reject(new Error('worked')))).rejects.toThrow('no right');
    expect(database.locks.map(({ released }) => released)).toEqual([true]);
  });
});

test('a history that is there is read under the lock, and not made', async () => {
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  session.makeHistory = () => Promise.reject(new Error('made'));
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
