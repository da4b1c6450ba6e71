import type { History } from '../core/history.js';
import type { RunLock, Session } from '../core/ports.js';
import { holdLock, type LockContext } from './hold-lock.js';

export interface LockedContext extends LockContext {
  readonly session: Session;
  /** False when there was no history when somebody last looked. */
  readonly hasHistory: boolean;
  /** The run lock, where it is had already; default null. */
  readonly held?: RunLock | null;
}

/**
 * Does its work under the run lock, with the history as it is there, made or brought up to date. A new one is made while
 * the connection of the lock is being opened: it needs no lock, and that takes as long. Throws what `holdLock` and the
 * session throw.
 */
export async function withRunLock<T>(
  context: LockedContext,
  work: (history: History, lock: RunLock) => Promise<T>,
): Promise<T> {
  const { session, hasHistory, held = null } = context;
  const making = hasHistory ? Promise.resolve(null) : session.makeHistory();
  // Where the lock is not had, that is what there is to say.
  making.catch(() => undefined);
  const { lock, waited } = held === null ? await holdLock(context) : { lock: held, waited: false };
  try {
    const made = await making;
    // While we waited, others may have filled it.
    const history = made === null || waited ? await session.ensureHistory() : made;
    return await work(history, lock);
  } finally {
    await lock.release();
  }
}
