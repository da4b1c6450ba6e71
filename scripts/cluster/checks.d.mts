import type { Cluster } from './cluster.mjs';

export const checks: readonly {
  readonly name: string;
  run(cluster: Cluster, overlays: Readonly<Record<string, string>>): Promise<void>;
}[];
