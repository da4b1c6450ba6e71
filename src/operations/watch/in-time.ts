import type { Clock, Session } from '../../core/ports.js';

interface Limits {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly timeoutMs: number;
  /** Nobody waits for it any more. */
  readonly over: AbortSignal;
}

/**
 * Lets a session ask until the time is up or `over` fires, which cancels what it asks. Settles when the server does nothing for
 * it any more; throws what `work` throws before that.
 */
export async function inTime(
  session: Pick<Session, 'cancel'>,
  work: () => Promise<void>,
  { clock, timeoutMs, over }: Limits,
): Promise<'done' | 'late' | 'over'> {
  const end = new AbortController();
  const late = clock.sleep(timeoutMs, AbortSignal.any([end.signal, over])).then(
    () => 'late' as const,
    () => 'over' as const,
  );
  const working = work().then(() => 'done' as const);
  try {
    const first = await Promise.race([working, late]);
    if (first !== 'done') session.cancel();
    return first;
  } finally {
    end.abort();
    await Promise.allSettled([working, late]);
  }
}
