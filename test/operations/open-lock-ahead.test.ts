import { beforeEach, expect, test } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import { openLockAhead } from '../../src/operations/open-lock-ahead.js';
import { MemoryDatabase } from '../support/memory/database.js';

let database: MemoryDatabase;

beforeEach(() => {
  database = new MemoryDatabase();
});

const full = (): Promise<void> => Promise.reject(new Transient('too many connections', '53300'));

test('what was opened ahead is what is given', async () => {
  const ahead = openLockAhead(database);
  const lock = await ahead.openLock();
  expect(database.locks).toEqual([lock]);
});

test('what was not asked for is let go of; what was belongs to who asked', async () => {
  const unasked = openLockAhead(database);
  await unasked.drop();
  expect(database.locks.map(({ released }) => released)).toEqual([true]);
  const asked = openLockAhead(database);
  await asked.openLock();
  await asked.drop();
  expect(database.locks.map(({ released }) => released)).toEqual([true, false]);
});

test('the lock is had at once where it is free, and belongs to who asked', async () => {
  const ahead = openLockAhead(database);
  const lock = await ahead.tryLock();
  expect(lock?.isHeld()).toBe(true);
  await ahead.drop();
  expect(database.locks.map(({ released }) => released)).toEqual([false]);
});

test('where somebody else has it, the same backend is given to who waits, or let go of', async () => {
  database.holder = { pid: 4711, application: 'pgm/1.0.0 pod-b', user: 'pact', since: 'long ago' };
  for (const waits of [true, false]) {
    const ahead = openLockAhead(database);
    expect(await ahead.tryLock()).toBeNull();
    if (waits) expect(await ahead.openLock()).toBe(database.locks.at(-1));
    await ahead.drop();
    expect(database.locks.at(-1)?.released).toBe(!waits);
  }
});

test('where there was no connection to be had, one is opened when it is asked for', async () => {
  database.beforeOpenLock = full;
  const ahead = openLockAhead(database);
  expect(await ahead.tryLock()).toBeNull();
  await expect(ahead.openLock()).rejects.toBeInstanceOf(Transient);
  database.beforeOpenLock = () => Promise.resolve();
  expect(await ahead.openLock()).toBe(database.locks[0]);
});

test('a failure of which nobody asks is nobody’s', async () => {
  database.beforeOpenLock = full;
  await openLockAhead(database).drop();
  expect(database.locks).toEqual([]);
});
