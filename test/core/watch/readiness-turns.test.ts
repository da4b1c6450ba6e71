import { beforeEach, expect, test } from 'vitest';
import { type Health, notReady } from '../../../src/core/watch/readiness.js';
import { ReadinessTurns } from '../../../src/core/watch/readiness-turns.js';

const ready: Health = {
  ...notReady('', 'up', 'r'),
  ready: true,
  reason: null,
};
const away = notReady('postgres unreachable', 'down', 'r');

let turns: ReadinessTurns;

beforeEach(() => {
  turns = new ReadinessTurns();
});

test('readiness that is lost for longer is told once, and once more when it is back', () => {
  expect(turns.hear(ready, 0)).toBeNull();
  expect(turns.hear(away, 10_000)).toBeNull();
  expect(turns.hear(away, 15_000)).toEqual({
    ...{ kind: 'readiness-turned', ready: false, reason: 'postgres unreachable', forMs: 5_000 },
  });
  expect(turns.hear(away, 70_000)).toBeNull();
  expect(turns.hear(notReady('1 pending', 'up', 'r'), 75_000)).toBeNull();
  expect(turns.hear(ready, 80_000)).toEqual({
    ...{ kind: 'readiness-turned', ready: true, reason: null, forMs: 70_000 },
  });
  expect(turns.hear(ready, 90_000)).toBeNull();
});

test('a moment without it is not worth a line, however often', () => {
  turns.hear(ready, 0);
  for (let at = 10_000; at < 100_000; at += 10_000) {
    expect(turns.hear(away, at)).toBeNull();
    expect(turns.hear(away, at + 4_999)).toBeNull();
    expect(turns.hear(ready, at + 5_000)).toBeNull();
  }
});

test('neither the start nor the end of the process is told', () => {
  expect(turns.hear(away, 0)).toBeNull();
  expect(turns.hear(away, 60_000)).toBeNull();
  expect(turns.hear(ready, 70_000)).toBeNull();
  const stopping = notReady('stopping', 'unknown', 'r');
  expect(turns.hear(stopping, 80_000)).toBeNull();
  expect(turns.hear(stopping, 90_000)).toBeNull();
});
