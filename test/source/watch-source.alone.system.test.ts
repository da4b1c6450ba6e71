import { getEventListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import type { SourceWatch } from '../../src/core/ports.js';
import { readSource } from '../../src/source/read-source.js';
import { watchSource } from '../../src/source/watch-source.js';
import { Kubelet, numberedPayload } from '../support/kubelet.js';
import { makeTree, type Tree } from '../support/tree.js';

/** The re-scan would find everything; these tests are about what finds it sooner. */
const never = 3_600_000;

let home: Tree;
let directory: string;
let watch: SourceWatch | null;

beforeEach(async () => {
  home = await makeTree();
  directory = join(home.directory, 'migrations');
  watch = null;
});

afterEach(async () => {
  await watch?.close();
  await home.remove();
});

function start(rescanMs = never): SourceWatch {
  const onWarning = (message: string): void => {
    throw new Error(message);
  };
  watch = watchSource(directory, { rescanMs, onWarning });
  return watch;
}

/**
 * Reads after each hint until the source is as wanted; rejects when no hint comes in time. What was wanted has been
 * written before, so a first read without a hint would prove nothing.
 */
async function readUntil(
  hints: SourceWatch,
  isWanted: (snapshot: Snapshot | null) => boolean,
  withinMs = 60_000,
): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  for (;;) {
    await hints.next(deadline);
    const snapshot = await readSource(directory, { schemas: null, reserved: [] }).catch(() => null);
    if (isWanted(snapshot)) return;
  }
}

function holds(files: Readonly<Record<string, string>>): (snapshot: Snapshot | null) => boolean {
  const wanted = JSON.stringify(Object.entries(files).sort());
  return (snapshot) =>
    snapshot !== null &&
    JSON.stringify(snapshot.migrations.map(({ path, sql }) => [path, sql]).sort()) === wanted;
}

describe.each([
  ['after', false],
  ['before', true],
] as const)('a mount, links %s the swap', (_order, linksFirst) => {
  test.each([1, 2, 50])('after %i swaps at once the last one is seen', async (swaps) => {
    const kubelet = Kubelet.mount(directory, numberedPayload(0), { linksFirst });
    const hints = start();
    let last = '';
    for (let number = 1; number <= swaps; number += 1) last = kubelet.swap(numberedPayload(number));
    await readUntil(hints, (snapshot) => snapshot?.generation === last);
  });

  test('each swap is seen when the one before has been read', async () => {
    const kubelet = Kubelet.mount(directory, numberedPayload(0), { linksFirst });
    const hints = start();
    for (let number = 1; number <= 20; number += 1) {
      const generation = kubelet.swap(numberedPayload(number));
      await readUntil(hints, (snapshot) => snapshot?.generation === generation);
    }
  });
});

describe('a mount', () => {
  test('a mount that is emptied, and filled again, is seen', async () => {
    const kubelet = Kubelet.mount(directory, { 'a_1_x.sql': 'v1' });
    const hints = start();
    kubelet.empty();
    await readUntil(hints, holds({}));
    kubelet.swap({ 'a_1_x.sql': 'v2' });
    await readUntil(hints, holds({ 'a_1_x.sql': 'v2' }));
  });

  test('a mount that is deleted and made again is seen, and so is every swap after that', async () => {
    const kubelet = Kubelet.mount(directory, numberedPayload(0));
    const hints = start();
    for (let number = 1; number <= 6; number += 2) {
      const replaced = kubelet.replace(numberedPayload(number));
      await readUntil(hints, (snapshot) => snapshot?.generation === replaced);
      const swapped = kubelet.swap(numberedPayload(number + 1));
      await readUntil(hints, (snapshot) => snapshot?.generation === swapped);
    }
  });

  test('a mount that comes into a directory which was there is seen, swap by swap', async () => {
    await mkdir(directory);
    const hints = start();
    const kubelet = Kubelet.mount(directory, numberedPayload(1));
    await readUntil(hints, (snapshot) => snapshot?.migrations.length === 5);
    const generation = kubelet.swap(numberedPayload(2));
    await readUntil(hints, (snapshot) => snapshot?.generation === generation);
  });

  test('a mount that is cleared away and becomes a tree is seen, edit by edit', async () => {
    Kubelet.mount(directory, { 'a_1_x.sql': 'v1' });
    const hints = start();
    for (const name of await readdir(directory)) {
      await rm(join(directory, name), { recursive: true });
    }
    await home.write({ 'migrations/a/1_x.sql': 'v1' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v1' }));
    // The look each second finds out that it is another kind of source.
    while ((await hints.next(AbortSignal.timeout(60_000))).kind !== 'poll');
    for (const version of ['v2', 'v3', 'v4', 'v5']) {
      await home.write({ 'migrations/a/1_x.sql': version });
      await readUntil(hints, holds({ 'a/1_x.sql': version }));
    }
  });

  test('with nested paths is seen', async () => {
    const kubelet = Kubelet.mount(directory, { 'a/1_x.sql': 'v1' });
    const hints = start();
    kubelet.swap({ 'a/1_x.sql': 'v2', 'b/1_x.sql': 'v1' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v2', 'b/1_x.sql': 'v1' }));
  });
});

describe('a tree', () => {
  const write = (files: Readonly<Record<string, string | null>>): Promise<void> =>
    home.write(
      Object.fromEntries(
        Object.entries(files).map(([path, content]) => [`migrations/${path}`, content]),
      ),
    );

  test('an edit, a new file, a new schema, a deletion: each is seen', async () => {
    await write({ 'a/1_x.sql': 'v1' });
    const hints = start();
    await write({ 'a/1_x.sql': 'v2' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v2' }));
    await write({ 'a/2_x.sql': 'v1' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v2', 'a/2_x.sql': 'v1' }));
    await write({ 'b/1_x.sql': 'v1' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v2', 'a/2_x.sql': 'v1', 'b/1_x.sql': 'v1' }));
    await write({ 'a/1_x.sql': null });
    await readUntil(hints, holds({ 'a/2_x.sql': 'v1', 'b/1_x.sql': 'v1' }));
    await rm(join(directory, 'a'), { recursive: true });
    await readUntil(hints, holds({ 'b/1_x.sql': 'v1' }));
  });

  test('an edit right after the one before was read is seen: chokidar drops its second event', async () => {
    await write({ 'a/1_x.sql': 'v0' });
    const hints = start();
    for (let version = 1; version <= 20; version += 1) {
      await write({ 'a/1_x.sql': `v${version}` });
      await readUntil(hints, holds({ 'a/1_x.sql': `v${version}` }));
    }
  });

  test('what changes while the watch is still looking round is seen', async () => {
    await write({ 'a/1_x.sql': 'v1' });
    for (let round = 0; round < 10; round += 1) {
      const hints = start();
      await write({ [`a/${round}2_x.sql`]: 'v1' });
      await readUntil(hints, (snapshot) => snapshot?.migrations.length === round + 2);
      await hints.close();
    }
  });

  test('a tree that is never quiet gives hints all the same', async () => {
    await write({ 'a/1_x.sql': 'v0' });
    const hints = start();
    const deadline = AbortSignal.timeout(60_000);
    const over = new AbortController();
    let version = 0;
    await hints.next(deadline);
    const hinted = hints.next(deadline).finally(() => {
      over.abort();
    });
    while (!over.signal.aborted) {
      version += 1;
      writeFileSync(join(directory, 'a/1_x.sql'), `v${version}`);
      await new Promise(setImmediate);
    }
    await hinted;
    expect(version).toBeGreaterThan(1);
  });

  test('missing at first, and made later, is seen, and so is every edit after that', async () => {
    const hints = start();
    await write({ 'a/1_x.sql': 'v1' });
    await readUntil(hints, holds({ 'a/1_x.sql': 'v1' }));
    for (const version of ['v2', 'v3', 'v4']) {
      await write({ 'a/1_x.sql': version });
      await readUntil(hints, holds({ 'a/1_x.sql': version }));
    }
  });

  test('deleted and made again is seen, and so is every edit after that', async () => {
    await write({ 'a/1_x.sql': 'v1' });
    const hints = start();
    for (const round of ['x', 'y', 'z']) {
      await rm(directory, { recursive: true });
      await write({ 'a/1_x.sql': round });
      await readUntil(hints, holds({ 'a/1_x.sql': round }));
      for (const version of ['v2', 'v3', 'v4']) {
        await write({ 'a/1_x.sql': round + version });
        await readUntil(hints, holds({ 'a/1_x.sql': round + version }));
      }
    }
  });

  test('a tree that goes is seen', async () => {
    await write({ 'a/1_x.sql': 'v1' });
    const hints = start();
    await rm(directory, { recursive: true });
    await readUntil(hints, (snapshot) => snapshot === null);
  });
});

describe('next', () => {
  test('gives a hint at every re-scan, even where there is nothing', async () => {
    const hints = start(20);
    const deadline = AbortSignal.timeout(60_000);
    expect(await hints.next(deadline)).toEqual({ kind: 'rescan' });
    expect(await hints.next(deadline)).toEqual({ kind: 'rescan' });
  });

  test('keeps a hint that came while nobody waited', async () => {
    const hints = start(20);
    const deadline = AbortSignal.timeout(60_000);
    await hints.next(deadline);
    const other = watchSource(directory, { rescanMs: 60, onWarning: () => undefined });
    await other.next(deadline);
    await other.close();
    expect(await Promise.race([hints.next(deadline), Promise.resolve('nothing')])).toEqual({
      kind: 'rescan',
    });
  });

  test('rejects with Interrupted when the signal fires, or has fired', async () => {
    const hints = start();
    const stop = new AbortController();
    const waiting = hints.next(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toBeInstanceOf(Interrupted);
    await expect(hints.next(stop.signal)).rejects.toBeInstanceOf(Interrupted);
  });

  test('leaves no listener on the signal, however often it is called', async () => {
    const hints = start(1);
    const { signal } = new AbortController();
    for (let round = 0; round < 30; round += 1) await hints.next(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const over = new AbortController();
    const waiting = hints.next(over.signal);
    over.abort();
    await waiting.catch(() => undefined);
    expect(getEventListeners(over.signal, 'abort')).toHaveLength(0);
  });
});

describe('close', () => {
  const held = (): Record<string, number> => {
    const kinds = process.getActiveResourcesInfo().filter((kind) => /Timeout|FSEvent/.test(kind));
    return Object.fromEntries(
      ['Timeout', 'FSEventWrap'].map((kind) => [
        kind,
        kinds.filter((each) => each === kind).length,
      ]),
    );
  };

  test('leaves no timer and no watch behind, so that the process can end', async () => {
    await home.write({ 'migrations/a/1_x.sql': 'v1' });
    const before = held();
    const hints = start();
    await hints.next(AbortSignal.timeout(60_000));
    expect(held()).not.toEqual(before);
    await hints.close();
    await expect.poll(held).toEqual(before);
  });

  test('sends away who still waits', async () => {
    const hints = start();
    const waiting = hints.next(AbortSignal.timeout(60_000));
    await hints.close();
    await expect(waiting).rejects.toBeInstanceOf(Interrupted);
  });
});
