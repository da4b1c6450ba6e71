import { setTimeout as delay } from 'node:timers/promises';

/** The outcome of `work`; rejects with what `late` makes when there is none after `ms`, and leaves `work` to itself. */
export async function beforeDeadline<T>(
  work: Promise<T>,
  ms: number,
  late: () => Error,
): Promise<T> {
  const cancel = new AbortController();
  const timer = delay(ms, null, { signal: cancel.signal }).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, timer]);
  } finally {
    timer.catch(() => undefined); // the cancelled timer rejects, and nobody listens any more
    cancel.abort();
  }
}
