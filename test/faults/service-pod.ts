import { expect } from 'vitest';
import type postgres from 'postgres';
import type { Readiness } from '../../src/core/watch/readiness.js';
import { readSource } from '../../src/source/read-source.js';
import { createDatabase, type Database } from '../support/database.js';
import { type Answer, freePort, get, until } from '../support/http.js';
import { Kubelet, type Payload } from '../support/kubelet.js';
import { RunningPgm } from '../support/pgm.js';
import type { TestServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

/** Applied before anything happens. */
export const before: Payload = {
  'aws_001_x.sql': 'create table aws_x (id int);\n',
  'gcp_001_x.sql': 'create table gcp_x (id int);\n',
};

export interface PodOptions {
  readonly rule: Readiness;
  readonly linksFirst: boolean;
  readonly files: Payload;
  readonly server: TestServer;
}

/** `pgm watch` beside a database, over a mount that the kubelet swaps, as the kubelet's probes see it. */
export class Pod {
  readonly mount: string;
  #running: RunningPgm;
  #isRemoved = false;

  private constructor(
    readonly options: PodOptions,
    readonly home: Tree,
    readonly kubelet: Kubelet,
    readonly place: { readonly database: Database; port: number },
  ) {
    this.mount = kubelet.directory;
    this.#running = this.#start();
  }

  static async start(options: PodOptions): Promise<Pod> {
    const home = await makeTree();
    const { files, linksFirst, server } = options;
    const kubelet = Kubelet.mount(`${home.directory}/mount`, files, { linksFirst });
    const place = { database: await createDatabase(server), port: await freePort() };
    return new Pod(options, home, kubelet, place);
  }

  get database(): Database {
    return this.place.database;
  }

  get sql(): postgres.Sql {
    return this.database.sql;
  }

  get pgm(): RunningPgm {
    return this.#running;
  }

  /** What the next probe is told; once pgm has something to tell. */
  async probe(): Promise<Answer> {
    const answers: Answer[] = [];
    await expect
      .poll(async () => {
        const answer = await this.#answer();
        if (answer !== null) answers.push(answer);
        return answers.length;
      })
      .toBe(1);
    return answers[0]!;
  }

  /** Settles when what is mounted now is applied. */
  async isInStep(): Promise<void> {
    const { revision } = await readSource(this.mount, { schemas: null, reserved: ['pgm'] });
    await until(this.place.port, `/readiness?revision=${revision}`, 200);
  }

  /** Probes until it is called, as often as it can; then gives each reason for a no, but for a server that was late. */
  probing(): () => Promise<readonly unknown[]> {
    const reasons = new Set<unknown>();
    let isOver = false;
    const look = async (): Promise<void> => {
      while (!isOver && !this.#isRemoved) {
        const answer = await this.#answer();
        if (answer !== null && answer.status !== 200 && !isLate(answer))
          reasons.add(answer.body['reason']);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    const looking = look();
    return async () => {
      isOver = true;
      await looking;
      return [...reasons];
    };
  }

  /** Every probe is told yes until PostgreSQL was asked three times more. */
  async staysReady(): Promise<void> {
    const before = await this.#sessions();
    const asked = new Set<number>();
    while (asked.size <= 3 && (await this.#sessions()) < before + 3) {
      const answer = await this.probe();
      if (!isLate(answer)) expect(answer).toMatchObject({ status: 200, body: { reason: null } });
      for (const at of await this.#questions()) asked.add(at);
    }
  }

  /** Settles when a probe is told this; the status says nothing of the reason before. */
  async isTold(reason: RegExp): Promise<void> {
    await expect.poll(async () => (await this.probe()).body['reason']).toMatch(reason);
  }

  /** Anything else of the health server. */
  async text(path: string): Promise<string> {
    return (await fetch(`http://localhost:${this.place.port}${path}`)).text();
  }

  /** How many tries of files there have been. */
  async attempts(): Promise<number> {
    const [row] = await this.sql`select count(*)::int as n from pgm.attempts`;
    return Number(row?.['n']);
  }

  async restart(): Promise<void> {
    await this.#running.stop('SIGKILL');
    this.place.port = await freePort();
    this.#running = this.#start();
  }

  async remove(): Promise<void> {
    this.#isRemoved = true;
    await this.#running.stop('SIGKILL');
    await this.database.drop();
    await this.home.remove();
  }

  #start(): RunningPgm {
    const { rule } = this.options;
    const address = ['--dir', this.mount, '--health-port', String(this.place.port)];
    const env = { DATABASE_URL: this.database.url, PGM_READINESS: rule };
    return new RunningPgm(['watch', ...address, '--rescan-interval', '1s'], env);
  }

  /** Null while nobody answers, or pgm knows nothing yet. */
  async #answer(): Promise<Answer | null> {
    const answer = await get(this.place.port, '/readiness').catch(() => null);
    return answer?.body['reason'] === 'starting' ? null : answer;
  }

  /** When the sessions began to ask for the history: during a run, probes ask on the one beside that of the files. */
  async #questions(): Promise<readonly number[]> {
    // A transaction would see the same again and again.
    await this.sql`select pg_stat_clear_snapshot()`;
    const rows = await this.sql`
      select extract(epoch from query_start)::float8 as at from pg_stat_activity
      where datname = current_database() and query similar to '%as (layout from|in_full;)%' and pid <> pg_backend_pid()`;
    return rows.map(({ at }) => Number(at));
  }

  /** How many sessions there have been: at other times each question takes one. */
  async #sessions(): Promise<number> {
    await this.sql`select pg_stat_clear_snapshot()`;
    const [row] = await this.sql`
      select sessions::float8 as n from pg_stat_database where datname = current_database()`;
    return Number(row?.['n']);
  }
}

/** On a busy machine a server that nobody stopped may take longer for an answer than a probe waits. */
function isLate({ body }: Answer): boolean {
  return body['reason'] === 'postgres unreachable';
}
