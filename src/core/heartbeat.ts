/** Whether the process works, as `/liveness` tells it. */
export type Pulse =
  | { readonly kind: 'beating' }
  /** Nothing was heard for too long of the event loop, or of the loop that reconciles. */
  | { readonly kind: 'stalled'; readonly loop: Loop; readonly silentMs: number };

export type Loop = 'event' | 'reconcile';

/** When each loop last gave a sign of life, in milliseconds of the monotonic clock. */
export interface Beats {
  readonly event: number;
  /** Null where nothing is reconciled, or before it has begun. */
  readonly reconcile: number | null;
}

/** Milliseconds of silence after which each loop counts as stalled. */
export interface Patience {
  readonly event: number;
  readonly reconcile: number;
}

/** The event loop is asked each second; a block of ten is a bug, whatever blocked it. */
const eventLoopMs = 10_000;

/**
 * The reconcile loop gives a sign at each step, at each re-scan, at each try for the lock or the server, and each 30 s
 * while a file runs, however long it runs. Four signs missed in a row is a bug, not a slow server.
 */
export function patience(rescanIntervalMs: number): Patience {
  return { event: eventLoopMs, reconcile: 4 * Math.max(rescanIntervalMs, 30_000) };
}

export function pulse(beats: Beats, now: number, allowed: Patience): Pulse {
  const eventMs = now - beats.event;
  if (eventMs > allowed.event) return { kind: 'stalled', loop: 'event', silentMs: eventMs };
  const reconcileMs = beats.reconcile === null ? 0 : now - beats.reconcile;
  return reconcileMs > allowed.reconcile
    ? { kind: 'stalled', loop: 'reconcile', silentMs: reconcileMs }
    : { kind: 'beating' };
}
