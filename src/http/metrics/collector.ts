import type { PgmEvent } from '../../core/events.js';
import type { Beats } from '../../core/heartbeat.js';
import type { Health, Sight } from '../../core/readiness.js';

/** What is known at the moment of a scrape. */
export interface Reading {
  /** Null before there is anything to look at. */
  readonly sight: Sight | null;
  readonly health: Health;
  readonly beats: Beats;
  /** By the monotonic clock that the beats are of, in milliseconds. */
  readonly now: number;
}

/** Some metrics that belong together: counts what happens, and sets its gauges at a scrape. Neither may throw. */
export interface Collector {
  observe?(event: PgmEvent): void;
  collect?(reading: Reading): void;
}
