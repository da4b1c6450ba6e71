/** One call of kubectl, as `kubectl.sh` writes it down, and what it is answered. */
export interface Entry {
  readonly call: string;
  readonly answer?: string;
  /** Other answers, each of which makes the check fail to which the entry belongs. */
  readonly reds?: readonly Answer[];
}

export interface Answer {
  /** What the line of the failed check says. */
  readonly told: RegExp;
  readonly answer?: string;
  /** Then `answer` is on stderr. */
  readonly code?: number;
  /** The number of a later check that fails by it as well. */
  readonly also?: number;
}

export const namespace = 'pgm-test-cluster';

const where = `--context kind-test --namespace ${namespace}`;
const psql =
  'exec -i postgres-0 -c postgres -- psql -qAtX -v ON_ERROR_STOP=1 -U postgres -d pact_mock_servers';
const unanswered = 'error: unable to upgrade connection: container not found';

function kubectl(call: string, answer: unknown = '', ...reds: readonly Answer[]): Entry {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { call: `${where} ${call}`, answer: text, reds };
}

/** An SQL statement; what else could be answered, and what is told of it. */
function sql(statement: string, answer: string, ...reds: readonly Answer[]): Entry {
  return kubectl(`${psql} < ${statement}`, answer, ...reds);
}

/** The table of a file: it is there, or never comes, or the container is not there to ask. */
function table(name: string): Entry {
  return sql(
    `SELECT to_regclass('gcp.${name}') IS NOT NULL`,
    't',
    { told: /not within 0.3 s; the last answer was f/, answer: 'f' },
    { told: /container not found/, code: 1, answer: unanswered },
  );
}

function status(answer: object, ...reds: readonly Answer[]): Entry {
  const call = 'exec postgres-0 -c postgres-manager -- pgm status --json';
  return kubectl(call, answer, ...reds);
}

const inStep = { upToDate: true, counts: { applied: 2, missing: 0 }, migrations: [] };
const behind = { ...inStep, upToDate: false, counts: { applied: 1, missing: 0 } };
const failed = (line: number) => ({
  upToDate: false,
  counts: { applied: 1, failed: 1, missing: 0 },
  migrations: [
    {
      key: 'gcp/902_cluster_check.sql',
      state: 'failed',
      failure: { place: { line, column: 8 } },
    },
  ],
});
const gone = { upToDate: false, counts: { applied: 0, missing: 2 }, migrations: [] };

const slices = (ready: boolean) => ({
  items: [{ endpoints: [{ addresses: ['10.0.0.7'], conditions: { ready } }] }],
});
const noAddress = { told: /the Service postgres has no address/ };
const address = kubectl(
  'get endpointslices --selector kubernetes.io/service-name=postgres --output json',
  slices(true),
  { ...noAddress, answer: JSON.stringify(slices(false)) },
  { ...noAddress, answer: JSON.stringify({ items: [{ endpoints: null }] }) },
);

const pod = (restartCount: number, uid = 'a') => ({
  metadata: { uid },
  status: { initContainerStatuses: [{ restartCount }], containerStatuses: [{ restartCount: 0 }] },
});
const job = (type?: string) => ({
  status: {
    conditions: [
      { type: 'FailureTarget', status: 'True' },
      ...(type === undefined
        ? []
        : [{ type, status: 'True', reason: 'BackoffLimitExceeded', message: 'it has failed' }]),
    ],
  },
});

const configMap = { data: { 'gcp_001_x.sql': 'SELECT 1;\n', 'gcp_002_x.sql': 'SELECT 2;\n' } };
const apply = kubectl('apply --server-side --filename -');
const touch = kubectl('annotate pod postgres-0 pgm-test-cluster/look=* --overwrite');
const change: readonly Entry[] = [apply, touch];
const runs = (answer: string, ...reds: readonly Answer[]): Entry =>
  sql(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'pact' AND query LIKE '%gcp.cluster_runs VALUES%'",
    answer,
    ...reds,
  );

function goesAndReturns(
  go: readonly Entry[],
  also: { readonly also?: number } = {},
): readonly Entry[] {
  const attempts = 'SELECT count(*) FROM pgm.attempts';
  return [
    sql(attempts, '6'),
    ...go,
    status(gone, { told: /the files are gone from the pod: not/, answer: JSON.stringify(inStep) }),
    address,
    ...change,
    status(inStep, { told: /they are back: not within/, answer: JSON.stringify(gone) }),
    // The next check begins with the same question, and so with the same answer.
    sql(attempts, '6', { told: /2 files ran again/, answer: '8', ...also }),
  ];
}

export const created = kubectl('create --filename -');
export const deleted = kubectl(`delete namespace ${namespace} --wait=true --timeout=1s`);
/** Of a namespace with these labels, or of none. */
export function found(labels?: Readonly<Record<string, string>>): Entry {
  const call = `get namespace ${namespace} --ignore-not-found -o json`;
  return kubectl(call, labels === undefined ? '' : { metadata: { labels } });
}
export const ours = { 'app.kubernetes.io/managed-by': 'pgm-test-cluster' };
export const context: Entry = { call: 'config current-context', answer: 'kind-test\n' };
export const rollout = 'rollout status statefulset/postgres --timeout=1s';

/** What comes before the checks; the namespace is not there yet. */
export const beginning: readonly Entry[] = [context, found(), created, apply];
export const ending: readonly Entry[] = [found(ours), deleted];

/** What each check asks, in their order, answered by a cluster in which all is fine. */
export const checks: readonly (readonly Entry[])[] = [
  [
    kubectl('apply --server-side --kustomize base', '', {
      told: /kubectl apply --server-side --kustomize ended with 1: .* violates PodSecurity/,
      code: 1,
      answer: 'Error: pods "postgres-0" is forbidden: it violates PodSecurity "restricted:latest"',
    }),
    kubectl(rollout, '', {
      told: /kubectl rollout status statefulset\/postgres ended with 1: error: timed out/,
      code: 1,
      answer: 'error: timed out waiting for the condition',
    }),
  ],
  [
    kubectl('get configmap postgres-migrations --output json', configMap),
    status(
      inStep,
      { told: /1 of 2 are applied/, answer: JSON.stringify(behind) },
      { told: /container not found/, code: 1, answer: unanswered },
    ),
  ],
  [...change, table('cluster_check')],
  [
    ...change,
    sql(
      "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('gcp.cluster_check') AND attname = 'm'",
      '1',
      { told: /its new column is there: not within 0.3 s; the last answer was 0/, answer: '0' },
    ),
  ],
  [
    ...change,
    status(
      failed(1),
      { told: /gcp\/902_cluster_check.sql:1:8 in pgm/, answer: JSON.stringify(failed(2)) },
      { told: /gcp\/902_cluster_check.sql:1:8 in pgm/, answer: JSON.stringify(inStep) },
    ),
  ],
  [address],
  [...change, table('cluster_fixed')],
  [...change, runs('1', { told: /it runs: not within 0.3 s/, answer: '0', also: 9 }), address],
  [
    runs('1'),
    kubectl('delete pod postgres-0 --wait=true --timeout=1s', '', {
      told: /kubectl delete pod postgres-0 ended with 1: error: timed out/,
      code: 1,
      answer: 'error: timed out waiting for the condition on pods/postgres-0',
    }),
    sql(
      "SELECT count(*) FROM pgm.attempts WHERE filename = '903_cluster_check.sql' AND outcome = 'applied'",
      '1',
      { told: /it is applied: not within/, answer: '0' },
    ),
    sql('SELECT count(*) FROM gcp.cluster_runs', '1', {
      told: /it left 2 rows in place of 1/,
      answer: '2',
    }),
  ],
  [
    kubectl('get pod postgres-0 --output json', pod(0)),
    apply,
    touch,
    sql('ALTER ROLE pact PASSWORD', ''),
    sql(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'pact'",
      '2',
    ),
    ...change,
    table('cluster_late'),
    kubectl(
      'get pod postgres-0 --output json',
      pod(0),
      { told: /a container was restarted/, answer: JSON.stringify(pod(1)) },
      { told: /there is another pod/, answer: JSON.stringify(pod(0, 'b')) },
    ),
  ],
  goesAndReturns(change, { also: 12 }),
  goesAndReturns([kubectl('delete configmap postgres-migrations'), touch]),
  [
    apply,
    kubectl('apply --server-side --kustomize ci'),
    kubectl(
      'get job postgres-ci --output json',
      job('Complete'),
      {
        told: /the Job failed: BackoffLimitExceeded, it has/,
        answer: JSON.stringify(job('Failed')),
      },
      { told: /it ends: not within/, answer: JSON.stringify(job()) },
    ),
  ],
  [
    kubectl('get pod postgres-0 --output json', pod(0), {
      told: /3 restarts/,
      answer: JSON.stringify(pod(3)),
    }),
  ],
];

/** A whole run in which all is fine. */
export const green: readonly Entry[] = [...beginning, ...checks.flat(), ...ending];
