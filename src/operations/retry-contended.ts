import { backoffMs, contentionBackoff } from '../core/backoff.js';
import { Interrupted } from '../core/errors.js';
import type { ApplyOutcome, Feed, Stopped, Work } from '../core/ports.js';
import type { StepContext } from './apply-step.js';

/** Somebody else's lock, a deadlock or a lost serialization race: the same file may go through a moment later. */
const contention: ReadonlySet<string> = new Set(['55P03', '40P01', '40001']);
const contentionTries = 5;
/** What the server says of a statement that we, or somebody, cancelled. */
const cancelled = '57014';

/**
 * Tries a file again that lost to somebody else, after a pause, and gives the last outcome; any other one as it is. Null: it was
 * applied, and reported so. Throws
 * `Interrupted` when we were told to stop: a file that we broke off has not failed.
 */
export async function retryContended(
  { work, outcome: first }: Stopped,
  apply: (feed: Feed) => Promise<Stopped | null>,
  { clock, emit, stop }: StepContext,
): Promise<ApplyOutcome | null> {
  const { key } = work.migration;
  let outcome = first;
  for (let attempt = 0; outcome.kind === 'failed'; attempt += 1) {
    const { sqlstate } = outcome.error;
    const isOurs = stop.now.aborted || (stop.soon.aborted && sqlstate === cancelled);
    if (isOurs) throw new Interrupted();
    if (!contention.has(sqlstate) || attempt + 1 === contentionTries) return outcome;
    const inMs = backoffMs(attempt, clock.random(), contentionBackoff);
    emit({ kind: 'migration-retried', key, sqlstate, inMs });
    await clock.sleep(inMs, stop.soon);
    const stopped = await apply(once(work));
    if (stopped === null) return null;
    ({ outcome } = stopped);
  }
  return outcome;
}

function once(work: Work): Feed {
  let left: Work | null = work;
  return () => {
    const next = left;
    left = null;
    return Promise.resolve(next);
  };
}
