import { beforeEach, expect, test } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import { openSessionAhead } from '../../src/operations/open-session-ahead.js';
import { settled } from '../support/memory/clock.js';
import { MemoryDatabase } from '../support/memory/database.js';

let database: MemoryDatabase;

beforeEach(() => {
  database = new MemoryDatabase();
});

const away = (): Promise<void> => Promise.reject(new Transient('nothing is listening', null));

test('the first session is the one that was opened ahead; another is opened when it is asked for', async () => {
  const ahead = openSessionAhead(database, undefined);
  await expect.poll(() => database.sessions).toHaveLength(1);
  const first = await ahead.connect();
  expect(database.sessions).toEqual([first]);
  expect(await ahead.connect()).toBe(database.sessions[1]);
});

test('what was not asked for is closed; what was belongs to who asked', async () => {
  openSessionAhead(database, undefined).drop();
  await expect.poll(() => database.sessions.map(({ closed }) => closed)).toEqual([true]);
  const asked = openSessionAhead(database, undefined);
  await asked.connect();
  asked.drop();
  expect(database.open).toBe(1);
});

test('why there was none is told to who asks first', async () => {
  database.beforeConnect = away;
  const ahead = openSessionAhead(database, undefined);
  await expect.poll(() => database.connects).toBe(1);
  database.beforeConnect = () => Promise.resolve();
  await expect(ahead.connect()).rejects.toThrow('nothing is listening');
  expect(await ahead.connect()).toBe(database.sessions[0]);
});

test('a failure of which nobody asks is nobody’s', async () => {
  database.beforeConnect = away;
  const ahead = openSessionAhead(database, undefined);
  // A rejection that nobody has heard by then would end the process.
  await settled();
  ahead.drop();
});
