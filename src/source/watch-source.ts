import { type FSWatcher, watch } from 'chokidar';
import { errnoOrText } from '../core/errors.js';
import type { SourceHint, SourceWatch } from '../core/ports.js';
import { Debounce, HintSlot } from './hints.js';
import { readGeneration } from './list-entries.js';
import { type MountIdentity, mountIdentity } from './read-source.js';
import { SwapWatcher } from './swap-watcher.js';

interface WatchOptions {
  /** Milliseconds between full re-scans, which find what all else has missed. */
  readonly rescanMs: number;
  /** Called once when file events are not available; polling goes on. */
  readonly onWarning: (message: string) => void;
}

/**
 * Watches a tree or a kubelet mount. Hints come from three sources, the fastest first: chokidar's events, a check of the
 * mount's identity every second (chokidar sees nothing more once the directory was replaced), and a full re-scan.
 */
export function watchSource(directory: string, options: WatchOptions): SourceWatch {
  return new DirectoryWatch(directory, options);
}

const pollMs = 1_000;

const treeOptions = {
  // The first run reads existing files.
  ignoreInitial: true,
  // The files of a tree are one level down. Deeper files are refused anyway.
  depth: 1,
  followSymlinks: false,
};

class DirectoryWatch implements SourceWatch {
  #watcher: FSWatcher | null = null;
  #identity: MountIdentity | null;
  #warned = false;
  readonly #hints = new HintSlot();
  readonly #changes = new Debounce(() => {
    this.#hints.put('event');
  });
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(
    readonly directory: string,
    readonly options: WatchOptions,
  ) {
    this.#identity = mountIdentity(directory);
    this.#startWatcher();
    this.#timers = [
      setInterval(() => {
        this.#poll();
      }, pollMs),
      setInterval(() => {
        if (this.#watcher === null) this.#startWatcher();
        this.#hints.put('rescan');
      }, options.rescanMs),
    ];
  }

  next(signal: AbortSignal): Promise<SourceHint> {
    return this.#hints.take(signal);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#changes.stop();
    this.#hints.close();
    await this.#stopWatcher();
  }

  #onChange(): void {
    const before = this.#identity;
    const generation = readGeneration(this.directory);
    if (before === null || before.generation === null || generation === null) {
      this.#changes.changed();
      return;
    }
    // The kubelet causes several events in one swap. All but one are about things that are not read: the links of keys, and
    // generations that are not mounted yet or no longer.
    if (generation === before.generation) return;
    this.#identity = { ...before, generation, generations: generation };
    // A generation is complete from the moment the link points to it, so there is nothing to wait for.
    this.#hints.put('event');
  }

  #startWatcher(): void {
    void this.#stopWatcher();
    if (this.#identity === null) return;
    const watcher = isMount(this.#identity)
      ? new SwapWatcher(this.directory)
      : watch(this.directory, treeOptions);
    const onChange = (): void => {
      this.#onChange();
    };
    // Raw events too: chokidar drops the second of two changes to a file within 50 ms.
    watcher.on('raw', onChange).on('all', onChange);
    // Changes during chokidar's initial scan cause no event of their own.
    watcher.on('ready', onChange);
    watcher.on('error', (error) => {
      this.#onError(errnoOrText(error));
    });
    this.#watcher = watcher;
  }

  async #stopWatcher(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    if (watcher === null) return;
    const closed = watcher.close();
    // close() removes the listeners; an error that arrives after that would end the process.
    watcher.on('error', () => undefined);
    await closed;
  }

  /** Out of watches or descriptors: polling finds the changes instead, and each re-scan tries to start a watcher again. */
  #onError(code: string): void {
    void this.#stopWatcher();
    if (this.#warned) return;
    this.#warned = true;
    this.options.onWarning(
      `no file events for ${this.directory} (${code}); ${this.#withoutEvents()}`,
    );
  }

  #withoutEvents(): string {
    const rescan = `every ${this.options.rescanMs / 1000} s`;
    return this.#identity?.generations === ''
      ? `pgm reads the files again ${rescan} instead`
      : `pgm looks every ${pollMs / 1000} s for new content of the mount instead, and reads all ${rescan}`;
  }

  #poll(): void {
    const before = this.#identity;
    this.#identity = mountIdentity(this.directory);
    const isReplaced = before?.directory !== this.#identity?.directory;
    const isSwapped = before?.generations !== this.#identity?.generations;
    const isOfOtherKind = isMount(before) !== isMount(this.#identity);
    if (isReplaced || isOfOtherKind) this.#startWatcher();
    if (isReplaced || isSwapped) this.#hints.put('poll');
  }
}

function isMount(identity: MountIdentity | null): boolean {
  return identity !== null && identity.generation !== null;
}
