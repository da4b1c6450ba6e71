import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/core/duration.js';
import { variablesOf } from '../../src/cli/config/option.js';
import { allOptions, options } from '../../src/cli/config/options.js';
import { declare } from '../../src/cli/program.js';
import {
  type Container,
  containersOf,
  kustomizations,
  pgmContainersOf,
  type Pod,
  podsOf,
  readManifests,
  renderChart,
  renderKustomization,
} from './rendered.js';
import { type Manifest, problemsOf } from './schema.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { allFiles } from '../migrations/pact-files.js';
import { findTool, root, runTool, whyMissing } from './tools.js';

/** Without these two there is nothing to look at. */
const hasTools = findTool('kubectl') !== null && findTool('helm') !== null;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** Names that a chart may bear, and the manifests they stand for. */
const charts: Readonly<Record<string, readonly string[]>> = {
  'chart, watch': ['podMonitor.enabled=true'],
  'chart, watch with a CA': ['database.caConfigMap=postgres-ca', 'graceSeconds=300'],
  'chart, job with files': ['mode=job', 'migrations.files.gcp_001_x\\.sql=select 1;'],
};

const rendered = new Map<string, readonly Manifest[]>();

function manifestsOf(name: string): readonly Manifest[] {
  const known = rendered.get(name);
  if (known !== undefined) return known;
  const values = charts[name];
  const made = values === undefined ? renderKustomization(name) : renderChart(...values);
  rendered.set(name, made);
  return made;
}

test('kubectl and helm are installed', ({ skip }) => {
  if (hasTools) return;
  const reason = whyMissing(findTool('kubectl') === null ? 'kubectl' : 'helm');
  if (process.env['CI'] !== undefined) expect.fail(reason);
  skip(reason);
});

test('a field with a wrong type, one that is missing and one that nobody knows are found', async () => {
  const metadata = { name: 'a' };
  const ports = [{ port: 80, portt: 1 }];
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } };
  expect(await problemsOf(service)).toEqual(['/spec/ports/0/portt is not a field of Service']);
  const typed = { ...service, spec: { ports: [{ port: '80' }], clusterIP: 'None' } };
  expect(await problemsOf(typed)).toEqual([expect.stringContaining('port must be')]);
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1 } };
  expect((await problemsOf(deployment)).join()).toContain('required');
});

test('the namespace is one that Kubernetes takes, and admits only restricted pods', async () => {
  const [namespace] = readManifests(readFileSync(join(root, 'deploy/namespace.yaml'), 'utf8'));
  expect(await problemsOf(namespace!)).toEqual([]);
  expect(namespace?.metadata['labels']).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

const all = [...kustomizations, ...Object.keys(charts)];

describe.skipIf(!hasTools).each(all)('%s', (name) => {
  const pods = (): readonly Pod[] => podsOf(manifestsOf(name));

  test('has nothing that Kubernetes would refuse, unknown fields included', async () => {
    const found = await Promise.all(manifestsOf(name).map(problemsOf));
    expect(found.flat()).toEqual([]);
  });

  test('has only pods that the profile "restricted" admits', () => {
    for (const pod of pods()) {
      expect(pod.spec).toMatchObject({
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        automountServiceAccountToken: false,
        enableServiceLinks: false,
      });
      for (const container of containersOf(pod)) expectRestricted(container);
    }
  });

  test('has a network policy and a service account for each pod', () => {
    const kinds = new Map(
      manifestsOf(name).map((each) => [`${each.kind} ${each.metadata.name}`, each]),
    );
    const policies = [...kinds.values()].filter(({ kind }) => kind === 'NetworkPolicy');
    for (const { spec, labels } of pods()) {
      expect(kinds.has(`ServiceAccount ${String(spec.serviceAccountName)}`)).toBe(true);
      expect(policies.some((policy) => selects(policy, labels))).toBe(true);
    }
  });

  test('mounts only volumes that are there, whole, and no password but as a file', () => {
    for (const pod of pods()) {
      const volumes = pod.spec.volumes?.map((volume) => volume.name) ?? [];
      const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
      for (const mount of mounts) {
        expect([...volumes, 'data']).toContain(mount.name);
        expect(mount).not.toHaveProperty('subPath');
      }
      expect(JSON.stringify(pod)).not.toContain('secretKeyRef');
    }
  });

  test('starts pgm with arguments and variables that it knows, in the version of this package', () => {
    for (const container of pods().flatMap(pgmContainersOf)) {
      expect(container.image).toBe(`postgres-manager:${version}`);
      expectKnownArguments(container.args ?? []);
      for (const { name: variable } of container.env ?? [])
        expect(knownVariables).toContain(variable);
      expect(container.resources?.limits['memory']).toBe('128Mi');
      expect(container.resources?.requests['memory']).toBe('128Mi');
    }
  });

  test('probes a pgm that goes on, and gives it more time to stop than --grace', () => {
    for (const pod of pods()) {
      for (const container of pgmContainersOf(pod)) {
        if (container.args?.[0] !== 'watch') expect(container).not.toHaveProperty('livenessProbe');
        else expectProbed(container, pod);
      }
    }
  });
});

describe.skipIf(!hasTools)('the pod of PostgreSQL', () => {
  test('starts pgm as a sidecar before PostgreSQL, whose start waits for liveness and not for readiness', () => {
    const [pod] = podsOf(manifestsOf('base'));
    const sidecar = pod?.spec.initContainers?.[0];
    expect(sidecar?.restartPolicy).toBe('Always');
    expect(sidecar?.startupProbe?.httpGet?.path).toBe('/liveness');
    expect(pod?.spec.containers.map((container) => container.name)).toEqual(['postgres']);
  });

  test('is the same with pgm as an ordinary container, but for where it stands', () => {
    const [pod] = podsOf(manifestsOf('base'));
    const [classic] = podsOf(manifestsOf('classic'));
    const { restartPolicy, ...sidecar } = pod!.spec.initContainers![0]!;
    expect(restartPolicy).toBe('Always');
    expect(classic?.spec).not.toHaveProperty('initContainers');
    expect(classic?.spec.containers).toEqual([...pod!.spec.containers, sidecar]);
  });

  test('has the files of migrations/ (node bin/pgm.js configmap --dir migrations > deploy/base/migrations.yaml)', () => {
    const file = join(root, 'deploy/base/migrations.yaml');
    const [map] = readManifests(readFileSync(file, 'utf8'));
    const files = allFiles.map(({ key, text }) => [key.replace('/', '_'), text]);
    expect(map?.['data']).toEqual(Object.fromEntries(files));
    expect(map?.metadata['annotations']).toEqual({ 'pgm/revision': revisionOfFiles() });
  });
});

describe.skipIf(!hasTools)('the chart', () => {
  test('bears the version of the package, and has nothing that helm warns of', () => {
    const chart = readFileSync(join(root, 'deploy/chart/Chart.yaml'), 'utf8');
    expect(/^version: (.*)$/m.exec(chart)?.[1]).toBe(version);
    expect(/^appVersion: (.*)$/m.exec(chart)?.[1]).toBe(version);
    const lint = runTool('helm', ['lint', '--strict', join(root, 'deploy/chart')]);
    expect(lint).toContain('0 chart(s) failed');
  });

  test('refuses values that it does not know', () => {
    expect(() => renderChart('databse.port=1')).toThrow(/databse/);
    expect(() => renderChart('mode=both')).toThrow(/mode/);
  });
});

const program = declare(() => undefined);
const knownVariables = [...allOptions().flatMap(variablesOf), 'PGSSLMODE', 'PGSSLROOTCERT'];

function revisionOfFiles(): string {
  return snapshotOf(Object.fromEntries(allFiles.map(({ key, text }) => [key, text]))).revision;
}

function expectRestricted({ name, securityContext }: Container): void {
  expect(securityContext, name).toMatchObject({
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect((securityContext as { runAsUser?: number }).runAsUser, name).toBeGreaterThan(0);
}

function expectKnownArguments([name, ...words]: readonly string[]): void {
  const command = program.commands.find((known) => known.name() === name);
  expect(command, `the command ${name ?? ''}`).toBeDefined();
  const flags = command?.options.map(({ long }) => long);
  for (const word of words.filter((each) => each.startsWith('--'))) expect(flags).toContain(word);
}

function expectProbed(container: Container, { spec }: Pod): void {
  const port = Number(options.healthPort.default.text);
  expect(container.ports).toEqual([{ name: 'health', containerPort: port }]);
  expect(container.startupProbe?.httpGet).toEqual({ path: '/liveness', port: 'health' });
  expect(container.livenessProbe?.httpGet).toEqual({ path: '/liveness', port: 'health' });
  expect(container.readinessProbe?.httpGet).toEqual({ path: '/readiness', port: 'health' });
  // PostgreSQL has 2 s to answer a probe.
  expect(container.readinessProbe?.timeoutSeconds).toBeGreaterThan(2);
  expect((spec.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(graceOf(container));
}

/** Milliseconds. */
function graceOf({ args = [] }: Container): number {
  const at = args.indexOf('--grace');
  const grace = parseDuration((at === -1 ? null : args[at + 1]) ?? options.grace.default.text);
  if (grace.kind === 'refused') throw new Error(`--grace: ${grace.reason}`);
  return grace.value;
}

function selects(policy: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const { podSelector } = policy['spec'] as {
    podSelector: { matchLabels: Readonly<Record<string, string>> };
  };
  return Object.entries(podSelector.matchLabels).every(([key, value]) => labels[key] === value);
}
