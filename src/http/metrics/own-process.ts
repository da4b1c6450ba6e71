import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Of what prom-client knows about a Node.js process, what costs nothing at rest and is no number twice. */
const kept: ReadonlySet<string> = new Set([
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_version_info',
  'nodejs_gc_duration_seconds',
]);

/**
 * Milliseconds between samples of the event loop. The usual 10 wake an idle process a hundred times a second: 0.6 % of a
 * core, measured. So it sleeps, and the percentiles that would be made of the samples are left out below. The lag itself
 * is measured at each scrape.
 */
const samplesEveryMs = 3_600_000;

/** Registers the process's own metrics. On systems without /proc some are missing. */
export function registerOwnProcess(registry: Registry): void {
  const before = new Set(namesOf(registry));
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: samplesEveryMs });
  for (const name of namesOf(registry)) {
    if (!before.has(name) && !kept.has(name)) registry.removeSingleMetric(name);
  }
}

function namesOf(registry: Registry): readonly string[] {
  return registry.getMetricsAsArray().map(({ name }) => name);
}
