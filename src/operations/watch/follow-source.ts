import { SourceMissing } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Source } from '../../core/ports.js';

/** The newest snapshot of a source, which may appear and disappear; what did not change is not reported again. */
export class FollowedSource {
  #snapshot: Snapshot | null = null;
  #missingBecause: string | null = null;
  #hasLooked = false;

  constructor(
    readonly source: Source,
    readonly emit: Emit,
  ) {}

  /** Null while there is no source. The same object as long as the content is the same. */
  get snapshot(): Snapshot | null {
    return this.#snapshot;
  }

  /** Whether it is known that there is a source, or that there is none. */
  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  /** Reads the source again. */
  async refresh(): Promise<Snapshot | null> {
    try {
      this.#found(await this.source.read());
    } catch (error) {
      if (!(error instanceof SourceMissing)) throw error;
      this.#missed(error.message);
    }
    this.#hasLooked = true;
    return this.#snapshot;
  }

  #found(snapshot: Snapshot): void {
    this.#missingBecause = null;
    if (snapshot.revision === this.#snapshot?.revision) return;
    this.#snapshot = snapshot;
    this.emit({ kind: 'source-read', directory: this.source.directory, snapshot });
  }

  #missed(reason: string): void {
    this.#snapshot = null;
    if (reason === this.#missingBecause) return;
    this.#missingBecause = reason;
    this.emit({ kind: 'source-missing', directory: this.source.directory, reason });
  }
}
