import { Gauge, type Registry } from 'prom-client';
import type { DriftSeen } from '../../core/drift/drift-seen.js';
import type { PgmEvent } from '../../core/events.js';
import type { Beats } from '../../core/watch/heartbeat.js';
import type { FleetKnown } from '../../core/watch/fleet-view.js';
import type { Health, Sight } from '../../core/watch/readiness.js';

/** What is known at the time of a scrape. */
interface Reading {
  /** Null before the first look at the source. */
  readonly sight: Sight | null;
  readonly health: Health;
  /** Null before the first look for drift, and if there is none. */
  readonly drift: DriftSeen | null;
  /** Null unless many databases are watched. */
  readonly fleet: FleetKnown | null;
  readonly beats: Beats;
  /** In milliseconds of the same monotonic clock as `beats`. */
  readonly now: number;
}

/** Metrics that belong together. Counts events, and sets gauges at a scrape. Neither function may throw. */
export interface Collector {
  readonly observe?: (event: PgmEvent) => void;
  readonly collect?: (reading: Reading) => void;
}

/** A gauge without labels. Until it is set it has no series, because the value is unknown. */
export function unsetGauge(registry: Registry, name: string, help: string): Gauge {
  const gauge = new Gauge({ name, help, registers: [registry] });
  gauge.remove();
  return gauge;
}
