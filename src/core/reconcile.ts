import { type Backoff, backoffMs, connectionBackoff } from './backoff.js';
import type { Migration } from './migration.js';

/**
 * Where `pgm watch` stands between two runs, as one value; the loop around it only reads the mount, runs and sleeps.
 * Times are milliseconds of the monotonic clock.
 */
export interface ReconcileState {
  /** Revision of the newest snapshot; null as long as there is no source. */
  readonly seen: string | null;
  /** Revision of the last run that came to its end, whatever became of its files. */
  readonly attempted: string | null;
  /** Revision that needs no further run: all applied, or nothing that another try could mend. */
  readonly settled: string | null;
  /** Tries of `seen` that did not settle it, in a row. */
  readonly failures: number;
  /** When to try again; null when there is nothing to try. */
  readonly retryAt: number | null;
}

export const firstState: ReconcileState = {
  seen: null,
  attempted: null,
  settled: null,
  failures: 0,
  retryAt: null,
};

export type ReconcileEvent =
  | { readonly kind: 'source-read'; readonly revision: string }
  | { readonly kind: 'source-missing' }
  /** All of the snapshot is in the database. */
  | { readonly kind: 'run-settled' }
  /** The run came to its end, and some files failed or are held. */
  | { readonly kind: 'run-incomplete'; readonly now: number; readonly random: number }
  /** The run broke off: connection, lock, server. */
  | { readonly kind: 'run-broken'; readonly now: number; readonly random: number }
  /** There was no run: the server is a standby, and may be promoted at any moment. */
  | { readonly kind: 'run-follows'; readonly now: number; readonly random: number }
  /** Something says that the database lacks what the last run left there. Of interest only when all was thought done. */
  | { readonly kind: 'database-differs' };

export function reconcile(state: ReconcileState, event: ReconcileEvent): ReconcileState {
  switch (event.kind) {
    case 'source-read':
      return event.revision === state.seen
        ? state
        : { ...state, seen: event.revision, failures: 0, retryAt: null };
    case 'source-missing':
      return { ...state, seen: null, failures: 0, retryAt: null };
    case 'run-settled':
      return { ...state, attempted: state.seen, settled: state.seen, failures: 0, retryAt: null };
    case 'run-incomplete':
      return {
        ...tryAgain(state, failedFileBackoff, event),
        attempted: state.seen,
        settled: null,
      };
    case 'run-broken':
      return { ...tryAgain(state, connectionBackoff, event), settled: null };
    case 'run-follows':
      return { ...state, failures: 0, settled: null, retryAt: event.now + lookMs(event.random) };
    case 'database-differs':
      return state.settled === null || state.settled !== state.seen
        ? state
        : { ...state, attempted: null, settled: null };
  }
}

export type Due =
  | { readonly kind: 'run' }
  /** Nothing to do before `ms` are over; null: before something changes. */
  | { readonly kind: 'wait'; readonly ms: number | null };

/** What the loop has to do at `now`. */
export function due({ seen, settled, retryAt }: ReconcileState, now: number): Due {
  if (seen === null || seen === settled) return { kind: 'wait', ms: null };
  if (retryAt === null || retryAt <= now) return { kind: 'run' };
  return { kind: 'wait', ms: retryAt - now };
}

/**
 * What can be told of a run beforehand. A change: something is most likely to be applied, so the backend for the run lock
 * is opened at once, at the cost of a connection where it is not. New content besides, where all was in place before: a
 * digest that differs now says that it is due, so the lock is taken first where it is free, and the rows are read once,
 * behind it.
 */
export type Expectation = 'change' | 'new content';

/**
 * Of the run that is due; null where nothing is expected: at the start, where most often all is in place, and where a run
 * is tried again, as its server may be in trouble, or a standby. `inPlace`: the checksums of the last run's source, if the
 * history had just that in the end.
 */
export function expectationOf(
  { seen, attempted, retryAt }: ReconcileState,
  migrations: readonly Pick<Migration, 'checksum'>[],
  inPlace: ReadonlySet<string> | null,
): Expectation | null {
  if (attempted === null || attempted === seen || retryAt !== null) return null;
  const hasNew = inPlace !== null && migrations.some(({ checksum }) => !inPlace.has(checksum));
  return hasNew ? 'new content' : 'change';
}

/**
 * A failed file most likely stays one until somebody edits it, and each try writes to the history; but it may have failed
 * for want of what somebody else mends, and then no more than a minute may pass until it is found to be fine.
 */
const failedFileBackoff: Backoff = { firstMs: 15_000, mostMs: 60_000 };

/** Between looks at a standby: 1 to 3 s. One costs next to nothing, and nobody can tell when the promotion comes. */
function lookMs(random: number): number {
  return Math.round(1_000 + 2_000 * random);
}

function tryAgain(
  state: ReconcileState,
  backoff: Backoff,
  { now, random }: { readonly now: number; readonly random: number },
): ReconcileState {
  const wait = backoffMs(state.failures, random, backoff);
  return { ...state, failures: state.failures + 1, retryAt: now + wait };
}
