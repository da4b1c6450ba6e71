import { type Backoff, backoffAfter, backoffMs, connectionBackoff } from './backoff.js';
import { type Left, outsideBackoff, ownWaitMs } from './retry.js';

/**
 * The state of `pgm watch` between two runs; the loop around it only reads the mount, runs and sleeps.
 * Times are milliseconds of the monotonic clock.
 */
export interface ReconcileState {
  /** Revision of the newest snapshot; null while there is no source. */
  readonly seen: string | null;
  /** Revision of the last run that finished, even if files failed. */
  readonly attempted: string | null;
  /** Revision that needs no further run: everything is applied, or another attempt would change nothing. */
  readonly settled: string | null;
  /** Consecutive attempts that did not settle `seen`. */
  readonly failures: number;
  /** When to try again; null when no retry is planned. */
  readonly retryAt: number | null;
  /** The last run found no connection, so the next one may start as soon as the server answers anyone. */
  readonly awaitsServer: boolean;
}

export const firstState: ReconcileState = {
  seen: null,
  attempted: null,
  settled: null,
  failures: 0,
  retryAt: null,
  awaitsServer: false,
};

export type ReconcileEvent =
  | { readonly kind: 'source-read'; readonly revision: string }
  | { readonly kind: 'source-missing' }
  /** Everything in the snapshot is in the database. */
  | { readonly kind: 'run-settled' }
  /** The run finished, and some files failed or are held: `left` says which, as of `now`. */
  | {
      readonly kind: 'run-incomplete';
      readonly left: Pick<Left, 'nextAt' | 'isOutside'>;
      readonly now: number;
      readonly random: number;
    }
  /** Everything was tried, and something is due again: the database was changed meanwhile. */
  | { readonly kind: 'run-overtaken'; readonly now: number; readonly random: number }
  /** The run applied nothing, because another revision has been wanted since. */
  | { readonly kind: 'run-superseded'; readonly now: number; readonly random: number }
  /** The run applied nothing, because of what `--lint` found: lint's settings, or what is applied, may change. */
  | { readonly kind: 'run-held'; readonly now: number; readonly random: number }
  /** The run was aborted by a problem with the connection, the lock or the server. */
  | {
      readonly kind: 'run-broken';
      readonly now: number;
      readonly random: number;
      /** The error's code: a SQLSTATE, an error code of the system, or null. */
      readonly code: string | null;
      /** There was no connection. */
      readonly awaitsServer: boolean;
    }
  /** There was no run: the server is a standby, which may be promoted at any time. */
  | { readonly kind: 'run-follows'; readonly now: number; readonly random: number }
  /** The database lacks something that the last run applied. */
  | { readonly kind: 'database-differs'; readonly now: number }
  /** A retry was requested, or PostgreSQL is back: no retry waits any longer. */
  | { readonly kind: 'try-now' }
  /** The server has answered another question. */
  | { readonly kind: 'server-answered'; readonly now: number };

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
      return afterIncomplete(state, event);
    case 'run-overtaken':
      return { ...tryAgain(state, connectionBackoff, event), attempted: null, settled: null };
    case 'run-superseded':
    case 'run-held':
      return { ...lookAgain(state, event.now + supersededLookMs(event.random)), attempted: null };
    case 'run-broken': {
      const { awaitsServer } = event;
      const next = tryAgain(state, backoffAfter(event.code), event);
      return { ...next, settled: null, awaitsServer };
    }
    case 'run-follows':
      return lookAgain(state, event.now + lookMs(event.random));
    case 'database-differs':
      return afterDifference(state, event.now);
    case 'try-now':
      return { ...state, retryAt: null };
    case 'server-answered':
      return state.awaitsServer && state.retryAt !== null
        ? { ...state, retryAt: event.now, awaitsServer: false }
        : state;
  }
}

type Due =
  | { readonly kind: 'run' }
  /** Nothing to do for `ms` milliseconds, or with null until something changes. */
  | { readonly kind: 'wait'; readonly ms: number | null };

/** What the loop must do at `now`. */
export function due({ seen, settled, retryAt }: ReconcileState, now: number): Due {
  if (seen === null || seen === settled) return { kind: 'wait', ms: null };
  if (retryAt === null || retryAt <= now) return { kind: 'run' };
  return { kind: 'wait', ms: retryAt - now };
}

/**
 * True when there is most likely something to apply, so that the connection for the run lock is opened early. A wrong
 * guess wastes a connection. False at the start, when everything is usually applied, and for a retry, because the
 * server may be in trouble or a standby.
 */
export function expectsChange({ seen, attempted, retryAt }: ReconcileState): boolean {
  return attempted !== null && attempted !== seen && retryAt === null;
}

function afterIncomplete(
  state: ReconcileState,
  event: Extract<ReconcileEvent, { kind: 'run-incomplete' }>,
): ReconcileState {
  return {
    ...state,
    failures: state.failures + 1,
    retryAt: nextTryAt(state, event),
    attempted: state.seen,
    settled: null,
    awaitsServer: false,
  };
}

/**
 * Files that failed by their own fault have a time for their next try. The rest is retried like a problem that may pass
 * at any time; if there is neither, as when no file can be read, only looking at the history is left.
 */
function nextTryAt(
  { failures }: ReconcileState,
  { left, now, random }: Extract<ReconcileEvent, { kind: 'run-incomplete' }>,
): number {
  const outside = now + backoffMs(failures, random, outsideBackoff);
  const own = left.nextAt ?? (left.isOutside ? outside : now + ownWaitMs(failures + 1));
  return left.isOutside ? Math.min(own, outside) : own;
}

/** Everything seemed to be applied, or files failed, and now more is missing. A retry that is near stays. */
function afterDifference(state: ReconcileState, now: number): ReconcileState {
  const { seen, settled, attempted, retryAt } = state;
  if (settled !== null && settled === seen) return { ...state, attempted: null, settled: null };
  if (retryAt === null || attempted !== seen) return state;
  return { ...state, retryAt: Math.min(retryAt, now + outsideBackoff.firstMs) };
}

/** Between two checks of a standby: 1 to 3 s. A check is cheap, and a promotion can come at any time. */
function lookMs(random: number): number {
  return Math.round(1_000 + 2_000 * random);
}

/** Between two checks of a runner that applies nothing of its revision: 30 to 60 s. Hardly anything changes for it. */
function supersededLookMs(random: number): number {
  return Math.round(30_000 + 30_000 * random);
}

function lookAgain(state: ReconcileState, retryAt: number): ReconcileState {
  return { ...state, settled: null, failures: 0, retryAt, awaitsServer: false };
}

function tryAgain(
  state: ReconcileState,
  backoff: Backoff,
  { now, random }: { readonly now: number; readonly random: number },
): ReconcileState {
  const wait = backoffMs(state.failures, random, backoff);
  return { ...state, failures: state.failures + 1, retryAt: now + wait, awaitsServer: false };
}
