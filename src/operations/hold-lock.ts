import { backoffMs } from '../core/backoff.js';
import { LockNotHad } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { Clock, Database, RunLock } from '../core/ports.js';
import type { LockHolder } from '../core/report.js';
import { holderName } from '../core/words.js';

export interface LockContext {
  readonly database: Pick<Database, 'openLock'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for another runner; null is for ever. */
  readonly lockWaitMs: number | null;
}

/** The run lock, had. */
export interface HeldLock {
  readonly lock: RunLock;
  /** False when it was free: then hardly anybody was at work since the history was last looked at. */
  readonly waited: boolean;
}

/** Gets the run lock, asking again and again at random moments. Throws `LockNotHad`, naming who has it. */
export async function holdLock(context: LockContext): Promise<HeldLock> {
  const lock = await context.database.openLock();
  try {
    return { lock, waited: await acquire(lock, context) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Gives whether it had to wait. */
async function acquire(
  lock: RunLock,
  { clock, emit, signal, lockWaitMs }: LockContext,
): Promise<boolean> {
  const started = clock.now();
  const holders = new Holders(lock, clock);
  for (let attempt = 0; ; attempt += 1) {
    const isHeld = await lock.tryAcquire();
    const waitedMs = clock.now() - started;
    if (isHeld) {
      if (attempt > 0) emit({ kind: 'lock-acquired', waitedMs });
      return attempt > 0;
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

/** Milliseconds for which who has the lock is taken to have it still. */
const holderHoldsMs = 10_000;

/** Many may wait for long, and to find out who has the lock is most of what one that waits costs the server. */
class Holders {
  #asked: { readonly at: number; readonly holder: LockHolder | null } | null = null;

  constructor(
    readonly lock: RunLock,
    readonly clock: Clock,
  ) {}

  /** Who had it a moment ago. */
  async lately(): Promise<LockHolder | null> {
    const at = this.clock.now();
    if (this.#asked === null || at - this.#asked.at >= holderHoldsMs) {
      this.#asked = { at, holder: await this.lock.holder() };
    }
    return this.#asked.holder;
  }
}

function notHad(holder: LockHolder | null, lockWaitMs: number): LockNotHad {
  const who = holder === null ? 'another runner' : describeHolder(holder);
  return new LockNotHad(
    `the run lock was not free within ${lockWaitMs / 1_000} s: ${who} has it; wait longer with --lock-wait, ` +
      'or see what it does in pg_stat_activity',
  );
}

/** The holder in words: `pid 4711 (pgm/1.0.0 pod-a, user pact) since …`. */
export function describeHolder(holder: LockHolder): string {
  return `${holderName(holder)} since ${holder.since}`;
}
