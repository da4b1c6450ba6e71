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

  constructor(public files: Files | null) {}

  read(): Promise<Snapshot> {
    this.reads += 1;
    if (this.files !== null) return Promise.resolve(snapshotOf(this.files));
    return Promise.reject(new SourceMissing(this.directory, this.missingBecause));
  }
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
