import { Interrupted } from '../core/errors.js';
import type { SourceWatch } from '../core/ports.js';
import type { FollowedSource } from './follow-source.js';

/** Keeps the newest snapshot at hand for the probes until the signal fires, and does nothing else: it never migrates. */
export async function serveHealth(
  followed: FollowedSource,
  sourceWatch: SourceWatch,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await followed.refresh();
    try {
      await sourceWatch.next(signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }
}
