import type { DriftSeen } from '../../core/drift/drift-seen.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { CatalogKeeper, Keeping } from '../drift/keeper.js';
import { settledOrAborted } from '../drift/in-time.js';
import type { DriftWatch } from './drift-watch.js';

/** The work between two runs: the catalog is kept as the files made it, and looked at repeatedly. */
export class AtRest {
  #keeping: Keeping | null = null;

  constructor(
    readonly keeper: CatalogKeeper | null,
    readonly drift: DriftWatch | null,
    readonly stop: AbortSignal,
  ) {}

  get seen(): DriftSeen | null {
    return this.drift?.seen ?? null;
  }

  /** Called when a run has ended by itself. */
  begin(snapshot: Snapshot): void {
    this.#keeping = this.keeper?.begin(snapshot) ?? null;
    this.drift?.resume(this.#keeping?.done ?? null);
  }

  /** Settles when it asks the server nothing any more. Never throws. */
  async end(): Promise<void> {
    const keeping = this.#keeping;
    await keeping?.end();
    // It must not be connecting while a run does: a role may have only two connections.
    if (keeping !== null) await settledOrAborted(keeping.done, this.stop);
    await this.drift?.pause();
  }
}
