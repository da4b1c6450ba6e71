import { afterAll, beforeAll, expect, test } from 'vitest';
import { checks } from '../../scripts/cluster/checks.mjs';
import { Cluster, type KubectlPort } from '../../scripts/cluster/cluster.mjs';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';

/**
 * The checks of `npm run test:cluster` against the real pgm and a real PostgreSQL; only what Kubernetes does is played. So
 * what they read of `pgm status --json`, ask of the history and write into files is what it has to be.
 */

let database: Database;
let home: Tree;
let kubelet: Kubelet;
let port: number;
let watching: RunningPgm;
let cluster: Cluster;
let files: Readonly<Record<string, string>> = {
  'gcp_001_create_schema.sql': 'CREATE SCHEMA IF NOT EXISTS gcp;\n',
  'gcp_002_table.sql': 'CREATE TABLE IF NOT EXISTS gcp.first (n int);\n',
};

beforeAll(async () => {
  database = await createDatabase();
  home = await makeTree();
  kubelet = Kubelet.mount(`${home.directory}/mount`, files);
  port = await freePort();
  startPod();
  await until(port, '/readiness', 200);
  const patience = { timeout: 60_000, interval: 50, hold: 3_000 };
  cluster = new Cluster(played, patience, new AbortController().signal);
});

afterAll(async () => {
  await watching.stop('SIGKILL');
  await home.remove();
  await database.drop();
});

function startPod(): void {
  const flags = ['--dir', kubelet.directory, '--health-port', String(port), '--grace', '0'];
  watching = new RunningPgm(['watch', ...flags], { DATABASE_URL: database.url });
}

const played: KubectlPort = {
  async ask([verb = '', ...words], input = '') {
    const call = [verb, ...words].join(' ');
    if (call.startsWith('exec -i ')) return ask(input);
    if (call.endsWith(' -- pgm status --json')) return askStatus();
    if (call === 'delete configmap postgres-migrations') put({});
    else if (call.startsWith('delete pod postgres-0 ')) {
      await watching.stop();
      startPod();
    } else if (verb !== 'annotate') throw new Error(`nobody plays kubectl ${call}`);
    return '';
  },
  askJson([verb, kind]) {
    if (kind === 'configmap') return Promise.resolve({ data: files });
    if (kind !== 'endpointslices') throw new Error(`nobody plays kubectl ${verb!} ${kind!}`);
    return Promise.resolve({ items: [{ endpoints: [{ conditions: { ready: true } }] }] });
  },
  apply({ data } = { kind: '' }) {
    put(data as Readonly<Record<string, string>>);
    return Promise.resolve();
  },
};

function put(data: Readonly<Record<string, string>>): void {
  files = data;
  kubelet.swap(data);
}

/** As psql prints one value. The role here is not pact, and other tests share the server. */
async function ask(statement: string): Promise<string> {
  const own = statement.replace(
    "usename = 'pact'",
    'datname = current_database() AND pid <> pg_backend_pid()',
  );
  const [row = {}] = await database.sql.unsafe(own);
  const [value] = Object.values(row);
  return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
}

async function askStatus(): Promise<string> {
  const flags = ['status', '--json', '--dir', kubelet.directory];
  const { stdout, stderr, exitCode } = await pgm(flags, { DATABASE_URL: database.url });
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Those that ask only what Kubernetes does are for a cluster. */
const onlyInCluster = /^(?:base is admitted|a rotated password|deploy\/ci|no container)/;
const here = checks.filter(({ name }) => !onlyInCluster.test(name));

test('most checks can be tried without a cluster', () => {
  expect(here.length).toBe(checks.length - 4);
});

test.each(here.map((check) => [check.name, check] as const))('%s', async (_, check) => {
  await check.run(cluster, {});
});
