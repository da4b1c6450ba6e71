import { beforeEach, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import { openAhead } from '../../../src/operations/run/connect.js';
import { settled } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';

let database: MemoryDatabase;

beforeEach(() => {
  database = new MemoryDatabase();
});

const both = { asked: undefined, lock: true };
const sessionOnly = { asked: undefined, lock: false };
const away = (): Promise<void> => Promise.reject(new Transient('nothing is listening', null));

test('the first session and lock are the ones opened ahead; the next ones are opened when asked for', async () => {
  const ahead = openAhead(database, both);
  await expect.poll(() => [database.sessions.length, database.locks.length]).toEqual([1, 1]);
  expect(await ahead.connect()).toBe(database.sessions[0]);
  expect(await ahead.openLock()).toBe(database.locks[0]);
  expect(await ahead.connect()).toBe(database.sessions[1]);
  expect(await ahead.openLock()).toBe(database.locks[1]);
});

test('a lock is not opened ahead unless that is asked for', async () => {
  const ahead = openAhead(database, sessionOnly);
  await settled();
  expect(database.locks).toEqual([]);
  expect(await ahead.openLock()).toBe(database.locks[0]);
});

test('what nobody asked for is closed; what somebody asked for is theirs', async () => {
  openAhead(database, both).drop();
  await expect.poll(() => database.sessions.map(({ closed }) => closed)).toEqual([true]);
  await expect.poll(() => database.locks.map(({ released }) => released)).toEqual([true]);
  const ahead = openAhead(database, both);
  await ahead.connect();
  await ahead.openLock();
  ahead.drop();
  await settled();
  expect(database.open).toBe(1);
  expect(database.locks.map(({ released }) => released)).toEqual([true, false]);
});

test('a session that could not be opened is reported to whoever asks first', async () => {
  database.beforeConnect = away;
  const ahead = openAhead(database, sessionOnly);
  await expect.poll(() => database.connects).toBe(1);
  database.beforeConnect = () => Promise.resolve();
  await expect(ahead.connect()).rejects.toThrow('nothing is listening');
  expect(await ahead.connect()).toBe(database.sessions[0]);
});

test('a failure that nobody asks about is not an unhandled rejection', async () => {
  database.beforeConnect = away;
  database.beforeOpenLock = away;
  const ahead = openAhead(database, both);
  await settled();
  ahead.drop();
});
