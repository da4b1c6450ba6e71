import type { CatalogQuestions } from '../../core/drift/kept-catalog.js';
import { Interrupted } from '../../core/errors.js';
import type { Clock, Session } from '../../core/ports.js';

/** What a look at the catalog asks. */
export type Questions = CatalogQuestions & Pick<Session, 'facts' | 'history' | 'lockHolder'>;

interface Limits {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly timeoutMs: number;
  /** Fires when the result is no longer wanted. */
  readonly over: AbortSignal;
  /** Whether the session is used for other work afterwards. */
  readonly isShared: boolean;
}

/**
 * Lets `work` query a session until the time is up or `over` fires; then nothing new is asked, and the running query is
 * cancelled, unless the session is shared with other work: a late cancel request would hit that. Settles when the server does
 * nothing for it any more; throws what `work` throws before that.
 */
export async function inTime(
  session: Questions & Pick<Session, 'cancel'>,
  work: (questions: Questions) => Promise<void>,
  { clock, timeoutMs, over, isShared }: Limits,
): Promise<'done' | 'late' | 'over'> {
  const end = new AbortController();
  const late = clock.sleep(timeoutMs, AbortSignal.any([end.signal, over])).then(
    () => 'late' as const,
    () => 'over' as const,
  );
  const asking = new AbortController();
  const working = work(stoppable(session, asking.signal)).then(() => 'done' as const);
  try {
    const first = await Promise.race([working, late]);
    if (first !== 'done') {
      asking.abort();
      if (isShared) await Promise.allSettled([working]);
      else await cancelUntil(working, session, clock);
    }
    return first;
  } finally {
    end.abort();
    await late;
  }
}

/** A cancel request may arrive between two queries, and then cancels nothing. */
async function cancelUntil(
  working: Promise<unknown>,
  session: Pick<Session, 'cancel'>,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  const over = new AbortController();
  const ended = Promise.allSettled([working]).then(() => 'ended' as const);
  const pause = () => clock.sleep(cancelEveryMs, over.signal).catch(() => undefined);
  do session.cancel();
  while ((await Promise.race([ended, pause()])) !== 'ended');
  over.abort();
}

const cancelEveryMs = 20;

/** Asks nothing once it is over. */
function stoppable(session: Questions, over: AbortSignal): Questions {
  const check = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (over.aborted) throw new Interrupted();
    return ask();
  };
  return {
    facts: () => check(() => session.facts()),
    history: () => check(() => session.history()),
    lockHolder: () => check(() => session.lockHolder()),
    glance: (without) => check(() => session.glance(without)),
    expectedCatalog: (id) => check(() => session.expectedCatalog(id)),
    liveCatalog: (since, ignored) => check(() => session.liveCatalog(since, ignored)),
    changedCatalog: (kept, ignored) => check(() => session.changedCatalog(kept, ignored)),
    keepCatalog: (kept) => check(() => session.keepCatalog(kept)),
    restored: (kept) => check(() => session.restored(kept)),
  };
}

/** Settles with `work`, or once the signal fires. Removes its listener: a signal may live as long as the process. */
export async function settledOrAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let leave = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener('abort', leave);
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
