import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfigMaps } from '../../src/kubernetes/parse-configmaps.js';
import { freePort, get, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import {
  asAdmin,
  connect,
  type OwnServer,
  startServer,
  type TestServer,
} from '../support/server.js';
import { Pod } from './pod.js';

const manifest = new URL('../../deploy/original/deployment.yaml', import.meta.url);
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Port of the manifest for the probes, and what its images add: `ENTRYPOINT ["pgm"]`, `CMD ["watch"]`. */
const healthPort = 1239;
const usualWords = ['watch'];

let server: OwnServer;
let owner: TestServer;
let pod: Pod;
let kubelet: Kubelet;
let payload: Record<string, Buffer>;
let watch: RunningPgm | null = null;

beforeAll(async () => {
  server = await startServer();
  const ports = new Map([
    [5432, server.port],
    [healthPort, await freePort()],
  ]);
  pod = new Pod(manifest, ports);
  const { stdout } = await pgm(['configmap', migrations]);
  const [map] = await parseConfigMaps(stdout, 'pgm configmap');
  const wanted = pod.deployment.spec.template.spec.volumes.find((volume) => volume.configMap);
  expect(map?.name).toBe(wanted?.configMap?.name);
  payload = Object.fromEntries([...map!.values].map(([key, value]) => [key, Buffer.from(value)]));
  kubelet = Kubelet.mount(pod.volume('migrations-configmap'), payload);
  await initialisePostgres();
});

afterAll(async () => {
  await watch?.stop();
  pod.remove();
  await server.remove();
});

describe('the original Deployment, with its images changed', () => {
  test('create-dirs makes the data directory for its owner alone', () => {
    const container = pod.container('create-dirs');
    const [program = '', ...args] = pod.words(container.command, container);
    const env = { PATH: process.env['PATH'], ...pod.environment(container) };
    expect(spawnSync(program, args, { env, encoding: 'utf8' })).toMatchObject({ status: 0 });
    expect(statSync(join(pod.volume('postgres-data'), 'pgdata')).mode & 0o777).toBe(0o700);
  });

  test('prepare-migrations makes the tree and the sentinel', async () => {
    const container = pod.container('prepare-migrations');
    const words = pod.words(container.args, container);
    const { exitCode } = await pgm(words, pod.environment(container));
    expect(exitCode).toBe(0);
    const files = Object.keys(payload).length;
    const flag = readFileSync(join(pod.volume('shared'), 'migrations-ready.flag'), 'utf8');
    expect(flag).toBe(`migrations-ready-${files}\n`);
    const path = 'postgres-migrations/gcp/001_create_schema.sql';
    expect(readFileSync(join(pod.volume('shared'), path))).toEqual(
      payload['gcp_001_create_schema.sql'],
    );
  });

  test('postgres-manager answers the start-up probe before there is a server', async () => {
    const { startupProbe } = pod.container('postgres-manager');
    start();
    await until(pod.port(startupProbe!.httpGet.port), startupProbe!.httpGet.path, 200);
    const readiness = pod.container('postgres-manager').readinessProbe!.httpGet;
    expect((await get(pod.port(readiness.port), readiness.path)).status).toBe(503);
  });

  test('the original Deployment is ready once postgres answers and all is applied', async () => {
    await server.restart();
    const { readinessProbe, livenessProbe } = pod.container('postgres-manager');
    const { path, port } = readinessProbe!.httpGet;
    const answer = await until(pod.port(port), path, 200);
    const files = Object.keys(payload).length;
    expect(answer.body).toMatchObject({ status: 'ready', migrations: { applied: files } });
    const alive = livenessProbe!.httpGet;
    expect((await get(pod.port(alive.port), alive.path)).status).toBe(200);
    // The probe asks the database, so it may know before the run's last look has ended.
    await watch!.printed(/✅ All migrations applied/);
  });

  test('a ConfigMap that changes is applied without a restart', async () => {
    const more = { 'gcp_900_more.sql': 'CREATE TABLE IF NOT EXISTS gcp.more (id int);' };
    kubelet.swap({ ...payload, ...more });
    await watch!.printed(/gcp\/900_more\.sql applied/);
    const sql = connect('pact_mock_servers', owner);
    try {
      expect(await sql`select to_regclass('gcp.more')::text as made`).toEqual([
        { made: 'gcp.more' },
      ]);
    } finally {
      await sql.end();
    }
  });

  test('pgm probe asks the same from inside the container', async () => {
    const env = pod.environment(pod.container('postgres-manager'));
    expect(await pgm(['probe', 'readiness'], env)).toMatchObject({
      exitCode: 0,
      stdout: 'ready\n',
    });
  });

  test('the probes are those of its documentation', () => {
    const { livenessProbe, readinessProbe, startupProbe } = pod.container('postgres-manager');
    const at = (path: string) => ({ httpGet: { path, port: healthPort } });
    expect(livenessProbe).toEqual({
      ...at('/liveness'),
      initialDelaySeconds: 30,
      periodSeconds: 10,
    });
    expect(readinessProbe).toEqual({
      ...at('/readiness'),
      initialDelaySeconds: 90,
      periodSeconds: 5,
    });
    expect(startupProbe).toEqual({
      ...at('/liveness'),
      ...{ initialDelaySeconds: 2, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 60 },
    });
  });
});

function start(): void {
  const container = pod.container('postgres-manager');
  const words = pod.words(container.args ?? usualWords, container);
  watch = new RunningPgm(words, pod.environment(container));
}

/** What the image of PostgreSQL makes of its variables: a superuser; then it is stopped, as the pod has not come to it yet. */
async function initialisePostgres(): Promise<void> {
  const { POSTGRES_USER, POSTGRES_PASSWORD } = pod.environment(pod.container('postgres'));
  expect(POSTGRES_USER).toBe(server.user);
  await asAdmin(
    (sql) => sql.unsafe(`alter role current_user password '${POSTGRES_PASSWORD}'`),
    server,
  );
  owner = { ...server, password: POSTGRES_PASSWORD! };
  await server.stop('fast');
}
