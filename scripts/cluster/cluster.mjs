import { setTimeout as sleep } from 'node:timers/promises';
import { KubectlFailed } from './kubectl.mjs';

/** A check found something unexpected. */
export class CheckFailed extends Error {}

export const database = 'pact_mock_servers';
const map = 'postgres-migrations';
const pod = 'postgres-0';

/** What the checks ask of a cluster in which `base` runs, and do to it. */
export class Cluster {
  #kubectl;
  #patience;
  #signal;
  #touched = 0;
  /** The files of the ConfigMap, by key, as they were last applied. */
  #files = {};

  /** `patience`, in milliseconds: `timeout` of each wait, `interval` between looks, `hold`: how long a state has to last. */
  constructor(kubectl, patience, signal) {
    this.#kubectl = kubectl;
    this.#patience = patience;
    this.#signal = signal;
  }

  get kubectl() {
    return this.#kubectl;
  }

  get patience() {
    return this.#patience;
  }

  get files() {
    return this.#files;
  }

  /** For kubectl's own waiting. */
  get timeoutFlag() {
    return `--timeout=${Math.ceil(this.#patience.timeout / 1000)}s`;
  }

  /** Starts from the map as it is in the cluster. */
  async readFiles() {
    this.#files = (await this.#kubectl.askJson(['get', 'configmap', map])).data;
    return this.#files;
  }

  /** Applies the map with these files added (an existing key is edited), and makes the kubelet look at once. */
  async addFiles(files) {
    this.#files = { ...this.#files, ...files };
    await this.putMap(this.#files);
  }

  async putMap(data) {
    await this.#kubectl.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: map },
      data,
    });
    await this.touchPod();
  }

  async deleteMap() {
    await this.#kubectl.ask(['delete', 'configmap', map]);
    await this.touchPod();
  }

  /** The kubelet syncs a pod whose annotations changed, and with it the mounts. */
  async touchPod() {
    this.#touched += 1;
    const look = `pgm-test-cluster/look=${this.#touched}`;
    await this.#kubectl.ask(['annotate', 'pod', pod, look, '--overwrite']);
  }

  deletePod() {
    return this.#kubectl.ask(['delete', 'pod', pod, '--wait=true', this.timeoutFlag]);
  }

  readPod() {
    return this.#kubectl.askJson(['get', 'pod', pod]);
  }

  /** One value, queried by a superuser over the socket. The statement goes through stdin. */
  async sql(statement) {
    const psql = ['psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', database];
    const args = ['exec', '-i', pod, '-c', 'postgres', '--', ...psql];
    return (await this.#kubectl.ask(args, statement)).trim();
  }

  /** The document of `pgm status --json` in the pod. */
  async status() {
    const args = ['exec', pod, '-c', 'postgres-manager', '--', 'pgm', 'status', '--json'];
    return JSON.parse(await this.#kubectl.ask(args));
  }

  /** Asks until `isRight` holds for the answer. A failed request, as to a starting pod, is not a right answer. */
  async until(what, ask, isRight) {
    const end = performance.now() + this.#patience.timeout;
    for (;;) {
      const answer = await ask().catch((error) => {
        if (error instanceof KubectlFailed || error instanceof SyntaxError) return error;
        throw error;
      });
      const failed = answer instanceof Error;
      if (!failed && isRight(answer)) return answer;
      if (performance.now() > end) {
        const last = failed ? answer.message : shortened(answer);
        throw new CheckFailed(`${what}: not within ${inSeconds(this.#patience.timeout)}; ${last}`);
      }
      await sleep(this.#patience.interval, undefined, { signal: this.#signal });
    }
  }

  untilSql(what, statement, wanted) {
    return this.until(
      what,
      () => this.sql(statement),
      (answer) => answer === wanted,
    );
  }

  /** Looks for as long as an unready pod would need to fall out of its Service, and fails when it has no address. */
  async holdAddress() {
    const end = performance.now() + this.#patience.hold;
    const selector = 'kubernetes.io/service-name=postgres';
    do {
      const slices = await this.#kubectl.askJson(['get', 'endpointslices', '--selector', selector]);
      const endpoints = slices.items.flatMap((slice) => slice.endpoints ?? []);
      if (!endpoints.some(({ conditions }) => conditions?.ready)) {
        throw new CheckFailed('the Service postgres has no address');
      }
      await sleep(this.#patience.interval, undefined, { signal: this.#signal });
    } while (performance.now() < end);
  }
}

export function expectThat(isTrue, complaint) {
  if (!isTrue) throw new CheckFailed(complaint);
}

function shortened(answer) {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return `the last answer was ${text.length > 200 ? `${text.slice(0, 200)} …` : text || 'empty'}`;
}

function inSeconds(ms) {
  return `${ms / 1000} s`;
}
