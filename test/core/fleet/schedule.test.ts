import { describe, expect, test } from 'vitest';
import { afterWave, allowed, decide, parseAllowance } from '../../../src/core/fleet/schedule.js';

const limits = { parallel: 3, perServer: 2, maxFailed: null };
const still = { running: [], failed: 0, of: 100, stopping: null };
const serverOf = (target: string): string => target[0] ?? '';

describe('what may begin now', () => {
  test('the first whose server has room', () => {
    expect(decide({ ...still, waiting: ['a1', 'b1'] }, limits, serverOf)).toEqual({
      kind: 'begin',
      target: 'a1',
    });
    const running = ['a1', 'a2'];
    expect(decide({ ...still, running, waiting: ['a3', 'b1'] }, limits, serverOf)).toEqual({
      kind: 'begin',
      target: 'b1',
    });
    expect(decide({ ...still, running, waiting: ['a3'] }, limits, serverOf).kind).toBe('wait');
  });

  test('none beyond as many as may run at a time', () => {
    const running = ['a1', 'b1', 'c1'];
    expect(decide({ ...still, running, waiting: ['d1'] }, limits, serverOf).kind).toBe('wait');
  });

  test('it is over when nothing waits and nothing runs', () => {
    expect(decide({ ...still, waiting: [] }, limits, serverOf).kind).toBe('over');
    expect(decide({ ...still, running: ['a1'], waiting: [] }, limits, serverOf).kind).toBe('wait');
  });

  test('none once too many have failed, or somebody wants it to stop', () => {
    const waiting = ['a1'];
    const maxFailed = { kind: 'percent', most: 5 } as const;
    const few = decide({ ...still, waiting, failed: 5 }, { ...limits, maxFailed }, serverOf);
    expect(few.kind).toBe('begin');
    expect(decide({ ...still, waiting, failed: 6 }, { ...limits, maxFailed }, serverOf)).toEqual({
      kind: 'stop',
      reason: '6 failed, and --max-failed is 5%',
    });
    expect(decide({ ...still, waiting, failed: 99 }, limits, serverOf).kind).toBe('begin');
    expect(decide({ ...still, waiting, stopping: 'enough' }, limits, serverOf)).toEqual({
      kind: 'stop',
      reason: 'enough',
    });
  });
});

test('the next wave begins when the former is fine, or has failed no more than it may', () => {
  const few = { kind: 'number', most: 1 } as const;
  expect(afterWave('canary', { ...still, failed: 0 }, null)).toBeNull();
  expect(afterWave('canary', { ...still, failed: 1 }, null)).toContain('canary');
  expect(afterWave('canary', { ...still, failed: 1 }, few)).toBeNull();
  expect(afterWave('canary', { ...still, failed: 2 }, few)).toContain('--max-failed is 1');
});

test('--max-failed is a number or a share of all', () => {
  expect(parseAllowance('3')).toEqual({ kind: 'accepted', value: { kind: 'number', most: 3 } });
  expect(allowed({ kind: 'percent', most: 5 }, 1_000)).toBe(50);
  expect(allowed({ kind: 'percent', most: 5 }, 19)).toBe(0);
  for (const wrong of ['', '-1', '101%', 'x', '5 %']) {
    expect(parseAllowance(wrong).kind, wrong).toBe('refused');
  }
});
