import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './schema.js';
import { root, runTool } from './tools.js';

/** What can be applied with `kubectl apply -k deploy/<name>`. */
export const kustomizations = [
  'base',
  'classic',
  'job',
  'fleet',
  'fleet-health',
  'ci',
  'app-gate',
  'external',
  'monitoring',
] as const;

/** The manifests of one, as kubectl makes them. */
export function renderKustomization(name: string): readonly Manifest[] {
  return readManifests(runTool('kubectl', ['kustomize', join(root, 'deploy', name)]));
}

/** The manifests of the chart with these values, each `path=value`, or `path=` and an object or a list in JSON. */
export function renderChart(...values: readonly string[]): readonly Manifest[] {
  const set = values.flatMap((value) => [/=[[{]/.test(value) ? '--set-json' : '--set', value]);
  const chart = join(root, 'deploy/chart');
  return readManifests(
    runTool('helm', ['template', 'release', chart, '--namespace', 'ns', ...set]),
  );
}

/** Each document of a YAML stream. Throws on anything that is not YAML. */
export function readManifests(text: string): readonly Manifest[] {
  const documents = [...parseAllDocuments(text, { version: '1.1' })];
  for (const { errors } of documents) if (errors[0] !== undefined) throw errors[0];
  const values = documents.map((document) => document.toJS() as Manifest | null);
  return values.filter((value) => value !== null);
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** One of the sources is set. */
export interface Volume {
  readonly name: string;
  readonly configMap?: object;
  readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: string };
  readonly secret?: { readonly defaultMode?: number };
  readonly projected?: { readonly defaultMode?: number; readonly sources: readonly object[] };
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
}

export interface Pod {
  /** Of the workload that makes it. */
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly automountServiceAccountToken?: boolean;
    readonly enableServiceLinks?: boolean;
    readonly terminationGracePeriodSeconds?: number;
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
}

/** The pods that some manifests make. */
export function podsOf(manifests: readonly Manifest[]): readonly Pod[] {
  return manifests.flatMap((manifest) => {
    const template = (manifest['spec'] as Record<string, unknown> | undefined)?.['template'];
    if (template === undefined) return [];
    const { metadata, spec } = template as { metadata: Pick<Pod, 'labels'>; spec: Pod['spec'] };
    return [{ kind: manifest.kind, labels: metadata.labels, spec }];
  });
}

export function containersOf({ spec }: Pod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** Those that run pgm. */
export function pgmContainersOf(pod: Pod): readonly Container[] {
  return containersOf(pod).filter(({ image }) => /^postgres-manager(?::|$)/.test(image));
}
