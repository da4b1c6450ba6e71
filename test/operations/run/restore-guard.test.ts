import { beforeEach, expect, test } from 'vitest';
import { BeingRestored } from '../../../src/core/errors.js';
import { RestoreGuard } from '../../../src/operations/run/restore-guard.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';

let clock: HandClock;
let database: MemoryDatabase;
let guard: RestoreGuard;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  guard = new RestoreGuard({ database, clock }, 60_000);
});

async function isFree(): Promise<boolean> {
  try {
    await guard.assertFree();
    return true;
  } catch (error) {
    if (error instanceof BeingRestored) return false;
    throw error;
  }
}

test('a database that never had a history is filled at once', async () => {
  database.strangers = 3;
  expect(await isFree()).toBe(true);
});

test('one whose history is gone is left alone for the grace after that was seen', async () => {
  await guard.saw();
  expect(await isFree()).toBe(false);
  await clock.advance(59_999);
  expect(await isFree()).toBe(false);
  await clock.advance(1);
  expect(await isFree()).toBe(true);
});

test('whoever is connected to it begins the grace anew', async () => {
  await guard.saw();
  expect(await isFree()).toBe(false);
  await clock.advance(50_000);
  database.strangers = 1;
  expect(await isFree()).toBe(false);
  database.strangers = 0;
  await clock.advance(59_999);
  expect(await isFree()).toBe(false);
  await clock.advance(1);
  expect(await isFree()).toBe(true);
});

test('on another server it is filled at once', async () => {
  await guard.saw();
  database.server = '7002';
  database.strangers = 1;
  expect(await isFree()).toBe(true);
});

test('a history that is there again while it is waited for is waited for too', async () => {
  await guard.saw();
  await guard.beforeFilling(true);
  expect(await isFree()).toBe(false);
  await expect(guard.beforeFilling(true)).rejects.toThrow(BeingRestored);
  await guard.saw();
  await guard.beforeFilling(true);
});

test('where nobody may tell who is connected, the time alone decides', async () => {
  await guard.saw();
  database.bystanders = () => Promise.resolve(null);
  expect(await isFree()).toBe(false);
  await clock.advance(60_000);
  expect(await isFree()).toBe(true);
});
