import type { Database, RunLock } from '../core/ports.js';

/** A backend for the run lock, on its way before anybody knows whether it will be needed. Nothing is locked before somebody asks. */
export interface LockAhead extends Pick<Database, 'openLock'> {
  /** The run lock, had, if it is free at this moment; null otherwise, and then `openLock` gives the same backend. */
  tryLock(): Promise<RunLock | null>;
  /** Lets go of what was not asked for; settles when nothing of it is left. */
  drop(): Promise<void>;
}

/**
 * Begins to open it, beside the connection that is opened next: that one goes first, as it is needed first. Where it fails,
 * `openLock` tries once more, and throws what it throws then.
 */
export function openLockAhead(database: Pick<Database, 'openLock'>): LockAhead {
  const opening = Promise.resolve()
    .then(() => database.openLock())
    .catch(() => null);
  let isTaken = false;
  return {
    tryLock: async () => {
      const lock = await opening;
      if (lock === null || !(await lock.tryAcquire())) return null;
      isTaken = true;
      return lock;
    },
    openLock: async (): Promise<RunLock> => {
      isTaken = true;
      return (await opening) ?? database.openLock();
    },
    drop: async () => {
      if (!isTaken) await (await opening)?.release();
    },
  };
}
