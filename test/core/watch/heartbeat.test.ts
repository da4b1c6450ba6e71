import { expect, test } from 'vitest';
import { patience, pulse } from '../../../src/core/watch/heartbeat.js';

const allowed = patience(30_000);

test('signs of life within their time are a pulse', () => {
  expect(pulse({ event: 0, reconcile: null }, 10_000, allowed)).toEqual({ kind: 'beating' });
  expect(pulse({ event: 119_000, reconcile: 0 }, 120_000, allowed)).toEqual({ kind: 'beating' });
});

test('an event loop that stood still for more than 10 s is stalled', () => {
  expect(pulse({ event: 0, reconcile: 0 }, 10_001, allowed)).toEqual({
    kind: 'stalled',
    loop: 'event',
    silentMs: 10_001,
  });
});

test('a reconcile loop is stalled after four signs were missed, also when it re-scans seldom', () => {
  expect(pulse({ event: 120_001, reconcile: 0 }, 120_001, allowed)).toEqual({
    kind: 'stalled',
    loop: 'reconcile',
    silentMs: 120_001,
  });
  const seldom = patience(300_000);
  expect(pulse({ event: 1_200_000, reconcile: 0 }, 1_200_000, seldom).kind).toBe('beating');
  expect(pulse({ event: 1_200_001, reconcile: 0 }, 1_200_001, seldom).kind).toBe('stalled');
});

test('a quick re-scan does not make it impatient: a file gives a sign each half minute', () => {
  expect(patience(1_000)).toEqual(allowed);
});
