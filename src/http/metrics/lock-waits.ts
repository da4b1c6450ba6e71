import { Gauge, Histogram, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Clock } from '../../core/ports.js';
import type { Collector } from './collector.js';

/** Seconds, from a short run of another pgm to a file that takes half an hour. */
const waitSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200, 3_600];

/** The events that end a wait. When pgm is told to stop, there is none. */
const endsWait: ReadonlySet<PgmEvent['kind']> = new Set(['lock-acquired', 'run-failed']);

/** Waits for the run lock while another runner holds it. */
export function lockWaits(registry: Registry, clock: Pick<Clock, 'now'>): Collector {
  const registers = [registry];
  const ended = new Histogram({
    name: 'pgm_lock_wait_seconds',
    help: 'How long finished waits for the run lock took; a free lock causes no wait.',
    buckets: waitSeconds,
    registers,
  });
  const waiting = new Gauge({
    name: 'pgm_lock_waiting_seconds',
    help: 'How long the current wait for the run lock has taken so far; 0 without one.',
    registers,
  });
  /** When the current wait began, by the monotonic clock; null if there is none. */
  let since: number | null = null;
  return {
    observe: (event) => {
      if (event.kind === 'waiting-for-lock') {
        since = clock.now() - event.waitedMs;
      } else if (since !== null && endsWait.has(event.kind)) {
        ended.observe((clock.now() - since) / 1_000);
        since = null;
      }
    },
    collect: ({ now }) => {
      waiting.set(since === null ? 0 : (now - since) / 1_000);
    },
  };
}
