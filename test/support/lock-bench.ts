import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { RunLock } from '../../src/core/ports.js';
import { createDatabase, type Database } from './database.js';
import { freePort } from './http.js';
import { RunningPgm } from './pgm.js';
import { databasePort, type Running, type Target } from './run.js';
import { connect } from './server.js';
import { makeTree, type Tree } from './tree.js';
import { advisoryWaiters } from './waiting.js';

/** A number that only the blocker has the lock of, until it lets go; a file that asks for it waits. */
const gate = 4711;
export const waitAtTheGate = `-- pgm:lock-timeout 0\nselect pg_advisory_xact_lock(${gate});\n`;

/** What the tests of the run lock share: one database, and names of each test's own in it. */
export class LockBench {
  database!: Database;
  tree!: Tree;
  /** A session of nobody in particular, which stands in the way of files. */
  blocker!: ReturnType<typeof connect>;
  own = { table: '', historySchema: '', host: '' };
  #tests = 0;
  /** None outlives its test. */
  readonly #processes: RunningPgm[] = [];

  async open(): Promise<void> {
    this.database = await createDatabase();
    this.blocker = connect(this.database.name);
  }

  async close(): Promise<void> {
    await this.blocker.end({ timeout: 0 });
    await this.database.drop();
  }

  async begin(): Promise<void> {
    this.#tests += 1;
    const n = this.#tests;
    this.own = { table: `effects_${n}`, historySchema: `pgm_${n}`, host: `t${n}` };
    this.tree = await makeTree();
  }

  async end(): Promise<void> {
    for (const process of this.#processes.splice(0)) await process.stop('SIGKILL');
    await this.blocker`rollback`;
    await this.blocker`select pg_advisory_unlock_all()`;
    await this.tree.remove();
  }

  get target(): Target {
    return { ...this.own, database: this.database.name };
  }

  get environment(): Record<string, string> {
    return {
      DATABASE_URL: this.database.url,
      PGM_HISTORY_SCHEMA: this.own.historySchema,
      MIGRATIONS_DIR: this.tree.directory,
    };
  }

  start(command: string, more: Readonly<Record<string, string>> = {}): RunningPgm {
    const process = new RunningPgm([command], Object.assign(this.environment, more));
    this.#processes.push(process);
    return process;
  }

  async startWatch(): Promise<RunningPgm> {
    return this.start('watch', { HEALTH_PORT: String(await freePort()) });
  }

  /** Holds the run lock without doing anything. */
  async holdTheLock(): Promise<RunLock> {
    const lock = await databasePort(this.target).openLock();
    expect(await lock.tryAcquire()).toBe(true);
    return lock;
  }

  /** The one session that holds the run lock here, or undefined. */
  async holder(): Promise<{ readonly pid: number; readonly since: string } | undefined> {
    const [row] = await this.database.sql<{ pid: number; since: string }[]>`
      select pid, to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
      from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
        and mode = 'ExclusiveLock' and granted and application_name like 'pgm/%' and objid <> ${gate}`;
    return row;
  }

  async closeTheGate(): Promise<void> {
    await this.blocker`select pg_advisory_lock(${gate})`;
  }

  async openTheGate(): Promise<void> {
    await this.blocker`select pg_advisory_unlock(${gate})`;
  }

  /** How many stand at the gate. */
  async waitingAtTheGate(): Promise<number> {
    return (await advisoryWaiters(this.database.sql)).length;
  }
}

/** Call it once at the top of a test file. */
export function useLockBench(): LockBench {
  const bench = new LockBench();
  beforeAll(() => bench.open());
  afterAll(() => bench.close());
  beforeEach(() => bench.begin());
  afterEach(() => bench.end());
  return bench;
}

export const kinds = ({ events }: Running): readonly string[] => events.map(({ kind }) => kind);
