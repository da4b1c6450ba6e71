import { Gauge, Histogram, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Clock } from '../../core/ports.js';
import type { Collector, Reading } from './collector.js';

/** Seconds: a short run of a neighbour, or a file that takes half an hour. */
const waitSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200, 3_600];

/** What comes when a wait is over: the lock is ours, the run broke off, or, when pgm was told to stop, nothing more. */
const endsWait: ReadonlySet<PgmEvent['kind']> = new Set(['lock-acquired', 'run-failed']);

/** Waits for the run lock, which another runner has. */
export class LockWaits implements Collector {
  readonly #ended: Histogram;
  readonly #waiting: Gauge;
  /** When the present wait began, by the monotonic clock. */
  #since: number | null = null;

  constructor(
    registry: Registry,
    readonly clock: Pick<Clock, 'now'>,
  ) {
    const registers = [registry];
    this.#ended = new Histogram({
      name: 'pgm_lock_wait_seconds',
      help: 'How long waits for the run lock took that are over; a lock that is free is not waited for.',
      buckets: waitSeconds,
      registers,
    });
    this.#waiting = new Gauge({
      name: 'pgm_lock_waiting_seconds',
      help: 'How long the present wait for the run lock has taken so far; 0 when there is none.',
      registers,
    });
  }

  observe(event: PgmEvent): void {
    if (event.kind === 'waiting-for-lock') {
      this.#since = this.clock.now() - event.waitedMs;
    } else if (this.#since !== null && endsWait.has(event.kind)) {
      this.#ended.observe((this.clock.now() - this.#since) / 1_000);
      this.#since = null;
    }
  }

  collect({ now }: Reading): void {
    this.#waiting.set(this.#since === null ? 0 : (now - this.#since) / 1_000);
  }
}
