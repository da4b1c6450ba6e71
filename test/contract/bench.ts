import { afterEach, beforeEach } from 'vitest';
import { judgeFile } from '../../src/core/statements/judge-file.js';
import { parseHeaders } from '../../src/core/statements/headers.js';
import type {
  ApplyOutcome,
  Database,
  Observer,
  RunLock,
  Session,
  Work,
} from '../../src/core/ports.js';
import { oneStatement } from '../support/memory/sql.js';
import { snapshotOf } from '../support/memory/snapshot.js';

/** A database to hold to the contract of the ports, with a history schema of its own. */
export interface DatabaseUnderTest {
  readonly database: Database;
  /** The same database, as another process sees it. */
  readonly other: Database;
  /** As somebody with the right to it would, ending all sessions. */
  drop(): Promise<void>;
  /** Settles when a session is in the middle of `slow`. */
  slowBegun(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one that exists and has no history, or one that is missing. */
export type OpenDatabase = (state: 'empty' | 'missing') => Promise<DatabaseUnderTest>;

/** What a test of the contract has at hand; what it opens is closed behind it. */
export class ContractBench {
  database!: Database;
  other!: Database;
  drop!: () => Promise<void>;
  slowBegun!: () => Promise<void>;
  readonly #ends: (() => Promise<void>)[] = [];

  async open(openDatabase: OpenDatabase, state: 'empty' | 'missing'): Promise<void> {
    const opened = await openDatabase(state);
    this.database = opened.database;
    this.other = opened.other;
    this.drop = () => opened.drop();
    this.slowBegun = () => opened.slowBegun();
    this.#ends.push(() => opened.close());
  }

  async connect(database: Database = this.database): Promise<Session> {
    const session = await database.connect();
    this.#ends.push(() => session.close());
    return session;
  }

  async observe(): Promise<Observer> {
    const observer = await this.database.observe();
    this.#ends.push(() => observer.close());
    return observer;
  }

  /** A session with a history. */
  async ready(): Promise<Session> {
    const session = await this.connect();
    await session.ensureHistory();
    return session;
  }

  async openLock(database: Database = this.database): Promise<RunLock> {
    const lock = await database.openLock();
    this.#ends.push(() => lock.release());
    return lock;
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

/** Call it once in a `describe`. */
export function useBench(
  openDatabase: OpenDatabase,
  state: 'empty' | 'missing' = 'empty',
): ContractBench {
  const bench = new ContractBench();
  beforeEach(() => bench.open(openDatabase, state));
  afterEach(() => bench.end());
  return bench;
}

/** What fails on every database under test. */
export const broken = 'broken';

/** What takes for ever, unless it is cancelled. */
export const slow = 'select pg_sleep(3600)';

/** The file `a/<name>` with this content, read and judged. */
export async function workOf(sql: string, name = '1_x.sql'): Promise<Work> {
  const { migrations, revision } = snapshotOf({ [`a/${name}`]: sql });
  const [migration] = migrations;
  if (migration === undefined) throw new Error(`a/${name} is no migration`);
  const judgement = judgeFile(sql, await oneStatement.read(sql), parseHeaders(sql).headers);
  if (judgement.kind === 'refused') throw new Error(judgement.failure.message);
  return {
    migration,
    judgement,
    literals: () => [],
    revision,
    lockTimeoutMs: 1_000,
    onNotice: () => undefined,
    onProgress: () => undefined,
  };
}

export async function applied(session: Session, sql: string, name?: string): Promise<Work> {
  const work = await workOf(sql, name);
  const outcome: ApplyOutcome = await session.apply(work);
  if (outcome.kind !== 'applied') throw new Error(`${work.migration.key}: ${outcome.kind}`);
  return work;
}
