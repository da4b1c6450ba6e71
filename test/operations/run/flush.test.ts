import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/operations/migrate.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { oneStatement } from '../../support/memory/sql.js';
import { MemorySource } from '../../support/memory/source.js';

/** How many files each flush made durable. */
let flushed: number[];
let clock: HandClock;

beforeEach(() => {
  flushed = [];
  clock = new HandClock();
});

/** Applies one file for each of `took`, which is how many milliseconds it takes. */
async function run(took: readonly number[]): Promise<void> {
  const names = took.map((_, nth) => `a/${1_000 + nth}_x.sql`);
  const database = new MemoryDatabase(clock);
  const waiting = [...took];
  database.beforeApply = async () => {
    const all = flushed.reduce((sum, each) => sum + each, 0);
    if (database.flushes > flushed.length) flushed.push(took.length - waiting.length - all);
    await clock.advance(waiting.shift() ?? 0);
  };
  const never = new AbortController().signal;
  await migrate(
    {
      source: new MemorySource(Object.fromEntries(names.map((name) => [name, 'v1']))),
      ...{ database, clock, sqlReader: oneStatement },
      ...{ stop: { soon: never, now: never }, emit: () => undefined },
    },
    {
      policy: { onFailure: 'continue', onChange: 'rerun', to: null },
      ...{ schemas: null, detailed: false, dryRun: false, onPooler: 'warn', gate: null },
      ...{ lockTimeoutMs: 10_000, lockWaitMs: 5_000, waitTimeoutMs: 0 },
    },
  );
  flushed.push(took.length - flushed.reduce((sum, each) => sum + each, 0));
  expect(database.flushes).toBe(flushed.length);
}

test('small files wait for the disk together: after a second, and at the end', async () => {
  await run(Array.from({ length: 30 }, () => 50));
  expect(flushed).toEqual([20, 10]);
});

test('a file that took 100 ms does not wait for others, and neither do those before it', async () => {
  await run([1, 1, 99, 100, 1, 1]);
  expect(flushed).toEqual([4, 2]);
});
