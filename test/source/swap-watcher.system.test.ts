import { once } from 'node:events';
import { watch } from 'chokidar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SwapWatcher } from '../../src/source/swap-watcher.js';
import { Kubelet, numberedPayload } from '../support/kubelet.js';
import { makeTree, type Tree } from '../support/tree.js';

let home: Tree;
let kubelet: Kubelet;
let watcher: SwapWatcher;
let events: string[];

beforeEach(async () => {
  home = await makeTree();
  kubelet = Kubelet.mount(home.directory, numberedPayload(0));
  watcher = new SwapWatcher(home.directory);
  events = [];
  watcher.on('all', (event, path) => events.push(`${event} ${path}`));
  await once(watcher, 'ready');
});

afterEach(async () => {
  await watcher.close();
  await home.remove();
});

/** Settles when the system has told of `name`. */
async function toldOf(name: string): Promise<void> {
  for (;;) {
    const [, path] = (await once(watcher, 'raw', { signal: AbortSignal.timeout(60_000) })) as [
      string,
      string,
    ];
    if (path === name) return;
  }
}

test('the watcher tells of the link that is swapped, each time', async () => {
  for (let number = 1; number <= 20; number += 1) {
    const told = toldOf('..data');
    kubelet.swap(numberedPayload(number));
    await told;
  }
});

test('the watcher looks at no link, so that chokidar has nothing to say of them', async () => {
  // A watcher of chokidar's own sees to it that there was time enough.
  const control = watch(home.directory, { ignoreInitial: true, followSymlinks: false });
  try {
    const seen = once(control, 'change', { signal: AbortSignal.timeout(60_000) });
    await once(control, 'ready');
    kubelet.swap(numberedPayload(1));
    await seen;
    expect(Object.keys(control.getWatched()[home.directory] ?? {})).not.toEqual([]);
    expect(watcher.getWatched()[home.directory]).toEqual([]);
    expect(events).toEqual([]);
  } finally {
    await control.close();
  }
});
