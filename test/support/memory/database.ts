import { DatabaseMissing, Transient } from '../../../src/core/errors.js';
import type { ServerError } from '../../../src/core/explain-failure.js';
import type { MigrationFailure } from '../../../src/core/failure.js';
import {
  type AttemptRow,
  emptyHistory,
  type History,
  historyLayout,
  type HistoryRow,
} from '../../../src/core/history.js';
import type { Migration } from '../../../src/core/migration.js';
import type {
  Agreement,
  ApplyOutcome,
  Feed,
  Database,
  RunLock,
  Session,
  SqlReader,
  Stopped,
  Work,
} from '../../../src/core/ports.js';
import type { LockHolder, ServerFacts } from '../../../src/core/report.js';
import type { SqlReading } from '../../../src/core/sql-reading.js';
import { rowOf } from './history.js';

/** What happens before a call is answered: nothing, a wait, or an error. */
export type Hook = () => Promise<void>;

const nothing: Hook = () => Promise.resolve();

/** A server in memory with one database. A file whose text holds the word "broken" fails. */
export class MemoryDatabase implements Database {
  readonly target = 'localhost:5432/pact';
  readonly name = 'pact';
  exists = true;
  hasHistory = true;
  rows = new Map<string, HistoryRow>();
  /** Keys of the files that were sent, in order, also of those that failed. */
  readonly sent: string[] = [];
  readonly sessions: MemorySession[] = [];
  /** How often the rows of the history were read, and whether the lock was asked for by then. */
  readonly readings: { readonly lockAsked: boolean }[] = [];
  /** How often somebody tried to. */
  connects = 0;
  /** Who else has the run lock. */
  holder: LockHolder | null = null;
  readonly locks: MemoryLock[] = [];
  beforeConnect: Hook = nothing;
  beforeOpenLock: Hook = nothing;
  beforeEnsure: Hook = nothing;
  beforeHistory: Hook = nothing;
  beforeApply: Hook = nothing;

  async ensure(): Promise<'existed' | 'created'> {
    await this.beforeEnsure();
    if (this.exists) return 'existed';
    this.exists = true;
    return 'created';
  }

  async connect(): Promise<Session> {
    this.connects += 1;
    await this.beforeConnect();
    if (!this.exists) throw new DatabaseMissing(this.name);
    const session = new MemorySession(this);
    this.sessions.push(session);
    return session;
  }

  async openLock(): Promise<RunLock> {
    await this.beforeOpenLock();
    const lock = new MemoryLock(this);
    this.locks.push(lock);
    return lock;
  }

  /** As somebody with the right to it would. Sessions notice when they ask. */
  drop(): void {
    this.exists = false;
    this.rows = new Map();
    for (const session of this.sessions) session.break();
  }

  get open(): number {
    return this.sessions.filter(({ closed }) => !closed).length;
  }
}

export class MemoryLock implements RunLock {
  released = false;
  /** How often it was asked for. */
  asked = 0;
  /** How often somebody asked who has it. */
  holdersAsked = 0;
  #held = false;

  constructor(readonly database: MemoryDatabase) {}

  tryAcquire(): Promise<boolean> {
    this.asked += 1;
    this.#held = this.database.holder === null;
    return Promise.resolve(this.#held);
  }

  holder(): Promise<LockHolder | null> {
    this.holdersAsked += 1;
    return Promise.resolve(this.database.holder);
  }

  isHeld(): boolean {
    return this.#held && !this.released;
  }

  closeGate(): void {
    // Nothing is sent here before its turn.
  }

  release(): Promise<void> {
    this.released = true;
    return Promise.resolve();
  }
}

export class MemorySession implements Session {
  closed = false;
  #broken = false;

  constructor(readonly database: MemoryDatabase) {}

  /** Its backend is gone; it learns so with the next question. */
  break(): void {
    this.#broken = true;
  }

  facts(): Promise<ServerFacts> {
    return Promise.resolve({ version: '18.4', inRecovery: false, pooled: false });
  }

  async agreement(
    migrations: readonly Migration[],
    schemas: readonly string[] | null,
  ): Promise<Agreement> {
    const { rows } = await this.#read();
    const applied = [...rows.values()].filter(
      ({ schema, appliedChecksum }) =>
        appliedChecksum !== null && (schemas?.includes(schema) ?? true),
    );
    const isApplied = ({ key, checksum }: Migration): boolean =>
      rows.get(key)?.appliedChecksum === checksum;
    const inPlace = applied.length === migrations.length && migrations.every(isApplied);
    if (!this.database.hasHistory) return 'no history';
    return inPlace ? 'in place' : 'differs';
  }

  history(): Promise<History> {
    const lock = this.database.locks.at(-1);
    this.database.readings.push({ lockAsked: lock !== undefined && lock.asked > 0 });
    return this.#read();
  }

  async #read(): Promise<History> {
    await this.database.beforeHistory();
    if (this.#broken || this.closed) throw new Transient('the connection was closed', null);
    if (!this.database.hasHistory) return emptyHistory;
    return { layout: historyLayout, rows: new Map(this.database.rows) };
  }

  attempts(): Promise<readonly AttemptRow[]> {
    return Promise.resolve([]);
  }

  lockHolder(): Promise<LockHolder | null> {
    return Promise.resolve(this.database.holder);
  }

  async makeHistory(): Promise<History | null> {
    await this.database.beforeHistory();
    if (this.database.hasHistory) return null;
    this.database.hasHistory = true;
    return { layout: historyLayout, rows: new Map() };
  }

  ensureHistory(): Promise<History> {
    this.database.hasHistory = true;
    return this.history();
  }

  async apply(feed: Feed): Promise<Stopped | null> {
    for (let work = await feed(); work !== null; work = await feed()) {
      work.onStarted();
      const outcome = await this.#applyOne(work);
      if (outcome.kind !== 'applied') return { work, outcome };
      work.onApplied(outcome.durationMs);
    }
    return null;
  }

  async #applyOne({ migration }: Work): Promise<ApplyOutcome> {
    const { key } = migration;
    const sql = String(migration.sql);
    this.database.sent.push(key);
    await this.database.beforeApply();
    if (this.#broken) throw new Transient('the connection was closed', null);
    if (sql.includes('broken')) {
      return { kind: 'failed', error: syntaxErrorAt(1), pieceStart: 0, singleStatement: true };
    }
    this.database.rows.set(key, rowOf(key, { applied: sql }));
    return { kind: 'applied', durationMs: 1 };
  }

  recordFailure(
    { migration }: { readonly migration: Migration },
    failure: MigrationFailure,
  ): Promise<void> {
    const { key } = migration;
    const sql = String(migration.sql);
    const before = this.database.rows.get(key);
    this.database.rows.set(key, {
      ...rowOf(key, { failed: sql }),
      appliedChecksum: before?.appliedChecksum ?? null,
      lastError: failure,
    });
    return Promise.resolve();
  }

  recordHeld({ migration }: { readonly migration: Migration }, because: string): Promise<void> {
    const { key } = migration;
    const sql = String(migration.sql);
    const failed = rowOf(key, { failed: sql });
    const lastError = failed.lastError === null ? null : { ...failed.lastError, message: because };
    this.database.rows.set(key, { ...failed, state: 'held', lastError });
    return Promise.resolve();
  }

  recordBaseline({ migration }: { readonly migration: Migration }): Promise<void> {
    this.database.rows.set(migration.key, rowOf(migration.key, { applied: String(migration.sql) }));
    return Promise.resolve();
  }

  cancel(): void {
    this.break();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function syntaxErrorAt(position: number): ServerError {
  return {
    sqlstate: '42601',
    message: 'syntax error',
    detail: null,
    hint: null,
    where: null,
    position,
    internalQuery: null,
    schema: null,
    table: null,
    column: null,
    constraint: null,
    atCommit: false,
  };
}

/** Takes every file for one harmless statement. */
export const oneStatement: SqlReader = {
  read: (text): Promise<SqlReading> =>
    Promise.resolve({
      kind: 'statements',
      statements: [
        {
          range: { start: 0, end: text.length },
          kind: 'other',
          command: 'SELECT',
          destroys: null,
          createsIndex: null,
          data: null,
        },
      ],
      skipped: [],
      exact: true,
    }),
  literals: () => [],
};
