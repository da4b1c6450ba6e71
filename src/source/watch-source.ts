import { type FSWatcher, watch } from 'chokidar';
import { Interrupted } from '../core/errors.js';
import type { SourceHint, SourceWatch } from '../core/ports.js';
import { codeOf } from './file-errors.js';
import { type MountIdentity, mountIdentity, readGeneration } from './mount.js';
import { SwapWatcher } from './swap-watcher.js';

export interface WatchOptions {
  /** Milliseconds between full re-scans: the net under everything else. */
  readonly rescanMs: number;
  /** Called once when events cannot be had; the polls go on. */
  readonly onWarning: (message: string) => void;
}

/**
 * Watches a tree or a kubelet mount. Three sources of hints, from quick to certain: chokidar's events, a look at the
 * mount's identity each second (chokidar is deaf for good once the directory was replaced), and a full re-scan.
 */
export function watchSource(directory: string, options: WatchOptions): SourceWatch {
  return new DirectoryWatch(directory, options);
}

const pollMs = 1_000;
/** A file in a tree may be saved in place, and is seen empty or half before it is seen whole. */
const quietMs = 100;
/** A source that is never quiet gives a hint each so often all the same. */
const longestWaitMs = 500;

const treeOptions = {
  // What is there already is read by the first run.
  ignoreInitial: true,
  // A tree has its files one level down. Deeper files are refused anyway.
  depth: 1,
  followSymlinks: false,
};

class DirectoryWatch implements SourceWatch {
  #watcher: FSWatcher | null = null;
  #identity: MountIdentity | null;
  #pending: SourceHint | null = null;
  #wake: (() => void) | null = null;
  #quiet: NodeJS.Timeout | undefined;
  #unrestSince: number | null = null;
  #warned = false;
  #closed = false;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(
    readonly directory: string,
    readonly options: WatchOptions,
  ) {
    this.#identity = mountIdentity(directory);
    this.#arm();
    this.#timers = [
      setInterval(() => {
        this.#poll();
      }, pollMs),
      setInterval(() => {
        if (this.#watcher === null) this.#arm();
        this.#hint('rescan');
      }, options.rescanMs),
    ];
  }

  async next(signal: AbortSignal): Promise<SourceHint> {
    while (this.#pending === null) {
      if (this.#closed || signal.aborted) throw new Interrupted();
      await this.#hinted(signal);
    }
    const hint = this.#pending;
    this.#pending = null;
    return hint;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#quiet);
    this.#closed = true;
    this.#wake?.();
    await this.#disarm();
  }

  async #hinted(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.#wake = null;
        reject(new Interrupted());
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#wake = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
    });
  }

  #hint(kind: SourceHint['kind']): void {
    this.#pending ??= { kind };
    this.#wake?.();
    this.#wake = null;
  }

  /** Something moved. */
  #noticed(): void {
    const before = this.#identity;
    const generation = readGeneration(this.directory);
    if (before === null || before.generation === null || generation === null) {
      this.#awaitQuiet();
      return;
    }
    // The kubelet makes several events of one swap. All but one of them are about what nobody reads: links of keys, and
    // generations that are not mounted yet, or no more.
    if (generation === before.generation) return;
    this.#identity = { ...before, generation };
    // It is whole from the moment the link leads to it.
    this.#hint('event');
  }

  /** The hint comes when it is quiet again, so that a read after it sees all there is. */
  #awaitQuiet(): void {
    const now = performance.now();
    this.#unrestSince ??= now;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#unrestSince = null;
      this.#hint('event');
    }, quietMs);
    if (now - this.#unrestSince < longestWaitMs) return;
    this.#unrestSince = now;
    this.#hint('event');
  }

  #arm(): void {
    void this.#disarm();
    if (this.#identity === null) return;
    const watcher = isMount(this.#identity)
      ? new SwapWatcher(this.directory)
      : watch(this.directory, treeOptions);
    const noticed = (): void => {
      this.#noticed();
    };
    // The raw events of the system: chokidar drops the second of two changes of a file within 50 ms.
    watcher.on('raw', noticed).on('all', noticed);
    // What changed while chokidar was still looking round counts as what it found.
    watcher.on('ready', noticed);
    watcher.on('error', (error) => {
      this.#lose(codeOf(error));
    });
    this.#watcher = watcher;
  }

  async #disarm(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    if (watcher === null) return;
    const closed = watcher.close();
    // An error that was on its way arrives after close() took the listeners off, and would end the process.
    watcher.on('error', () => undefined);
    await closed;
  }

  /** Out of watches or descriptors: the polls find what events would have told, and each re-scan tries to arm it again. */
  #lose(code: string): void {
    void this.#disarm();
    if (this.#warned) return;
    this.#warned = true;
    this.options.onWarning(
      `no file events for ${this.directory} (${code}); pgm looks every ${this.options.rescanMs / 1000} s instead`,
    );
  }

  #poll(): void {
    const before = this.#identity;
    this.#identity = mountIdentity(this.directory);
    const isReplaced = before?.directory !== this.#identity?.directory;
    const isSwapped = before?.generation !== this.#identity?.generation;
    const isOfOtherKind = isMount(before) !== isMount(this.#identity);
    if (isReplaced || isOfOtherKind) this.#arm();
    if (isReplaced || isSwapped) this.#hint('poll');
  }
}

function isMount(identity: MountIdentity | null): boolean {
  return identity !== null && identity.generation !== null;
}
