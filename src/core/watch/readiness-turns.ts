import type { PgmEvent } from '../events.js';
import type { Health } from './readiness.js';

/** Milliseconds of "not ready" that are not worth a line: a swap is being applied, or the server restarts. */
const briefMs = 5_000;

/** Follows the probes' answers, and reports once when readiness is lost for longer, and once when it is back. */
export class ReadinessTurns {
  /** Before it was first ready, the log of the run says why it is not. */
  #wasReady = false;
  #lostAt: number | null = null;
  #isTold = false;

  /** `now`: milliseconds of the monotonic clock. */
  hear({ ready, reason }: Health, now: number): PgmEvent | null {
    return ready ? this.#isReady(now) : this.#isNotReady(reason, now);
  }

  #isReady(now: number): PgmEvent | null {
    const forMs = now - (this.#lostAt ?? now);
    const wasTold = this.#isTold;
    this.#wasReady = true;
    this.#lostAt = null;
    this.#isTold = false;
    return wasTold ? { kind: 'readiness-turned', ready: true, reason: null, forMs } : null;
  }

  #isNotReady(reason: string | null, now: number): PgmEvent | null {
    if (!this.#wasReady || reason === 'stopping') return null;
    this.#lostAt ??= now;
    const forMs = now - this.#lostAt;
    if (this.#isTold || forMs < briefMs) return null;
    this.#isTold = true;
    return { kind: 'readiness-turned', ready: false, reason, forMs };
  }
}
