import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

export interface BuildInfo {
  readonly version: string;
  readonly nodeVersion: string;
  /** The configured names of the namespace and the ConfigMap. */
  readonly labels: { readonly namespace: string; readonly configMap: string };
}

/** Registers gauges that are always 1, with constant labels that queries can join with other metrics. */
export function registerBuildInfo(
  registry: Registry,
  { version, nodeVersion, labels }: BuildInfo,
): void {
  const registers = [registry];
  new Gauge({
    name: 'pgm_build_info',
    help: 'Always 1; the versions of pgm and of Node.js are in the labels.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: nodeVersion }, 1);
  new Gauge({
    name: 'pgm_configmap_info',
    help: 'Always 1; the configured namespace and ConfigMap are in the labels.',
    labelNames: ['namespace', 'configmap'],
    registers,
  }).set({ namespace: labels.namespace, configmap: labels.configMap }, 1);
}

/** The default metrics of prom-client that cost nothing while idle and do not duplicate each other. */
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
 * Milliseconds between samples of the event loop. The default of 10 wakes an idle process a hundred times a second,
 * which costs 0.6 % of a core. So sampling is practically off, and the percentiles of the samples are left out below.
 * The lag itself is measured at each scrape.
 */
const samplesEveryMs = 3_600_000;

/** Registers the process's own metrics. On systems without /proc some are missing. */
export function registerOwnProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: samplesEveryMs });
  for (const { name } of registry.getMetricsAsArray()) {
    if (!name.startsWith('pgm_') && !kept.has(name)) registry.removeSingleMetric(name);
  }
}
