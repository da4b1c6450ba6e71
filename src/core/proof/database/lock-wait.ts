import { contentionTries } from '../../failure/sqlstates.js';
import { count, duration } from '../../text/words.js';
import type { ShutOut } from './lock-modes.js';

/** How long others would wait for a lock, as far as that does not depend on them or on the size of the table. */
export interface LockWait {
  readonly shutOut: ShutOut;
  /** When it is released. */
  readonly until: 'commit' | 'end of statement';
  /** How many statements of the file come in between. */
  readonly statementsAfter: number;
  /** Whether the file already had the lock, or a stronger one, from an earlier statement; then it does not wait for it. */
  readonly isHeldBefore: boolean;
  /** Milliseconds that the statement waits for the lock in each try, with everybody else queued behind it; 0: without limit. */
  readonly lockTimeoutMs: number;
  /** How often the file is tried at most. */
  readonly tries: number;
}

/** The part that is the same for all locks of a statement. */
export type StatementWait = Pick<LockWait, 'until' | 'statementsAfter' | 'lockTimeoutMs'>;

export function lockWaitOf(
  { until, statementsAfter, lockTimeoutMs }: StatementWait,
  shutOut: ShutOut,
  isHeldBefore: boolean,
): LockWait {
  const tries = contentionTries;
  return { shutOut, until, statementsAfter, isHeldBefore, lockTimeoutMs, tries };
}

/** `until the file is committed, 3 statements later; before that, …`: follows the words for who waits. */
export function waitWords(wait: LockWait): string {
  return `${heldWords(wait)}; ${boundWords(wait)}`;
}

function heldWords({ until, statementsAfter }: LockWait): string {
  if (until === 'end of statement') return 'until the statement is over';
  return statementsAfter === 0
    ? 'until the file is committed, right after it'
    : `until the file is committed, ${count(statementsAfter, 'statement')} later`;
}

function boundWords({ isHeldBefore, lockTimeoutMs, tries }: LockWait): string {
  if (isHeldBefore) return 'the file already has the lock';
  if (lockTimeoutMs === 0)
    return 'before that, while it waits for the lock itself, without limit (lock_timeout is 0)';
  return `before that, while it waits for the lock itself, up to ${limitWords(lockTimeoutMs)} in each of ${tries} tries`;
}

/** `10 s`, in the unit that a person would use. */
function limitWords(ms: number): string {
  return duration(ms).replace('.0 s', ' s').replace(' min 0 s', ' min');
}
