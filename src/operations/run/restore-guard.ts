import { BeingRestored } from '../../core/errors.js';
import type { Clock, Database } from '../../core/ports.js';

interface RestoreGuardPorts {
  readonly database: Pick<Database, 'bystanders' | 'name'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Keeps `watch` from creating or filling a database that is being restored: its history existed on this very server, and is
 * gone. It waits until nobody else has been connected to the database for a while.
 */
export class RestoreGuard {
  /** The server where the history was last seen; null before that. */
  #server: string | null = null;
  /** Since when nobody else has been connected, as far as we know; null while nothing is missing. */
  #quietSince: number | null = null;

  constructor(
    readonly ports: RestoreGuardPorts,
    readonly graceMs: number,
  ) {}

  get isWaiting(): boolean {
    return this.#quietSince !== null;
  }

  /** Called when a run has found or created the history and has nothing left to wait for. */
  async saw(): Promise<void> {
    this.#quietSince = null;
    const seen = await this.ports.database.bystanders();
    this.#server = seen?.server ?? null;
  }

  /** A history that is back may still be loading: it has to be quiet for as long. */
  async beforeFilling(hasHistory: boolean): Promise<void> {
    if (!hasHistory || this.isWaiting) await this.assertFree();
  }

  get isKnown(): boolean {
    return this.#server !== null;
  }

  /** Throws `BeingRestored` as long as the database must be left alone. */
  async assertFree(): Promise<void> {
    if (this.#server === null) return;
    const { database, clock } = this.ports;
    const seen = await database.bystanders();
    if (seen !== null && seen.server !== this.#server) {
      this.#quietSince = null;
      return;
    }
    // If we may not see who is connected, the time alone decides.
    const sessions = seen?.sessions ?? 0;
    const now = clock.now();
    if (sessions > 0 || this.#quietSince === null) this.#quietSince = now;
    if (sessions === 0 && now - this.#quietSince >= this.graceMs) return;
    throw new BeingRestored(
      `the history of the database ${database.name} is gone, and the server is the same: somebody may be restoring it, so pgm ` +
        `waits until nobody else has been connected to it for ${this.graceMs / 1_000} s; pgm migrate goes at once`,
    );
  }
}
