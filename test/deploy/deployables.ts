import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  kustomizations,
  type Pod,
  podsOf,
  readManifests,
  renderChart,
  renderKustomization,
} from './rendered.js';
import type { Manifest } from './schema.js';
import { findTool, root } from './tools.js';

/** Without these two there is nothing to look at. */
export const hasTools = findTool('kubectl') !== null && findTool('helm') !== null;

/** Names that a chart may bear, and the values they stand for. */
const charts: Readonly<Record<string, readonly string[]>> = {
  'chart, watch': ['serviceMonitor.enabled=true'],
  'chart, watch with a CA': ['database.caConfigMap=postgres-ca', 'graceSeconds=300'],
  'chart, job with files': ['mode=job', 'migrations.files.gcp_001_x\\.sql=select 1;'],
};

/** Everything of deploy/ that makes pods or is applied beside them, by name. */
export const deployables: readonly string[] = [...kustomizations, ...Object.keys(charts)];

const rendered = new Map<string, readonly Manifest[]>();

/** What is applied for one of them. */
export function manifestsOf(name: string): readonly Manifest[] {
  const known = rendered.get(name);
  if (known !== undefined) return known;
  const values = charts[name];
  const made = values === undefined ? renderKustomization(name) : renderChart(...values);
  rendered.set(name, made);
  return made;
}

export function podsOfDeployable(name: string): readonly Pod[] {
  return podsOf(manifestsOf(name));
}

/** The manifests of a file of deploy/, which nobody renders. */
export function manifestsIn(file: string): readonly Manifest[] {
  return readManifests(readFileSync(join(root, 'deploy', file), 'utf8'));
}
