import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/core/text/words.js';
import { allOptions, options, variablesOf } from '../../src/cli/config/table/options.js';
import { declare } from '../../src/cli/program.js';
import {
  deployables,
  hasTools,
  manifestsIn,
  manifestsOf,
  podsOfDeployable,
} from './deployables.js';
import {
  type Container,
  containersOf,
  pgmContainersOf,
  type Pod,
  podsOf,
  renderChart,
} from './rendered.js';
import { problemsOf } from './schema.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { allFiles } from '../migrations/pact-files.js';
import { findTool, root, runTool, whyMissing } from './tools.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};

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

test('the namespace is one that Kubernetes takes', async () => {
  for (const manifest of manifestsIn('namespace.yaml')) {
    expect(await problemsOf(manifest)).toEqual([]);
  }
});

test('the original Deployment is one that Kubernetes takes, with this version of pgm', async () => {
  const manifests = manifestsIn('original/deployment.yaml');
  for (const manifest of manifests) expect(await problemsOf(manifest)).toEqual([]);
  const containers = podsOf(manifests).flatMap(pgmContainersOf);
  expect(containers.map(({ name, image }) => [name, image])).toEqual([
    ['prepare-migrations', `postgres-manager:${version}`],
    ['postgres-manager', `postgres-manager:${version}`],
  ]);
});

describe.skipIf(!hasTools).each(deployables)('%s', (name) => {
  const pods = (): readonly Pod[] => podsOfDeployable(name);

  test('has nothing that Kubernetes would refuse, unknown fields included', async () => {
    const found = await Promise.all(manifestsOf(name).map(problemsOf));
    expect(found.flat()).toEqual([]);
  });

  test('mounts only volumes that are there, whole', () => {
    for (const pod of pods()) {
      const volumes = pod.spec.volumes?.map((volume) => volume.name) ?? [];
      const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
      for (const mount of mounts) {
        expect([...volumes, 'data']).toContain(mount.name);
        expect(mount).not.toHaveProperty('subPath');
      }
    }
  });

  test('starts pgm with arguments and variables that it knows, in the version of this package', () => {
    for (const container of pods().flatMap(pgmContainersOf)) {
      expect(container.image).toBe(`postgres-manager:${version}`);
      expectKnownArguments(container.args ?? []);
      for (const { name: variable } of container.env ?? [])
        expect(knownVariables).toContain(variable);
      // A fleet's pods work on many databases at a time.
      const memory = name.startsWith('fleet') ? '256Mi' : '128Mi';
      expect(container.resources?.limits['memory']).toBe(memory);
      expect(container.resources?.requests['memory']).toBe(memory);
    }
  });

  test('probes a pgm that goes on, and gives it more time to stop than --grace', () => {
    for (const pod of pods()) {
      for (const container of pgmContainersOf(pod)) {
        if (!isDaemon(container)) expect(container).not.toHaveProperty('livenessProbe');
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

  test('stays in its Service once its database was brought up; of all pods it alone', () => {
    const patient = deployables.filter((name) =>
      podsOfDeployable(name)
        .flatMap(pgmContainersOf)
        .some(({ env = [] }) => env.some(({ value }) => value === 'once')),
    );
    expect(patient).toEqual(['base']);
    const [pod] = podsOf(manifestsOf('base'));
    const once = { name: 'PGM_READINESS', value: 'once' };
    expect(pod?.spec.initContainers?.[0]?.env).toContainEqual(once);
  });

  test('is the same with pgm as an ordinary container, but for where it stands and when it is ready', () => {
    const [pod] = podsOf(manifestsOf('base'));
    const [classic] = podsOf(manifestsOf('classic'));
    const { restartPolicy, ...sidecar } = pod!.spec.initContainers![0]!;
    expect(restartPolicy).toBe('Always');
    expect(classic?.spec).not.toHaveProperty('initContainers');
    const env = sidecar.env?.map((each) =>
      each.name === 'PGM_READINESS' ? { ...each, value: 'applied' } : each,
    );
    expect(classic?.spec.containers).toEqual([...pod!.spec.containers, { ...sidecar, env }]);
  });

  test('has the files of migrations/ (node bin/pgm.js configmap --dir migrations > deploy/base/migrations.yaml)', () => {
    const [map] = manifestsIn('base/migrations.yaml');
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
    expect(() => renderChart('readiness=attempted')).toThrow(/readiness/);
    expect(() => renderChart('image.digest=sha256:abc')).toThrow(/digest/);
  });

  test('takes a digest for the image, labels for the pod, and the place of PostgreSQL', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const to = [{ ipBlock: { cidr: '10.1.2.0/24' } }];
    const manifests = renderChart(
      `image.digest=${digest}`,
      'podLabels={"postgres-client":"true"}',
      `networkPolicy.database=${JSON.stringify(to)}`,
    );
    const [pod] = podsOf(manifests);
    expect(pod?.spec.containers[0]?.image).toBe(`postgres-manager@${digest}`);
    expect(pod?.labels['postgres-client']).toBe('true');
    expect(pod?.spec.containers[0]?.args?.join(' ')).toContain('--readiness applied');
    const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy).toHaveProperty('spec.egress.0', { ports: [{ port: 5432 }], to });
  });
});

const program = declare(() => undefined);
const knownVariables = [...allOptions().flatMap(variablesOf), 'PGSSLMODE', 'PGSSLROOTCERT'];

function revisionOfFiles(): string {
  return snapshotOf(Object.fromEntries(allFiles.map(({ key, text }) => [key, text]))).revision;
}

function expectKnownArguments([name, ...words]: readonly string[]): void {
  const first = program.commands.find((known) => known.name() === name);
  const command = first?.commands.find((known) => known.name() === words[0]) ?? first;
  expect(command, `the command ${name ?? ''}`).toBeDefined();
  const flags = command?.options.map(({ long }) => long);
  for (const word of words.filter((each) => each.startsWith('--'))) expect(flags).toContain(word);
}

function isDaemon({ args }: Container): boolean {
  return ['watch', 'serve-health'].includes(args?.[0] ?? '');
}

function expectProbed(container: Container, { spec }: Pod): void {
  const port = Number(options.health.healthPort.default);
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
  const grace = parseDuration((at === -1 ? null : args[at + 1]) ?? options.health.grace.default);
  if (grace.kind === 'refused') throw new Error(`--grace: ${grace.reason}`);
  return grace.value;
}
