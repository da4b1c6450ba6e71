import { EventEmitter, once } from 'node:events';
import { Interrupted } from '../core/errors.js';
import type { SourceHint } from '../core/ports.js';

/** Holds one hint until it is taken. More hints before that add nothing: they all mean "read the source again". */
export class HintSlot {
  #hint: SourceHint | null = null;
  #isClosed = false;
  readonly #changes = new EventEmitter();

  put(kind: SourceHint['kind']): void {
    this.#hint ??= { kind };
    this.#changes.emit('change');
  }

  /** Waits for a hint and takes it. Rejects with `Interrupted` when the signal aborts or the slot is closed. */
  async take(signal: AbortSignal): Promise<SourceHint> {
    while (this.#hint === null && !this.#isClosed) {
      await once(this.#changes, 'change', { signal }).catch(() => {
        throw new Interrupted();
      });
    }
    const hint = this.#hint;
    this.#hint = null;
    if (hint === null || this.#isClosed) throw new Interrupted();
    return hint;
  }

  close(): void {
    this.#isClosed = true;
    this.#changes.emit('change');
  }
}

/** A file in a tree may be saved in place, so it can be read empty or half written at first. */
const quietMs = 100;
/** A source that never comes to rest is reported this often. */
const longestWaitMs = 500;

/** Reports a series of changes once it is over, so that the next read sees all of them. */
export class Debounce {
  #series: { readonly since: number; readonly timer: NodeJS.Timeout } | null = null;

  constructor(readonly report: () => void) {}

  changed(): void {
    const now = performance.now();
    const since = this.#series?.since ?? now;
    const isTooLong = now - since >= longestWaitMs;
    this.stop();
    const timer = setTimeout(() => {
      this.#series = null;
      this.report();
    }, quietMs);
    this.#series = { since: isTooLong ? now : since, timer };
    if (isTooLong) this.report();
  }

  stop(): void {
    clearTimeout(this.#series?.timer);
  }
}
