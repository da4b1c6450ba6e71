import { type FSWatcher, watch } from 'chokidar';
import { Interrupted } from '../core/errors.js';
import type { SourceHint, SourceWatch } from '../core/ports.js';
import { mountIdentity } from './mount.js';

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
/** Kubelet and editors make several events of one change; the quiet time after the last one makes it one hint. */
const quietMs = 25;

class DirectoryWatch implements SourceWatch {
  #watcher: FSWatcher | null = null;
  #identity: ReturnType<typeof mountIdentity>;
  #pending: SourceHint | null = null;
  #wake: (() => void) | null = null;
  #quiet: NodeJS.Timeout | undefined;
  #warned = false;
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
    while (this.#pending === null) await this.#hinted(signal);
    const hint = this.#pending;
    this.#pending = null;
    return hint;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#quiet);
    await this.#watcher?.close();
  }

  async #hinted(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Interrupted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
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

  #arm(): void {
    const old = this.#watcher;
    this.#watcher = null;
    void old?.close();
    if (this.#identity === null) return;
    const mounted = this.#identity.generation !== null;
    this.#watcher = watch(this.directory, {
      // What is there already is read by the first run.
      ignoreInitial: true,
      // A mount changes by its links only; a tree has its files one level down. Deeper files are refused anyway.
      depth: mounted ? 0 : 1,
      // The swap *is* a change of links; following them would watch a generation that is about to be deleted.
      followSymlinks: false,
    });
    this.#watcher.on('all', () => {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => {
        this.#hint('event');
      }, quietMs);
    });
    this.#watcher.on('error', (error) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      this.#lose(code);
    });
  }

  /** Out of watches or descriptors: the polls find what events would have told, and each re-scan tries to arm it again. */
  #lose(code: string): void {
    if (this.#watcher === null) return;
    void this.#watcher.close();
    this.#watcher = null;
    if (this.#warned) return;
    this.#warned = true;
    this.options.onWarning(
      `no file events for ${this.directory} (${code}); pgm looks every ${this.options.rescanMs / 1000} s instead`,
    );
  }

  #poll(): void {
    const before = this.#identity;
    this.#identity = mountIdentity(this.directory);
    const replaced = before?.inode !== this.#identity?.inode;
    if (replaced) this.#arm();
    if (replaced || before?.generation !== this.#identity?.generation) this.#hint('poll');
  }
}
