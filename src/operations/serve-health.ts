import { Interrupted } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { SourceWatch } from '../core/ports.js';
import type { FollowedSource } from './watch/follow-source.js';

interface ServeHealthPorts {
  readonly followed: FollowedSource;
  readonly sourceWatch: SourceWatch;
  readonly emit: Emit;
  /** Called at each turn: a sign of life. */
  readonly beat: () => void;
}

/** Keeps the newest snapshot for the probes until the signal fires, and does nothing else: it never migrates. */
export async function serveHealth(
  { followed, sourceWatch, emit, beat }: ServeHealthPorts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    beat();
    await followed.refresh();
    try {
      const { kind: hint } = await sourceWatch.next(signal);
      emit({ kind: 'source-hinted', hint });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }
}
