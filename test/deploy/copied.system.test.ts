import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { page, section, yamlIn } from '../docs/pages.js';
import { hasTools } from './deployables.js';
import { type Container, pgmContainersOf, type Pod, podsOf, readManifests } from './rendered.js';
import { type Manifest, problemsOf } from './schema.js';
import { root, runTool } from './tools.js';

/** The manifests that docs/clusters.md gives to copy. */

const text = page('docs/clusters.md');
const operators = yamlIn(section(text, '## PostgreSQL of an operator'));
const [openShift = ''] = yamlIn(section(text, '## OpenShift'));
const [lostNode = ''] = yamlIn(section(text, '## A lost node'));
const [restore = ''] = yamlIn(section(text, '## A restore'));
const [cloudNative = '', crunchy = '', zalando = ''] = operators;

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'pgm-test-copied-')));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let made = 0;

/** What kubectl makes of a kustomization in a directory of its own. */
function render(kustomization: string): readonly Manifest[] {
  made += 1;
  const own = join(directory, String(made));
  mkdirSync(own);
  const here = relative(own, realpathSync(root));
  const filled = kustomization.replaceAll('<this repository>', here);
  writeFileSync(join(own, 'kustomization.yaml'), filled);
  return readManifests(runTool('kubectl', ['kustomize', own]));
}

function podOf(kustomization: string): Pod & { readonly runner: Container } {
  const [pod] = podsOf(render(kustomization));
  return { ...pod!, runner: pgmContainersOf(pod!)[0]! };
}

/** Where the files of a mounted path come from: `Secret/key`. */
function sourceOf({ spec, runner }: ReturnType<typeof podOf>, file: string): string | undefined {
  const mount = runner.volumeMounts?.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const volume = spec.volumes?.find(({ name }) => name === mount?.name) as
    { readonly secret?: Files; readonly configMap?: unknown } | undefined;
  if (volume?.secret === undefined || volume.configMap !== undefined) return undefined;
  const { secretName, items, defaultMode } = volume.secret;
  expect(defaultMode).toBe(0o440);
  const [item, ...others] = items;
  expect(others).toEqual([]);
  expect(`${mount!.mountPath}/${item!.path}`).toBe(file);
  return `${secretName}/${item!.key}`;
}

interface Files {
  readonly secretName: string;
  readonly defaultMode: number;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

const variable = ({ runner }: ReturnType<typeof podOf>, wanted: string): unknown =>
  runner.env?.find(({ name }) => name === wanted);

describe.skipIf(!hasTools)('a manifest of docs/clusters.md', () => {
  test.each([
    ['CloudNativePG', cloudNative],
    ['Crunchy PGO', crunchy],
    ['Zalando', zalando],
    ['OpenShift', openShift],
    ['a lost node', lostNode],
    ['a restore', restore],
  ])('for %s has nothing that Kubernetes would refuse', async (_, kustomization) => {
    const manifests = render(kustomization);
    expect((await Promise.all(manifests.map(problemsOf))).flat()).toEqual([]);
    const [pod] = podsOf(manifests);
    const volumes = [...(pod?.spec.volumes ?? []).map(({ name }) => name), 'data'];
    for (const { volumeMounts = [] } of pgmContainersOf(pod!)) {
      for (const { name } of volumeMounts) expect(volumes).toContain(name);
    }
  });

  test.each([
    ['CloudNativePG', cloudNative, 'mydb-app/uri', 'mydb-ca/ca.crt'],
    ['Crunchy PGO', crunchy, 'mydb-pguser-pact/uri', 'mydb-cluster-cert/ca.crt'],
  ])('for %s mounts the URL and the CA, and no other key', (_, kustomization, url, ca) => {
    const pod = podOf(kustomization);
    const fileIn = (name: string) => (variable(pod, name) as { readonly value: string }).value;
    expect(sourceOf(pod, fileIn('DATABASE_URL_FILE'))).toBe(url);
    expect(sourceOf(pod, fileIn('PGSSLROOTCERT'))).toBe(ca);
    expect(fileIn('PGSSLMODE')).toBe('verify-full');
  });

  test('for Zalando has user and password as variables, TLS, and nothing of the URL that is not there', () => {
    const pod = podOf(zalando);
    const name = 'pact.acid-mydb.credentials.postgresql.acid.zalan.do';
    for (const [wanted, key] of [
      ['PGUSER', 'username'],
      ['PGPASSWORD', 'password'],
    ] as const) {
      expect(variable(pod, wanted)).toEqual({
        name: wanted,
        valueFrom: { secretKeyRef: { name, key } },
      });
    }
    expect(variable(pod, 'PGSSLMODE')).toEqual({ name: 'PGSSLMODE', value: 'require' });
    for (const gone of ['DATABASE_URL_FILE', 'PGSSLROOTCERT']) {
      expect(variable(pod, gone)).toBeUndefined();
    }
    expect(pod.spec.volumes?.map((volume) => volume.name)).toEqual(['migrations']);
  });

  test('for OpenShift names no user and no group, and keeps everything else of restricted', () => {
    const { spec, runner } = podOf(openShift);
    expect(JSON.stringify([spec.securityContext, runner.securityContext])).not.toMatch(
      /runAsUser|runAsGroup|fsGroup"/,
    );
    expect(runner.securityContext).toEqual({
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const policy = render(openShift).find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy).toHaveProperty('spec.egress.0.ports', [{ port: 5432 }]);
    expect(policy).toHaveProperty('spec.egress.1.ports.0.port', 5353);
  });

  test('for a lost node is followed by another pod after 30 s', () => {
    const { tolerations = [] } = podOf(lostNode).spec as {
      readonly tolerations?: readonly { key: string; tolerationSeconds: number }[];
    };
    expect(tolerations.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ['node.kubernetes.io/unreachable', 30],
      ['node.kubernetes.io/not-ready', 30],
    ]);
  });

  test('for a restore answers probes and applies nothing', () => {
    expect(podOf(restore).runner.args).toEqual(['serve-health']);
  });
});
