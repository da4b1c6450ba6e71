import { expectThat } from './cluster.mjs';

/** Files that the checks add. Their numbers come after all of migrations/. */
const added = 'gcp_901_cluster_check.sql';
const broken = 'gcp_902_cluster_check.sql';
const long = 'gcp_903_cluster_check.sql';
const late = 'gcp_904_cluster_check.sql';
const keyOf = (name) => name.replace('_', '/');

const exists = (table) => `SELECT to_regclass('gcp.${table}') IS NOT NULL`;

/**
 * The checks, in this order: each starts from the state in which the one before left the cluster. `run` gets the cluster and
 * the overlays; it throws `CheckFailed` or `KubectlFailed`.
 */
export const checks = [
  {
    name: 'base is admitted to a restricted namespace, and its pod gets ready',
    async run(cluster, overlays) {
      await cluster.kubectl.ask(['apply', '--server-side', '--kustomize', overlays.base]);
      const wait = ['rollout', 'status', 'statefulset/postgres', cluster.timeoutFlag];
      await cluster.kubectl.ask(wait);
    },
  },
  {
    name: 'every file of the map is applied',
    async run(cluster) {
      const count = Object.keys(await cluster.readFiles()).length;
      const { upToDate, counts } = await cluster.status();
      const found = `${counts.applied} of ${count} are applied`;
      expectThat(upToDate && counts.applied === count, found);
    },
  },
  {
    name: 'a new file is applied',
    async run(cluster) {
      await cluster.addFiles({
        [added]: 'CREATE TABLE IF NOT EXISTS gcp.cluster_check (n int);\n',
      });
      await cluster.untilSql('its table is there', exists('cluster_check'), 't');
    },
  },
  {
    name: 'an edited file runs again',
    async run(cluster) {
      const text = 'ALTER TABLE gcp.cluster_check ADD COLUMN IF NOT EXISTS m int;\n';
      await cluster.addFiles({ [added]: cluster.files[added] + text });
      const column = "attrelid = to_regclass('gcp.cluster_check') AND attname = 'm'";
      const asked = `SELECT count(*) FROM pg_attribute WHERE ${column}`;
      await cluster.untilSql('its new column is there', asked, '1');
    },
  },
  {
    name: 'a broken file is reported with its place',
    async run(cluster) {
      await cluster.addFiles({ [broken]: 'SELECT nowhere;\n' });
      const isTold = ({ migrations }) => {
        const { state, failure } = migrations.find(({ key }) => key === keyOf(broken)) ?? {};
        return state === 'failed' && failure.place?.line === 1 && failure.place.column === 8;
      };
      await cluster.until(`${keyOf(broken)}:1:8 in pgm status`, () => cluster.status(), isTold);
    },
  },
  {
    name: 'the Service keeps its address while a file fails',
    run: (cluster) => cluster.holdAddress(),
  },
  {
    name: 'the fixed file is applied',
    async run(cluster) {
      await cluster.addFiles({
        [broken]: 'CREATE TABLE IF NOT EXISTS gcp.cluster_fixed (n int);\n',
      });
      await cluster.untilSql('its table is there', exists('cluster_fixed'), 't');
    },
  },
  {
    name: 'the Service keeps its address while a file runs for long',
    async run(cluster) {
      // Twice as long, so that it still runs when its pod is deleted.
      const seconds = Math.ceil((2 * cluster.patience.hold) / 1000);
      const text = [
        'CREATE TABLE IF NOT EXISTS gcp.cluster_runs (at timestamptz);',
        'INSERT INTO gcp.cluster_runs VALUES (now());',
        `SELECT pg_sleep(${seconds});`,
      ];
      await cluster.addFiles({ [long]: `${text.join('\n')}\n` });
      await cluster.untilSql('it runs', running, '1');
      await cluster.holdAddress();
    },
  },
  {
    name: 'a file whose pod is deleted in the middle is rolled back, and the next pod runs it',
    async run(cluster) {
      expectThat((await cluster.sql(running)) === '1', 'the file does not run any more');
      await cluster.deletePod();
      await cluster.untilSql('it is applied', appliedOnce(long), '1');
      const rows = await cluster.sql('SELECT count(*) FROM gcp.cluster_runs');
      expectThat(rows === '1', `it left ${rows} rows in place of 1`);
    },
  },
  {
    name: 'a rotated password is used without a restart',
    async run(cluster, overlays, passwords) {
      const before = await cluster.readPod();
      const { secret, password } = passwords.next();
      await cluster.kubectl.apply(secret);
      await cluster.touchPod();
      await cluster.sql(`ALTER ROLE pact PASSWORD '${password}'`);
      await cluster.sql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'pact'",
      );
      await cluster.addFiles({ [late]: 'CREATE TABLE IF NOT EXISTS gcp.cluster_late (n int);\n' });
      await cluster.untilSql('a file is applied with it', exists('cluster_late'), 't');
      const after = await cluster.readPod();
      expectThat(after.metadata.uid === before.metadata.uid, 'there is another pod');
      expectThat(restartsOf(after) === restartsOf(before), 'a container was restarted');
    },
  },
  {
    name: 'an emptied map takes nothing away: the Service keeps its address, and no file runs twice afterwards',
    run: (cluster) => goesAndReturns(cluster, () => cluster.putMap({})),
  },
  {
    name: 'a deleted map takes nothing away: the Service keeps its address, and no file runs twice afterwards',
    run: (cluster) => goesAndReturns(cluster, () => cluster.deleteMap()),
  },
  {
    name: 'deploy/ci applies the files, runs its tests and ends',
    async run(cluster, overlays) {
      const metadata = { name: 'postgres-migrations-ci' };
      // Not the one that sleeps.
      const own = Object.entries(cluster.files).filter(([name]) => !name.includes('cluster_check'));
      const data = Object.fromEntries(own);
      await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
      await cluster.kubectl.ask(['apply', '--server-side', '--kustomize', overlays.ci]);
      const ask = () => cluster.kubectl.askJson(['get', 'job', 'postgres-ci']);
      const { status } = await cluster.until('it ends', ask, (job) => endOf(job) !== undefined);
      const end = endOf({ status });
      expectThat(end.type === 'Complete', `the Job failed: ${end.reason}, ${end.message}`);
    },
  },
  {
    name: 'no container of the pod was restarted',
    async run(cluster) {
      const restarts = restartsOf(await cluster.readPod());
      expectThat(restarts === 0, `${restarts} restarts`);
    },
  },
];

const running =
  "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'pact' AND query LIKE '%gcp.cluster_runs VALUES%'";

function appliedOnce(name) {
  const filename = name.slice('gcp_'.length);
  return `SELECT count(*) FROM pgm.attempts WHERE filename = '${filename}' AND outcome = 'applied'`;
}

/** The files disappear and come back as they were. */
async function goesAndReturns(cluster, go) {
  const attempts = 'SELECT count(*) FROM pgm.attempts';
  const before = await cluster.sql(attempts);
  await go();
  const isGone = ({ counts }) => counts.applied === 0 && counts.missing > 0;
  await cluster.until('the files are gone from the pod', () => cluster.status(), isGone);
  await cluster.holdAddress();
  await cluster.putMap(cluster.files);
  await cluster.until(
    'they are back',
    () => cluster.status(),
    ({ upToDate }) => upToDate,
  );
  const after = await cluster.sql(attempts);
  expectThat(after === before, `${after - before} files ran again`);
}

function restartsOf({ status }) {
  const containers = [...(status.initContainerStatuses ?? []), ...status.containerStatuses];
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function endOf({ status }) {
  const isEnd = ({ type, status: holds }) => /^(?:Complete|Failed)$/.test(type) && holds === 'True';
  return (status.conditions ?? []).find(isEnd);
}
