import type { Migration, MigrationKey } from '../files/migration.js';
import type { History } from './history.js';

/**
 * What a runner has sent of one revision, over all its runs: a connection that is lost leaves files unreported, because they
 * were not durable yet or their COMMIT was not answered.
 */
export class Sent<T extends { readonly key: MigrationKey; readonly durationMs: number }> {
  #applied: T[] = [];
  readonly #unreported = new Map<MigrationKey, { readonly checksum: string; readonly as: T }>();

  /** `as`: what it will be reported as. */
  begun({ key, checksum }: Pick<Migration, 'key' | 'checksum'>, as: T): void {
    this.#unreported.set(key, { checksum, as });
  }

  /** `applied`: null if the file was not applied. */
  reported(key: MigrationKey, applied: T | null): void {
    this.#unreported.delete(key);
    if (applied !== null) this.#applied.push(applied);
  }

  get isReported(): boolean {
    return this.#unreported.size === 0;
  }

  /** All that was applied since this was last called. */
  take(): readonly T[] {
    const applied = this.#applied;
    this.#applied = [];
    return applied;
  }

  /**
   * The unreported files that were applied after all. The last try of a file was ours if it was made from this revision on
   * this host: another runner may have applied it meanwhile. What was not is forgotten; it is sent anew.
   */
  found({ rows }: History, { revision, host }: Whence): readonly T[] {
    return [...this.#unreported].flatMap(([key, { checksum, as }]) => {
      const row = rows.get(key);
      const isOurs =
        row?.revision === revision &&
        row.appliedChecksum === checksum &&
        host !== null &&
        row.appliedBy.endsWith(`@${host}`);
      if (!isOurs) this.#unreported.delete(key);
      return isOurs ? [{ ...as, durationMs: row.durationMs ?? 0 }] : [];
    });
  }
}

interface Whence {
  readonly revision: string;
  /** Null: not known. */
  readonly host: string | null;
}
