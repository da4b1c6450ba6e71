import { describe, expect, test } from 'vitest';
import {
  deployables,
  hasTools,
  manifestsIn,
  manifestsOf,
  podsOfDeployable,
} from './deployables.js';
import { type Container, containersOf, type Pod, type Volume } from './rendered.js';
import { policiesOf, trafficOf } from './traffic.js';

/** What a security review asks of everything that deploy/ puts into a cluster. */

test('the namespace admits only restricted pods', () => {
  const labels = manifestsIn('namespace.yaml').map(({ metadata }) => metadata['labels']);
  expect(labels).toEqual([
    expect.objectContaining({ 'pod-security.kubernetes.io/enforce': 'restricted' }),
  ]);
});

describe.skipIf(!hasTools).each(deployables)('%s', (name) => {
  const pods = (): readonly Pod[] => podsOfDeployable(name);

  test('runs nothing as root, with a capability, or on a file system that it can write', () => {
    for (const { name, securityContext = {} } of pods().flatMap(containersOf)) {
      const { runAsUser, runAsGroup, ...rest } = securityContext;
      expect(rest, name).toEqual({
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(runAsUser, name).toBeGreaterThan(0);
      expect(runAsGroup, name).toBeGreaterThan(0);
    }
  });

  test('has pods with nothing of their node, no token and no links of Services', () => {
    for (const { spec } of pods()) {
      expect(spec).toMatchObject({
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        automountServiceAccountToken: false,
        enableServiceLinks: false,
      });
      const asked = Object.keys(spec).filter((field) => /^(?:host|shareProcess)/.test(field));
      expect(asked).toEqual([]);
      for (const volume of spec.volumes ?? []) expect(sourcesOf(volume)).toEqual([]);
    }
  });

  test('has a service account without a token for each pod', () => {
    const accounts = manifestsOf(name).filter(({ kind }) => kind === 'ServiceAccount');
    for (const account of accounts) expect(account['automountServiceAccountToken']).toBe(false);
    const known = accounts.map(({ metadata }) => metadata.name);
    for (const { spec } of pods()) expect(known).toContain(spec.serviceAccountName);
  });

  test('gives secrets as files that only the pod may read, and that nobody may write', () => {
    for (const pod of pods()) {
      const secret = (pod.spec.volumes ?? []).filter(isSecret);
      for (const volume of secret) {
        // Without the group the containers, which are not root, could not read them.
        expect(modeOf(volume), volume.name).toBe(0o440);
        expect(pod.spec.securityContext?.['fsGroup']).toBeGreaterThan(0);
      }
      for (const container of containersOf(pod)) expectNoPasswordInVariables(container);
    }
  });

  test('mounts what comes from the cluster read-only, and bounds what may be written', () => {
    for (const pod of pods()) {
      const volumes = pod.spec.volumes ?? [];
      const given = volumes.filter(({ emptyDir }) => emptyDir === undefined).map(nameOf);
      const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
      for (const mount of mounts.filter(({ name }) => given.includes(name))) {
        expect(mount.readOnly, mount.name).toBe(true);
      }
      for (const { emptyDir, name } of volumes) {
        if (emptyDir !== undefined) expect(emptyDir.sizeLimit, name).toBeDefined();
      }
    }
  });

  test('asks for processor and memory, and never takes more memory', () => {
    for (const { name, resources } of pods().flatMap(containersOf)) {
      expect(Object.keys(resources?.requests ?? {}).toSorted(), name).toEqual(['cpu', 'memory']);
      expect(resources?.limits, name).toHaveProperty('memory');
    }
  });

  test('names the version of each image, down to the last that its publisher counts', () => {
    for (const { image } of pods().flatMap(containersOf)) {
      expect(image).toMatch(/:\d+\.\d+(?:\.\d+)?$|@sha256:[0-9a-f]{64}$/);
    }
  });

  test('lets in and out what is needed and nothing else', () => {
    const policies = policiesOf(manifestsOf(name));
    for (const pod of pods()) expect(trafficOf(pod, policies), name).toEqual(neededBy(name));
    // The waves of a fleet are pods of one kind.
    const kinds = new Set(pods().map(({ labels }) => labels['app.kubernetes.io/name']));
    expect(policies.length).toBe(kinds.size);
  });
});

describe.skipIf(!hasTools)('between two of them', () => {
  test.each(['job', 'app-gate'])('%s may ask the PostgreSQL of base', (name) => {
    const [client] = podsOfDeployable(name);
    const [server] = podsOfDeployable('base');
    expect(client?.labels).toMatchObject({ 'postgres-client': 'true' });
    expect(server?.labels).toMatchObject({ 'app.kubernetes.io/name': 'postgres' });
  });
});

const dns = 'out to pods k8s-app=kube-dns in namespace kube-system: 53/UDP, 53/TCP';
const anyPostgres = 'out to anywhere: 5432/TCP';
const scrape = 'in from namespace monitoring: 1239/TCP';

/** Who may talk to whom, by what is deployed. pgm beside PostgreSQL asks it by localhost, which no policy sees. */
function neededBy(name: string): readonly string[] {
  switch (name) {
    case 'base':
    case 'classic':
      return ['in from pods postgres-client=true: 5432/TCP', scrape];
    case 'ci':
      return [];
    case 'app-gate':
      return ['out to pods app.kubernetes.io/name=postgres: 5432/TCP', dns];
    case 'job':
    case 'fleet':
    case 'chart, job with files':
      return [anyPostgres, dns];
    case 'external':
    case 'fleet-health':
    case 'chart, watch':
    case 'chart, watch with a CA':
      return [scrape, anyPostgres, dns];
    default:
      throw new Error(`nobody has said whom ${name} may talk to`);
  }
}

const nameOf = ({ name }: { readonly name: string }): string => name;

/** What a volume is of, but for what is fine in any pod. */
function sourcesOf({ projected, ...volume }: Volume): readonly string[] {
  const fine = ['name', 'configMap', 'secret', 'emptyDir'];
  const sources = [volume, ...(projected?.sources ?? [])].flatMap((source) => Object.keys(source));
  return sources.filter((source) => !fine.includes(source));
}

function isSecret({ secret, projected }: Volume): boolean {
  return secret !== undefined || (projected?.sources ?? []).some((source) => 'secret' in source);
}

function modeOf({ secret, projected }: Volume): number | undefined {
  return (secret ?? projected)?.defaultMode;
}

/** Variables are seen by `kubectl describe`, by child processes and in dumps. */
function expectNoPasswordInVariables({ env = [] }: Container): void {
  expect(JSON.stringify(env)).not.toContain('secretKeyRef');
  for (const { name, value } of env) {
    expect(name).not.toMatch(/(?:PASSWORD|PASS|TOKEN|URL)$/);
    expect(value ?? '').not.toMatch(/:\/\/[^/]*@/);
  }
}
