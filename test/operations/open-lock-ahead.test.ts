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

test('where there was no connection to be had, one is opened when it is asked for', async () => {
  database.beforeOpenLock = full;
  const ahead = openLockAhead(database);
  await expect(ahead.openLock()).rejects.toBeInstanceOf(Transient);
  database.beforeOpenLock = () => Promise.resolve();
  expect(await ahead.openLock()).toBe(database.locks[0]);
});

test('a failure of which nobody asks is nobody’s', async () => {
  database.beforeOpenLock = full;
  await openLockAhead(database).drop();
  expect(database.locks).toEqual([]);
});
