import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SourceWatch } from '../../src/core/ports.js';
import { watchSource } from '../../src/source/watch-source.js';
import { Kubelet } from '../support/kubelet.js';
import { makeTree } from '../support/tree.js';

/** A watcher of chokidar that a test can make fail. */
class BreakableWatcher extends EventEmitter {
  closed = false;
  close(): Promise<void> {
    this.closed = true;
    this.removeAllListeners();
    return Promise.resolve();
  }
}

const { watchers } = vi.hoisted(() => ({ watchers: [] as unknown[] }));
vi.mock('chokidar', () => ({
  watch: () => {
    const watcher = new BreakableWatcher();
    watchers.push(watcher);
    return watcher;
  },
}));

let warnings: string[];
let hints: SourceWatch;

beforeEach(() => {
  watchers.length = 0;
  warnings = [];
  hints = watchSource(tmpdir(), { rescanMs: 20, onWarning: (message) => warnings.push(message) });
});

afterEach(async () => {
  await hints.close();
});

function watcherNumber(at: number): BreakableWatcher {
  return watchers[at] as BreakableWatcher;
}

function outOf(code: string): Error {
  return Object.assign(new Error('no'), { code });
}

test('out of watches: one warning, the broken watcher closed, the re-scan arms another', async () => {
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  expect(warnings).toEqual([
    `no file events for ${tmpdir()} (ENOSPC); pgm looks every 0.02 s instead`,
  ]);
  expect(watcherNumber(0).closed).toBe(true);
  expect(watchers).toHaveLength(1);
  expect(await hints.next(AbortSignal.timeout(8_000))).toEqual({ kind: 'rescan' });
  expect(watchers).toHaveLength(2);
  watcherNumber(1).emit('error', outOf('EMFILE'));
  expect(await hints.next(AbortSignal.timeout(8_000))).toEqual({ kind: 'rescan' });
  expect(watchers).toHaveLength(3);
  expect(warnings).toHaveLength(1);
});

test('an error of a watcher that was given up, or closed, is nobody’s', async () => {
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  await hints.next(AbortSignal.timeout(8_000));
  expect(watcherNumber(1).closed).toBe(false);
  await hints.close();
  expect(watcherNumber(1).closed).toBe(true);
  expect(() => watcherNumber(1).emit('error', outOf('EPERM'))).not.toThrow();
  expect(warnings).toHaveLength(1);
});

test('without any event a swap is noticed by the look each second, and so is a directory that went', async () => {
  const tree = await makeTree();
  const kubelet = Kubelet.mount(tree.directory);
  const blind = watchSource(tree.directory, { rescanMs: 3_600_000, onWarning: () => undefined });
  try {
    watcherNumber(1).emit('error', outOf('ENOSPC'));
    kubelet.swap({ 'a_1_x.sql': 'v1' });
    expect(await blind.next(AbortSignal.timeout(8_000))).toEqual({ kind: 'poll' });
    kubelet.remove();
    expect(await blind.next(AbortSignal.timeout(8_000))).toEqual({ kind: 'poll' });
  } finally {
    await blind.close();
    await tree.remove();
  }
});

test('a swap is told at its first event; all the rest of it, once it is quiet', async () => {
  const tree = await makeTree();
  const kubelet = Kubelet.mount(tree.directory);
  const swapped = watchSource(tree.directory, { rescanMs: 3_600_000, onWarning: () => undefined });
  try {
    for (let swap = 1; swap <= 2; swap += 1) {
      kubelet.swap({ 'a_1_x.sql': `v${swap}` });
      watcherNumber(1).emit('raw');
      // Whoever waits for quiet waits for longer than this.
      const nextTurn = new Promise((resolve) => setImmediate(resolve));
      const told = await Promise.race([swapped.next(AbortSignal.timeout(8_000)), nextTurn]);
      expect(told).toEqual({ kind: 'event' });
      watcherNumber(1).emit('raw');
      expect(await swapped.next(AbortSignal.timeout(8_000))).toEqual({ kind: 'event' });
    }
  } finally {
    await swapped.close();
    await tree.remove();
  }
});

test('an armed watcher is left alone by the re-scan', async () => {
  await hints.next(AbortSignal.timeout(8_000));
  await hints.next(AbortSignal.timeout(8_000));
  expect(watchers).toHaveLength(1);
});
