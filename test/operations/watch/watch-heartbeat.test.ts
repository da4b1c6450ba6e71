import { afterEach, beforeEach, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import { patience, pulse, type Pulse } from '../../../src/core/watch/heartbeat.js';
import { Watch } from '../../../src/operations/watch/watch.js';
import { HandClock, settled } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { oneStatement } from '../../support/memory/sql.js';
import { MemorySource, MemorySourceWatch } from '../../support/memory/source.js';

let clock: HandClock;
let database: MemoryDatabase;
let hints: MemorySourceWatch;
let soon: AbortController;
let watch: Watch;
let letGo: () => void;
let running: Promise<void>;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  hints = new MemorySourceWatch();
  soon = new AbortController();
  letGo = () => undefined;
  watch = new Watch(
    {
      source: new MemorySource({ 'a/1_x.sql': 'v1' }),
      sourceWatch: hints,
      database,
      sqlReader: oneStatement,
      clock,
      emit: () => undefined,
      stop: { soon: soon.signal, now: soon.signal },
    },
    {
      policy: { onFailure: 'continue', onChange: 'rerun', to: null },
      schemas: null,
      allowEmpty: false,
      lockTimeoutMs: 10_000,
      restoreGraceMs: 0,
      lockWaitMs: null,
      onPooler: 'warn',
      gate: null,
      dryRun: false,
      detailed: false,
    },
  );
});

afterEach(async () => {
  letGo();
  soon.abort();
  await running;
});

async function start(): Promise<void> {
  running = watch.run();
  await settled();
}

function pulseNow(): Pulse {
  const now = clock.now();
  return pulse({ event: now, reconcile: watch.beatAt }, now, patience(30_000));
}

/** From now on that call of the database never comes back, until the test is over. */
function hang(): () => Promise<void> {
  const hung = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return () => hung;
}

test('at rest, each re-scan is a sign of life', async () => {
  await start();
  for (let minutes = 0; minutes < 10; minutes += 1) {
    await clock.advance(60_000);
    hints.hint();
    await settled();
    expect(pulseNow().kind).toBe('beating');
  }
});

test('re-scans that stop coming are noticed', async () => {
  await start();
  await clock.advance(120_001);
  expect(pulseNow()).toMatchObject({ kind: 'stalled', loop: 'reconcile' });
});

test('a call that never comes back is noticed, which k8s-sidecar did not in eight hours', async () => {
  database.beforeConnect = hang();
  await start();
  await clock.advance(120_000);
  expect(pulseNow().kind).toBe('beating');
  await clock.advance(1);
  expect(pulseNow()).toMatchObject({ kind: 'stalled', loop: 'reconcile' });
});

test('waiting for another runner for an hour is life', async () => {
  database.holder = { pid: 1, application: 'pgm', user: 'u', since: '2026-11-23T12:00:00Z' };
  await start();
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await clock.advance(60_000);
    expect(pulseNow().kind).toBe('beating');
  }
});

test('a server that is away for an hour is no reason to be killed', async () => {
  database.beforeConnect = () => Promise.reject(new Transient('away', null));
  await start();
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await clock.advance(60_000);
    expect(pulseNow().kind).toBe('beating');
  }
});
