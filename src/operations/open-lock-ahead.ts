import type { Database, RunLock } from '../core/ports.js';

/** A backend for the run lock, on its way before anybody knows whether it will be needed. Nothing is locked by it. */
export interface LockAhead extends Pick<Database, 'openLock'> {
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
    openLock: async (): Promise<RunLock> => {
      isTaken = true;
      return (await opening) ?? database.openLock();
    },
    drop: async () => {
      if (!isTaken) await (await opening)?.release();
    },
  };
}
