import { afterEach, beforeEach, expect, test } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import { notReady } from '../../src/core/watch/readiness.js';
import { StatusBoard } from '../../src/operations/status-board.js';
import { HandClock } from '../support/memory/clock.js';
import { MemoryDatabase } from '../support/memory/database.js';
import { rowOf } from '../support/memory/history.js';
import { snapshotOf } from '../support/memory/snapshot.js';

let clock: HandClock;
let database: MemoryDatabase;
let snapshot: Snapshot | null;
let board: StatusBoard;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  snapshot = snapshotOf({ 'a/1_x.sql': 'v1' });
  board = new StatusBoard({
    database,
    clock,
    version: '1.2.3',
    labels: { namespace: 'n', configMap: 'c' },
    source: { directory: '/m', origin: 'default' },
    schemas: null,
    allowEmpty: false,
    onChange: 'rerun',
    snapshot: () => snapshot,
    activity: () => 'resting',
    drift: () => null,
    health: () => Promise.resolve(notReady('starting', 'up', null)),
  });
});

afterEach(async () => {
  await board.close();
  expect(database.open).toBe(0);
});

test('the view holds what the database says, and when it said so', async () => {
  const view = await board.view();
  expect(view).toMatchObject({ at: clock.wallMs(), activity: 'resting', target: database.target });
  expect(view.seen?.at).toBe(clock.wallMs());
  expect(view.seen?.report.statuses.map(({ state }) => state)).toEqual(['applied']);
});

test('while the database is away, what it said last stands, with its old time', async () => {
  const before = (await board.view()).seen;
  database.beforeConnect = () => Promise.reject(new Transient('away', null));
  for (const session of database.sessions) session.break();
  await clock.advance(60_000);
  const { at, seen } = await board.view();
  expect(at).toBe(clock.wallMs());
  expect(seen?.at).toBe(before?.at);
});

test('what was seen is compared with the files of now', async () => {
  await board.view();
  snapshot = snapshotOf({ 'a/1_x.sql': 'v2' });
  expect((await board.view()).seen?.report.statuses[0]?.state).toBe('changed');
});

test('a database that does not exist is something to say', async () => {
  database.drop();
  const { seen } = await board.view();
  expect(seen?.report).toMatchObject({ databaseExists: false, server: null });
  expect(seen?.report.statuses[0]?.state).toBe('pending');
});

test('before there is a source, there is nothing to compare', async () => {
  snapshot = null;
  expect(await board.view()).toMatchObject({ snapshot: null, seen: null });
});

test('many looks at once are one question, and leave no connection open', async () => {
  await Promise.all(Array.from({ length: 100 }, () => board.view()));
  expect([database.sessions.length, database.open]).toEqual([1, 0]);
});

test('a run is on the timeline, and makes the next look a fresh one', async () => {
  await board.view();
  database.rows.clear();
  board.note({ kind: 'run-failed', reason: 'away', retryInMs: 1, revision: 'abc', durationMs: 3 });
  const { runs, seen } = await board.view();
  expect(runs.map(({ result }) => result)).toEqual(['broken']);
  expect(seen?.report.statuses[0]?.state).toBe('pending');
});
