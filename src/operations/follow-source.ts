import { SourceMissing } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { Snapshot } from '../core/migration.js';
import type { Source } from '../core/ports.js';

/** The newest snapshot of a source, through its coming and going; what did not change is not told again. */
export class FollowedSource {
  #snapshot: Snapshot | null = null;
  #missingTold = false;

  constructor(
    readonly source: Source,
    readonly emit: Emit,
  ) {}

  /** Null while there is no source. The same object as long as the content is the same. */
  get snapshot(): Snapshot | null {
    return this.#snapshot;
  }

  /** Reads the source once more. */
  async refresh(): Promise<Snapshot | null> {
    const { source, emit } = this;
    const { directory } = source;
    try {
      const snapshot = await source.read();
      this.#missingTold = false;
      if (snapshot.revision === this.#snapshot?.revision) return this.#snapshot;
      this.#snapshot = snapshot;
      emit({ kind: 'source-read', directory, snapshot });
    } catch (error) {
      if (!(error instanceof SourceMissing)) throw error;
      this.#snapshot = null;
      if (!this.#missingTold) emit({ kind: 'source-missing', directory, reason: error.message });
      this.#missingTold = true;
    }
    return this.#snapshot;
  }
}
