import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration, MigrationKey } from '../../core/files/migration.js';
import type { Clock } from '../../core/ports.js';
import type { MigrationStanding } from '../../core/run/compare.js';
import {
  afterFailure,
  dueAtOnce,
  type FailedFile,
  isLeftAlone,
  isOwnFault,
  type Left,
  leftAfter,
  outsideBackoff,
} from '../../core/watch/retry.js';

/**
 * When `watch` retries what has failed, as `core/watch/retry` decides. Kept in memory, so a new process tries everything at
 * once.
 */
export class Retries {
  #failed = new Map<MigrationKey, FailedFile>();

  constructor(readonly clock: Pick<Clock, 'now'>) {}

  /** Whether a run leaves it alone, because it failed recently and would fail again. */
  leavesAlone({ key, checksum }: Pick<Migration, 'key' | 'checksum'>): boolean {
    return isLeftAlone(this.#failed.get(key), checksum, this.clock.now());
  }

  /** Notes a failed try; returns the milliseconds until the next one, at most. */
  failed(
    { key, checksum }: Pick<Migration, 'key' | 'checksum'>,
    failure: Pick<MigrationFailure, 'sqlstate'>,
  ): number {
    if (!isOwnFault(failure)) {
      this.#failed.delete(key);
      return outsideBackoff.mostMs;
    }
    const now = this.clock.now();
    const file = afterFailure(this.#failed.get(key), checksum, now);
    this.#failed.set(key, file);
    return file.nextAt - now;
  }

  /** Something changed that they may need. */
  tryAll(): void {
    this.#failed = new Map(dueAtOnce(this.#failed));
  }

  /** After a run that left these. */
  left(statuses: readonly MigrationStanding[]): Left {
    const left = leftAfter(this.#failed, statuses);
    this.#failed = new Map(left.failed);
    return left;
  }
}
