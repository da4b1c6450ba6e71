import { beforeEach, describe, expect, test } from 'vitest';
import { Interrupted, LockUnavailable, Transient } from '../../../src/core/errors.js';
import type { PgmEvent } from '../../../src/core/events.js';
import type { RunLock } from '../../../src/core/ports.js';
import { holdLock } from '../../../src/operations/run/with-run-lock.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';

const holder = {
  pid: 4711,
  application: 'pgm/1.0.0 pod-b',
  user: 'pact',
  since: '2026-11-23T12:00:00.000Z',
};

let clock: HandClock;
let database: MemoryDatabase;
let events: PgmEvent[];
let stop: AbortController;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase();
  events = [];
  stop = new AbortController();
});

function hold(lockWaitMs: number | null): Promise<RunLock> {
  return holdLock({
    database,
    clock,
    emit: (event) => events.push(event),
    signal: stop.signal,
    lockWaitMs,
  });
}

test('a free lock is had at once', async () => {
  const lock = await hold(null);
  expect(lock.isHeld()).toBe(true);
  expect(events).toEqual([]);
});

test('a busy one is asked for again and again, naming who has it, until it is free', async () => {
  database.holder = holder;
  let held: RunLock | null = null;
  const holding = hold(null).then((had) => {
    held = had;
  });
  await clock.advance(60_000);
  expect(held).toBeNull();
  expect(events.length).toBeGreaterThan(10);
  expect(events[0]).toEqual({ kind: 'waiting-for-lock', holder, waitedMs: 0 });
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(1_050);
  database.holder = null;
  await clock.advance(1_050);
  await holding;
  expect(held).toBe(database.locks[0]);
  expect(database.locks).toHaveLength(1);
  const last = events.at(-1);
  expect(last?.kind === 'lock-acquired' && last.waitedMs >= 60_000).toBe(true);
});

test('who has it is asked each ten seconds, and not at every try', async () => {
  database.holder = holder;
  const holding = hold(null);
  await clock.advance(9_000);
  const other = { ...holder, pid: 4712 };
  database.holder = other;
  await clock.advance(500);
  expect(events.at(-1)).toMatchObject({ holder });
  expect(database.locks.map(({ holdersAsked }) => holdersAsked)).toEqual([1]);
  await clock.advance(3_000);
  expect(events.at(-1)).toMatchObject({ holder: other });
  expect(database.locks.map(({ holdersAsked }) => holdersAsked)).toEqual([2]);
  database.holder = null;
  await clock.advance(1_050);
  await holding;
});

test('nobody asks twice in the same moment, even with all luck against him', async () => {
  database.holder = holder;
  clock.dice.push(...Array.from({ length: 30 }, () => 0));
  const holding = hold(1_000).catch(() => undefined);
  await clock.advance(1_000);
  await holding;
  expect(events.length).toBeLessThanOrEqual(20);
});

describe('when the wait is over', () => {
  test('a lock that is not free in time throws, naming who has it, since when, and what to do', async () => {
    database.holder = holder;
    const failed = hold(10_000).catch((error: unknown) => error);
    await clock.advance(10_000);
    const error = await failed;
    expect(error).toBeInstanceOf(LockUnavailable);
    expect((error as Error).message).toBe(
      'could not get the run lock within 10 s: pid 4711 (pgm/1.0.0 pod-b, user pact) since ' +
        '2026-11-23T12:00:00.000Z holds it; wait longer with --lock-wait, or look it up in pg_stat_activity',
    );
  });

  test('the lock is asked for once more at the very end of the wait', async () => {
    database.holder = holder;
    let held: RunLock | null = null;
    const holding = hold(10_000).then((had) => {
      held = had;
    });
    await clock.advance(9_999);
    database.holder = null;
    await clock.advance(1);
    await holding;
    expect(held).not.toBeNull();
  });

  test('without any time to wait the lock is asked for once', async () => {
    database.holder = holder;
    await expect(hold(0)).rejects.toBeInstanceOf(LockUnavailable);
    expect(events).toEqual([]);
  });
});

test('the signal ends the wait', async () => {
  database.holder = holder;
  const holding = hold(null);
  await clock.advance(100);
  stop.abort();
  await expect(holding).rejects.toBeInstanceOf(Interrupted);
  expect(clock.sleeping).toBe(0);
  expect(database.locks.map(({ released }) => released)).toEqual([true]);
});

test('a lost connection is for the caller to judge', async () => {
  database.openLock = () => Promise.reject(new Transient('gone', null));
  await expect(hold(null)).rejects.toBeInstanceOf(Transient);
});
