import { expect, test } from 'vitest';
import type { FleetReport } from '../../../src/core/fleet/fleet-report.js';
import { migrateFleet } from '../../../src/operations/fleet/migrate-fleet.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { oneStatement } from '../../support/memory/sql.js';
import { MemorySource } from '../../support/memory/source.js';

const target = (name: string) => ({ name, labels: {}, hosts: name });
const waves = [
  { name: 'first', targets: [target('a')] },
  { name: 'rest', targets: [target('b')] },
];

/** Two waves with a pause of five minutes between them; the clock stands still until it is moved. */
function pausing(check: () => string | null) {
  const clock = new HandClock();
  const never = new AbortController().signal;
  const asked: number[] = [];
  const report: Promise<FleetReport> = migrateFleet(
    {
      source: new MemorySource({ 'a/1_x.sql': 'v1' }),
      sqlReader: oneStatement,
      clock,
      emit: () => undefined,
      stop: { soon: never, now: never },
      open: () => Promise.resolve(new MemoryDatabase()),
      keeperOf: () => Promise.resolve(null),
      check: () => {
        asked.push(clock.now());
        return Promise.resolve(check());
      },
    },
    waves,
    {
      limits: { parallel: 1, perServer: 1, maxFailed: null },
      pauseMs: 300_000,
      run: {
        policy: { onFailure: 'continue', onChange: 'rerun', to: null },
        ...{ schemas: null, dryRun: false, onPooler: 'warn', allowEmpty: false },
        ...{ lockTimeoutMs: 10_000, lockWaitMs: 5_000, waitTimeoutMs: 0 },
      },
    },
  );
  return { clock, asked, report };
}

test('the check is asked every half minute of a pause and at its end; then the next wave begins', async () => {
  const { clock, asked, report } = pausing(() => null);
  await clock.advance(300_000);
  const { stopped, waves: ended } = await report;
  expect(asked).toEqual(Array.from({ length: 10 }, (_, at) => (at + 1) * 30_000));
  expect(stopped).toBeNull();
  expect(ended.map(({ outcomes }) => outcomes.map(({ state }) => state))).toEqual([
    ['done'],
    ['done'],
  ]);
});

test('a check that fails in the middle of a pause ends it there, and the next wave is not begun', async () => {
  let looks = 0;
  const { clock, asked, report } = pausing(() => ((looks += 1) === 3 ? 'no' : null));
  await clock.advance(90_000);
  const { stopped, waves: ended } = await report;
  expect(asked).toEqual([30_000, 60_000, 90_000]);
  expect(stopped).toBe('no');
  expect(ended[1]?.outcomes).toMatchObject([{ target: 'b', state: 'not-begun', reason: 'no' }]);
});
