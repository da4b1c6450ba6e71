import { describe, expect, test } from 'vitest';
import { defaultUrl } from '../../src/cli/config/table/options-connection.js';
import { hasTools, manifestsOf } from './deployables.js';
import { containersOf, podsOf } from './rendered.js';

describe.skipIf(!hasTools)('the Job of tests with a PostgreSQL of their own', () => {
  const job = () => manifestsOf('ci').find(({ kind }) => kind === 'Job');
  const [pod] = hasTools ? podsOf(manifestsOf('ci')) : [];
  const [server, migrations, ...others] = pod?.spec.initContainers ?? [];

  test('starts PostgreSQL as a sidecar, then pgm migrate, then the tests, each when the one before is done', () => {
    expect([server?.name, migrations?.name, others]).toEqual(['postgres', 'migrations', []]);
    expect(server?.restartPolicy).toBe('Always');
    // What the kubelet waits for before it starts pgm: the server on TCP.
    expect(server?.startupProbe).toHaveProperty('exec.command', expect.arrayContaining(['-h']));
    expect(migrations).not.toHaveProperty('restartPolicy');
    expect(migrations?.args?.[0]).toBe('migrate');
    expect(pod?.spec.containers.map(({ name }) => name)).toEqual(['tests']);
  });

  test('is over when the tests are, and fails at once when they or a migration do', () => {
    expect(job()).toHaveProperty('spec.backoffLimit', 0);
    expect(pod?.spec).toMatchObject({ restartPolicy: 'Never' });
    for (const { name, livenessProbe, readinessProbe } of containersOf(pod!)) {
      expect([livenessProbe, readinessProbe], name).toEqual([undefined, undefined]);
    }
  });

  test('keeps the data in memory, with room for it within the limit of PostgreSQL', () => {
    const data = pod?.spec.volumes?.find(({ name }) => name === 'data');
    expect(data?.emptyDir).toEqual({ medium: 'Memory', sizeLimit: '512Mi' });
    expect(server?.resources?.limits['memory']).toBe('1Gi');
  });

  test('has a server that only its pod reaches, as the user and the database that pgm asks by default', () => {
    expect(server?.args).toContain('-clisten_addresses=localhost');
    const { username, hostname, pathname } = new URL(defaultUrl);
    expect(hostname).toBe('localhost');
    expect(server?.env).toContainEqual({ name: 'POSTGRES_DB', value: pathname.slice(1) });
    const role = manifestsOf('ci').find(({ kind }) => kind === 'ConfigMap');
    const files = role?.['data'] as Readonly<Record<string, string>>;
    expect(files['10-role.sql']).toContain(`CREATE ROLE ${username} `);
  });

  test('shares no name with base, whose files and roles it must not touch', () => {
    const named = (name: string) =>
      manifestsOf(name).map((each) => `${each.kind} ${each.metadata.name}`);
    expect(named('ci').filter((each) => named('base').includes(each))).toEqual([]);
    const maps = pod?.spec.volumes?.flatMap(({ configMap }) => configMap ?? []);
    expect(maps).toEqual([
      expect.objectContaining({ name: 'postgres-migrations-ci' }),
      expect.objectContaining({ name: 'postgres-role-ci' }),
    ]);
    expect(migrations?.env).toContainEqual({
      name: 'CONFIGMAP_NAME',
      value: 'postgres-migrations-ci',
    });
  });
});
