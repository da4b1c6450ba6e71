import { Interrupted, SourceMissing } from '../../../src/core/errors.js';
import type { Snapshot } from '../../../src/core/files/migration.js';
import type { Source, SourceHint, SourceWatch } from '../../../src/core/ports.js';
import { type Files, snapshotOf } from './snapshot.js';

/** A source whose files a test writes down; null is a directory that is not there. */
export class MemorySource implements Source {
  readonly directory = '/migrations';
  readonly origin = '--dir';
  reads = 0;
  missingBecause = `the migrations directory ${this.directory} does not exist`;

  #last: { readonly files: Files; readonly snapshot: Snapshot } | null = null;

  constructor(public files: Files | null) {}

  read(): Promise<Snapshot> {
    this.reads += 1;
    if (this.files !== null) return Promise.resolve(this.#snapshot(this.files));
    return Promise.reject(new SourceMissing(this.directory, this.missingBecause));
  }

  /** A day of a watch reads the same texts each second: they make one snapshot. */
  #snapshot(files: Files): Snapshot {
    if (this.#last === null || !areSameTexts(this.#last.files, files)) {
      this.#last = { files: { ...files }, snapshot: snapshotOf(files) };
    }
    return this.#last.snapshot;
  }
}

/** Bytes may have been changed where they are, so only texts are the same. */
function areSameTexts(these: Files, those: Files): boolean {
  const [ours, theirs] = [Object.entries(these), Object.entries(those)];
  return (
    ours.length === theirs.length &&
    ours.every(([path, text], at) => {
      const [otherPath, other] = theirs[at] ?? [];
      return typeof text === 'string' && path === otherPath && text === other;
    })
  );
}

/** Hints that a test gives; kept until somebody asks, as the real watch does. */
export class MemorySourceWatch implements SourceWatch {
  #pending = false;
  #wake: (() => void) | null = null;

  hint(): void {
    this.#pending = true;
    this.#wake?.();
  }

  next(signal: AbortSignal): Promise<SourceHint> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#wake = null;
        reject(new Interrupted());
      };
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        this.#wake = null;
        this.#pending = false;
        resolve({ kind: 'event' });
      };
      if (signal.aborted) stop();
      else if (this.#pending) wake();
      else {
        signal.addEventListener('abort', stop, { once: true });
        this.#wake = wake;
      }
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
