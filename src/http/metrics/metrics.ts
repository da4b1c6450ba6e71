import { Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Beats } from '../../core/heartbeat.js';
import type { Clock } from '../../core/ports.js';
import type { Health, Sight } from '../../core/readiness.js';
import type { Content } from '../send.js';
import { type BuildInfo, registerBuildInfo } from './build-info.js';
import type { Collector } from './collector.js';
import { Heartbeats } from './heartbeats.js';
import { LockWaits } from './lock-waits.js';
import { MigrationStates } from './migration-states.js';
import { MigrationTries } from './migration-tries.js';
import { registerOwnProcess } from './own-process.js';
import { ProbeGauges } from './probe-gauges.js';
import { RunMetrics } from './run-metrics.js';
import { SchemaLabels } from './schema-labels.js';
import { SourceMetrics, WatchMetrics } from './source-metrics.js';
import { SwapLag } from './swap-lag.js';

export interface MetricsOptions extends BuildInfo {
  /**
   * `runner`: this process applies migrations. `onlooker`: another one does; what only a runner can
   * count is left out then, because a zero would say that nothing was ever run.
   */
  readonly role: 'runner' | 'onlooker';
  readonly clock: Pick<Clock, 'now' | 'wallMs'>;
  /** What the probes know, asked at a scrape; null before there is anything to look at. Never throws. */
  readonly sight: () => Promise<Sight | null>;
  /** What the probes answer. Never throws. */
  readonly health: () => Promise<Health>;
  readonly beats: () => Beats;
}

export interface Metrics {
  /** Counts an event. To be told of every one, in order; never throws. */
  observe(event: PgmEvent): void;
  /** The metrics in the text format of Prometheus. It stands for a second, and is written once however many ask. */
  text(): Promise<Content>;
}

/** Milliseconds, as an answer of the database stands for the probes. */
const freshForMs = 1_000;

/** Metrics in a registry of their own. */
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
  const labels = new SchemaLabels();
  const seen = [
    new ProbeGauges(registry),
    new MigrationStates(registry, labels),
    new SourceMetrics(registry, clock),
    new WatchMetrics(registry),
    new Heartbeats(registry),
  ];
  if (role === 'onlooker') return seen;
  return [
    ...seen,
    new RunMetrics(registry, clock),
    new MigrationTries(registry, labels),
    new LockWaits(registry, clock),
    new SwapLag(registry, clock),
  ];
}

async function takeReading(
  collectors: readonly Collector[],
  { clock, sight, health, beats }: MetricsOptions,
): Promise<void> {
  const [seen, answered] = await Promise.all([sight(), health()]);
  const reading = { sight: seen, health: answered, beats: beats(), now: clock.now() };
  for (const collector of collectors) collector.collect?.(reading);
}
