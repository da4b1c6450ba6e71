import { Transient } from '../../../src/core/errors.js';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import type { Migration } from '../../../src/core/files/migration.js';
import type {
  Agreement,
  ApplyOutcome,
  FailedWork,
  Session,
  Work,
} from '../../../src/core/ports.js';
import {
  type AttemptRow,
  emptyHistory,
  type History,
  historyLayout,
  type HistoryRow,
} from '../../../src/core/run/history.js';
import {
  type Intent,
  type Intents,
  newestFor,
  type OwnIntent,
} from '../../../src/core/run/intents.js';
import type { LockHolder, ServerFacts } from '../../../src/core/run/report.js';
import type { MemoryDatabase } from './database.js';
import { NoCatalog } from './history.js';
import { appliedRow, failedRow, failedWith, heldRow, type Recorded, withIntent } from './rows.js';

export class MemorySession extends NoCatalog implements Session {
  closed = false;
  #broken = false;
  #cancelFile: (() => void) | null = null;
  #intents: Intents | null = null;

  constructor(
    readonly database: MemoryDatabase,
    readonly runner = 'pact@pod-a',
  ) {
    super();
  }

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
    if (!this.database.hasHistory) return 'no history';
    const { intents } = this.database;
    const newest = newestFor(schemas, intents);
    this.#hear(newest === null ? [] : [newest]);
    const applied = [...rows.values()].filter(
      ({ schema, appliedChecksum }) =>
        appliedChecksum !== null && (schemas?.includes(schema) ?? true),
    );
    const isApplied = ({ key, checksum }: Migration): boolean =>
      rows.get(key)?.appliedChecksum === checksum;
    const inPlace = applied.length === migrations.length && migrations.every(isApplied);
    return inPlace ? 'in place' : 'differs';
  }

  history(): Promise<History> {
    return this.#read();
  }

  intents = (): Intents | null => this.#intents;

  recordIntent(own: OwnIntent, inFull: boolean): Promise<void> {
    return this.#asked(() => {
      const { database } = this;
      database.intentsRecorded += 1;
      database.intents = withIntent(database.intents, { ...own, inFull, by: this.runner });
    });
  }

  #hear(known: readonly Intent[]): void {
    const inFull = this.database.intents.filter((intent) => intent.inFull);
    this.#intents = {
      now: this.database.now(),
      known,
      inFull: inFull.map(({ schemas }) => schemas),
    };
  }

  async #read(): Promise<History> {
    await this.database.beforeHistory();
    this.#assertOpen();
    if (!this.database.hasHistory) {
      this.#intents = null;
      return emptyHistory;
    }
    this.#hear([...this.database.intents].sort((a, b) => b.at - a.at));
    return { layout: historyLayout, rows: new Map(this.database.rows) };
  }

  attempts(limit: number): Promise<readonly AttemptRow[]> {
    return this.#asked(() => this.database.tries.slice(-limit).reverse());
  }

  lockHolder(): Promise<LockHolder | null> {
    return this.#asked(() => this.database.lockHolder);
  }

  async ensureHistory(): Promise<History> {
    await this.database.beforeHistory();
    this.#assertOpen();
    this.database.hasHistory = true;
    return this.history();
  }

  flush(): Promise<void> {
    return this.#asked(() => {
      this.database.flushes += 1;
    });
  }

  async apply(work: Work): Promise<ApplyOutcome> {
    const { key, sql, checksum } = work.migration;
    this.#assertOpen();
    this.database.sent.push(key);
    this.database.applying = work.migration;
    const end = await Promise.race([this.database.beforeApply(), this.#cancelled()]);
    this.#cancelFile = null;
    this.#assertOpen();
    const before = this.database.rows.get(key);
    if (before?.appliedChecksum === checksum) return { kind: 'already-applied' };
    if (end === 'cancelled') return failedWith('57014', 'canceling statement due to user request');
    if (sql.includes('broken')) return failedWith('42601', 'syntax error', 1);
    if (sql.includes('in use')) return failedWith('55006', 'object in use');
    this.database.rows.set(key, appliedRow(work, before, 1));
    this.database.note(work, 'applied', 1);
    return { kind: 'applied', durationMs: 1 };
  }

  recordFailure(
    { nextTryInMs, ...recorded }: FailedWork,
    failure: MigrationFailure,
  ): Promise<void> {
    return this.#asked(() => {
      const nextTryAt = nextTryInMs === null ? null : this.database.timeIn(nextTryInMs);
      this.#put(recorded, (before) => failedRow(recorded, before, failure, nextTryAt));
      this.database.note(recorded, 'failed', null, failure);
    });
  }

  recordHeld(recorded: Recorded, because: string): Promise<void> {
    return this.#asked(() => {
      this.#put(recorded, (before) => heldRow(recorded, before, because));
    });
  }

  recordBaseline(migrations: readonly Migration[], revision: string): Promise<void> {
    return this.#asked(() => {
      for (const recorded of migrations.map((migration) => ({ migration, revision }))) {
        this.#put(recorded, (before) => appliedRow(recorded, before, 0));
        this.database.note(recorded, 'baselined', 0);
      }
    });
  }

  #put(
    { migration: { key } }: Recorded,
    row: (before: HistoryRow | undefined) => HistoryRow,
  ): void {
    this.database.rows.set(key, row(this.database.rows.get(key)));
  }

  cancel(): void {
    this.#cancelFile?.();
  }

  #cancelled(): Promise<'cancelled'> {
    return new Promise((resolve) => {
      this.#cancelFile = resolve.bind(null, 'cancelled');
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  async #asked<T>(answer: () => T): Promise<T> {
    await Promise.resolve();
    this.#assertOpen();
    return answer();
  }

  #assertOpen(): void {
    if (this.#broken || this.closed) throw new Transient('the connection was closed', null);
  }
}
