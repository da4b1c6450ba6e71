import { Registry } from 'prom-client';
import type { DriftSeen } from '../../core/drift/drift-seen.js';
import type { PgmEvent } from '../../core/events.js';
import type { Beats } from '../../core/watch/heartbeat.js';
import type { Clock } from '../../core/ports.js';
import type { FleetKnown } from '../../core/watch/fleet-view.js';
import type { Health, Sight } from '../../core/watch/readiness.js';
import type { Content } from '../send.js';
import type { Collector } from './collector.js';
import { driftMetrics } from './drift-metrics.js';
import { lockWaits } from './lock-waits.js';
import { migrationStatesBySchema } from './migration-states.js';
import { migrationFailures, migrationTries } from './migration-tries.js';
import { fleetMetrics } from './fleet-metrics.js';
import { heartbeats, probeGauges, readyGauge } from './probe-gauges.js';
import { type BuildInfo, registerBuildInfo, registerOwnProcess } from './process-metrics.js';
import { lintFindings, runMetrics } from './run-metrics.js';
import { SchemaLabels } from './schema-labels.js';
import { sourceMetrics, watchMetrics } from './source-metrics.js';
import { swapLag } from './swap-lag.js';

export interface MetricsOptions extends BuildInfo {
  /**
   * `runner`: this process applies migrations. `onlooker`: another process does. An onlooker leaves out what only a
   * runner can count, because a zero would mean that nothing was ever run. `fleet`: it looks at many databases.
   */
  readonly role: 'runner' | 'onlooker' | 'fleet';
  readonly clock: Pick<Clock, 'now' | 'wallMs'>;
  /** What the probes know, read at a scrape; null before the first look at the source. Never throws. */
  readonly sight: () => Promise<Sight | null>;
  /** What the probes answer. Never throws. */
  readonly health: () => Promise<Health>;
  /** What the last look for drift found. */
  readonly drift: () => DriftSeen | null;
  /** What is known about many databases; omitted if they are not watched. */
  readonly fleet?: () => FleetKnown;
  readonly beats: () => Beats;
}

export interface Metrics {
  /** Counts an event. Must be called for every event, in order; never throws. */
  observe(event: PgmEvent): void;
  /** The metrics in the text format of Prometheus. Cached for a second; concurrent scrapes share one result. */
  text(): Promise<Content>;
}

/** Milliseconds, the same as for the answers that the probes cache. */
const freshForMs = 1_000;

/** Creates the metrics in a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registerBuildInfo(registry, options);
  const collectors = collectorsOf(registry, options);
  registerOwnProcess(registry);
  let writing: Promise<Content> | null = null;
  let last: { readonly at: number; readonly content: Content } | null = null;
  const write = async (): Promise<Content> => {
    await takeReading(collectors, options);
    const content = { type: registry.contentType, text: await registry.metrics() };
    last = { at: options.clock.now(), content };
    return content;
  };
  return {
    observe: (event) => {
      for (const collector of collectors) collector.observe?.(event);
    },
    text: async () => {
      if (last !== null && options.clock.now() - last.at < freshForMs) return last.content;
      writing ??= write().finally(() => {
        writing = null;
      });
      return writing;
    },
  };
}

function collectorsOf(registry: Registry, { role, clock }: MetricsOptions): readonly Collector[] {
  if (role === 'fleet') {
    return [readyGauge(registry), heartbeats(registry), fleetMetrics(registry)];
  }
  const labels = new SchemaLabels();
  const seen = [
    probeGauges(registry),
    readyGauge(registry),
    migrationStatesBySchema(registry, labels),
    sourceMetrics(registry, clock),
    watchMetrics(registry),
    heartbeats(registry),
  ];
  if (role === 'onlooker') return seen;
  return [
    ...seen,
    runMetrics(registry, clock),
    migrationTries(registry),
    migrationFailures(registry, labels),
    lockWaits(registry, clock),
    swapLag(registry, clock),
    driftMetrics(registry),
    lintFindings(registry),
  ];
}

async function takeReading(
  collectors: readonly Collector[],
  { clock, sight, health, drift, fleet, beats }: MetricsOptions,
): Promise<void> {
  const [seen, answered] = await Promise.all([sight(), health()]);
  const now = clock.now();
  const own = { drift: drift(), fleet: fleet?.() ?? null, beats: beats(), now };
  const reading = Object.assign(own, { sight: seen, health: answered });
  for (const collector of collectors) collector.collect?.(reading);
}
