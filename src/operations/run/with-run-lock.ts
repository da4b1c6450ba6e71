import type { History } from '../../core/run/history.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { RunLock, Session, Clock, Database, Stop } from '../../core/ports.js';
import { backoffMs } from '../../core/watch/backoff.js';
import { describeHolder } from '../../core/blockers.js';
import { LockUnavailable } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { LockHolder } from '../../core/run/report.js';

/**
 * Does its work under the run lock, with the history as read under it, created or upgraded if necessary. Throws what
 * `holdLock` and the session throw.
 */
export async function withRunLock<T>(
  session: Session,
  context: LockContext,
  work: (history: History, lock: RunLock) => Promise<T>,
): Promise<T> {
  const lock = await holdLock(context);
  try {
    return await work(await session.ensureHistory(), lock);
  } finally {
    await lock.release();
  }
}

interface LockContext {
  readonly database: Pick<Database, 'openLock'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for another runner; null waits forever. */
  readonly lockWaitMs: number | null;
}

/** What a run must provide to get the run lock. */
export function lockContextOf(
  {
    database,
    clock,
    emit,
    stop,
  }: Omit<LockContext, 'signal' | 'lockWaitMs'> & { readonly stop: Stop },
  { lockWaitMs }: Pick<LockContext, 'lockWaitMs'>,
): LockContext {
  return { database, clock, emit, signal: stop.soon, lockWaitMs };
}

/** Gets the run lock, trying again and again at random intervals. Throws `LockUnavailable`, naming the holder. */
export async function holdLock(context: LockContext): Promise<RunLock> {
  const lock = await context.database.openLock();
  try {
    await acquire(lock, context);
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function acquire(
  lock: RunLock,
  { clock, emit, signal, lockWaitMs }: LockContext,
): Promise<void> {
  const started = clock.now();
  const holders = new Holders(lock, clock);
  for (let attempt = 0; ; attempt += 1) {
    const isHeld = await lock.tryAcquire();
    const waitedMs = clock.now() - started;
    if (isHeld) {
      if (attempt > 0) emit({ kind: 'lock-acquired', waitedMs });
      return;
    }
    if (lockWaitMs !== null && waitedMs >= lockWaitMs) {
      throw notHad(await lock.holder(), lockWaitMs);
    }
    emit({ kind: 'waiting-for-lock', holder: await holders.lately(), waitedMs });
    const left = lockWaitMs === null ? Infinity : lockWaitMs - waitedMs;
    const wait = 50 + backoffMs(attempt, clock.random(), { firstMs: 100, mostMs: 1_000 });
    await clock.sleep(Math.min(left, wait), signal);
  }
}

/** Milliseconds for which the last known holder is assumed to still hold the lock. */
const holderHoldsMs = 10_000;

/** Many runners may wait for long, and looking up the holder is most of what that costs the server. */
class Holders {
  #asked: { readonly at: number; readonly holder: LockHolder | null } | null = null;

  constructor(
    readonly lock: RunLock,
    readonly clock: Clock,
  ) {}

  /** The recent holder. */
  async lately(): Promise<LockHolder | null> {
    const at = this.clock.now();
    if (this.#asked === null || at - this.#asked.at >= holderHoldsMs) {
      this.#asked = { at, holder: await this.lock.holder() };
    }
    return this.#asked.holder;
  }
}

function notHad(holder: LockHolder | null, lockWaitMs: number): LockUnavailable {
  const who = holder === null ? 'another runner' : describeHolder(holder);
  return new LockUnavailable(
    `could not get the run lock within ${lockWaitMs / 1_000} s: ${who} holds it; wait longer with --lock-wait, ` +
      'or look it up in pg_stat_activity',
  );
}

/** Looks at the catalog before the first file of a run. */
export interface RunKeeper {
  before(session: Session, snapshot: Snapshot): Promise<void>;
}
