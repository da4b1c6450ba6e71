/** Whether the process works, as `/liveness` reports it. */
export type Pulse =
  | { readonly kind: 'beating' }
  /** The event loop or the reconcile loop has shown no activity for too long. */
  | { readonly kind: 'stalled'; readonly loop: Loop; readonly silentMs: number };

type Loop = 'event' | 'reconcile';

/** When each loop was last active, in milliseconds of the monotonic clock. */
export interface Beats {
  readonly event: number;
  /** Null in a process without a reconcile loop, or before that has started. */
  readonly reconcile: number | null;
}

/** Milliseconds of silence after which each loop counts as stalled. */
interface Patience {
  readonly event: number;
  readonly reconcile: number;
}

/** The event loop reports every second; blocking it for ten seconds is a bug. */
const eventLoopMs = 10_000;

/**
 * The reconcile loop reports at each step, at each re-scan, at each attempt to get the lock or a connection, and every
 * 10 s while a file runs, however long that takes. Four missing reports in a row are a bug, not a slow server.
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
