import { Gauge, type Registry } from 'prom-client';

export interface BuildInfo {
  readonly version: string;
  readonly nodeVersion: string;
  /** What the place pgm runs in is called. */
  readonly labels: { readonly namespace: string; readonly configMap: string };
}

/** What never changes while the process lives: gauges that are always 1, to be joined with the others. */
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
