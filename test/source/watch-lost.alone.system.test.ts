import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SourceWatch } from '../../src/core/ports.js';
import { watchSource } from '../../src/source/watch-source.js';
import { type BreakableWatcher, watchers } from '../support/breakable-watcher.js';
import { Kubelet } from '../support/kubelet.js';
import { makeTree, type Tree } from '../support/tree.js';

vi.mock('chokidar', async () => {
  const { BreakableWatcher: FSWatcher } = await import('../support/breakable-watcher.js');
  return { FSWatcher, watch: () => new FSWatcher() };
});

let warnings: string[];
let hints: SourceWatch;
/** Not one that others write into: a mount among its entries is watched in another way. */
let watched: Tree;

beforeEach(async () => {
  watchers.length = 0;
  warnings = [];
  watched = await makeTree();
  hints = watchSource(watched.directory, {
    rescanMs: 20,
    onWarning: (message) => warnings.push(message),
  });
});

afterEach(async () => {
  await hints.close();
  await watched.remove();
});

function watcherNumber(at: number): BreakableWatcher {
  return watchers[at]!;
}

function outOf(code: string): Error {
  return Object.assign(new Error('no'), { code });
}

test('out of watches: one warning, the broken watcher closed, the re-scan arms another', async () => {
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  expect(warnings).toEqual([
    `no file events for ${watched.directory} (ENOSPC); pgm reads the files again every 0.02 s instead`,
  ]);
  expect(watcherNumber(0).closed).toBe(true);
  expect(watchers).toHaveLength(1);
  expect(await hints.next(AbortSignal.timeout(60_000))).toEqual({ kind: 'rescan' });
  expect(watchers).toHaveLength(2);
  watcherNumber(1).emit('error', outOf('EMFILE'));
  expect(await hints.next(AbortSignal.timeout(60_000))).toEqual({ kind: 'rescan' });
  expect(watchers).toHaveLength(3);
  expect(warnings).toHaveLength(1);
});

test('an error of a watcher that was given up, or closed, is nobody’s', async () => {
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  watcherNumber(0).emit('error', outOf('ENOSPC'));
  await hints.next(AbortSignal.timeout(60_000));
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
    expect(await blind.next(AbortSignal.timeout(60_000))).toEqual({ kind: 'poll' });
    kubelet.remove();
    expect(await blind.next(AbortSignal.timeout(60_000))).toEqual({ kind: 'poll' });
  } finally {
    await blind.close();
    await tree.remove();
  }
});

describe('a mount', () => {
  let tree: Tree;
  let kubelet: Kubelet;
  let swapped: SourceWatch;

  beforeEach(async () => {
    tree = await makeTree();
    kubelet = Kubelet.mount(tree.directory);
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'performance'] });
    swapped = watchSource(tree.directory, { rescanMs: 3_600_000, onWarning: () => undefined });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await swapped.close();
    await tree.remove();
  });

  /** What is told without waiting any more. */
  async function toldNow(): Promise<unknown> {
    const over = new AbortController();
    const told = swapped.next(over.signal).catch(() => 'nothing');
    await new Promise(setImmediate);
    over.abort();
    return told;
  }

  test('a swap is told at the first event, and the rest of that swap, and the looks each second, tell nothing', async () => {
    for (let swap = 1; swap <= 2; swap += 1) {
      kubelet.swap({ 'a_1_x.sql': `v${swap}` });
      watcherNumber(1).emit('raw');
      expect(await toldNow()).toEqual({ kind: 'event' });
      for (let event = 0; event < 5; event += 1) watcherNumber(1).emit('raw');
      vi.advanceTimersByTime(10_000);
      expect(await toldNow()).toBe('nothing');
    }
  });

  test('in which something else than the generation moves tells nothing, however long it moves', async () => {
    for (let ms = 0; ms < 10_000; ms += 50) {
      watcherNumber(1).emit('raw');
      vi.advanceTimersByTime(50);
    }
    expect(await toldNow()).toBe('nothing');
  });

  test('a mount that lost its ..data is told once it is quiet, as a tree would be', async () => {
    unlinkSync(join(tree.directory, '..data'));
    watcherNumber(1).emit('raw');
    expect(await toldNow()).toBe('nothing');
    vi.advanceTimersByTime(100);
    expect(await toldNow()).toEqual({ kind: 'event' });
  });
});

test('an armed watcher is left alone by the re-scan', async () => {
  await hints.next(AbortSignal.timeout(60_000));
  await hints.next(AbortSignal.timeout(60_000));
  expect(watchers).toHaveLength(1);
});
