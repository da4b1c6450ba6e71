import { DatabaseMissing } from '../../../src/core/errors.js';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import type { Migration } from '../../../src/core/files/migration.js';
import type { Clock, Database, Observer, RunLock, Session } from '../../../src/core/ports.js';
import type { AttemptRow, HistoryRow } from '../../../src/core/run/history.js';
import type { Intent } from '../../../src/core/run/intents.js';
import type { Bystanders, LockHolder } from '../../../src/core/run/report.js';
import { MemoryLock } from './lock.js';
import type { Recorded } from './rows.js';
import { MemorySession } from './session.js';

/** What happens before a call is answered: nothing, a wait, or an error. */
export type Hook = () => Promise<void>;

const nothing: Hook = () => Promise.resolve();

/**
 * A server in memory with one database. A file whose text holds the word "broken" fails. test/contract holds it to
 * what the real one does.
 */
export class MemoryDatabase implements Database {
  readonly target = 'localhost:5432/pact';
  readonly name = 'pact';
  exists = true;
  hasHistory = true;
  rows = new Map<string, HistoryRow>();
  /** In no order. */
  intents: Intent[] = [];
  /** How often somebody recorded one. */
  intentsRecorded = 0;
  #asked = 0;
  /** The oldest first. */
  tries: AttemptRow[] = [];
  /** Keys of the files that were sent, in order, also of those that failed. */
  readonly sent: string[] = [];
  /** The file that was sent last. */
  applying: Migration | null = null;
  readonly sessions: MemorySession[] = [];
  /** How often somebody asked for what was applied to be made durable. */
  flushes = 0;
  /** How often somebody tried to. */
  connects = 0;
  /** Who else has the run lock. */
  holder: LockHolder | null = null;
  readonly locks: MemoryLock[] = [];
  /** Which of them has it. */
  owner: MemoryLock | null = null;
  /** Those whose backend is gone. */
  readonly ended = new Set<MemoryLock>();
  brokenOff = 0;
  beforeConnect: Hook = nothing;
  beforeOpenLock: Hook = nothing;
  beforeEnsure: Hook = nothing;
  beforeHistory: Hook = nothing;
  beforeApply: Hook = nothing;

  /** `clock`: the server's, if a test moves it; without one each question comes a second later. */
  constructor(readonly clock: Pick<Clock, 'wallMs'> | null = null) {}

  /** Microseconds since 1970 by the server's clock; never the same twice. */
  now(): number {
    this.#asked += 1;
    if (this.clock === null) return this.#asked * 1_000_000;
    return this.clock.wallMs() * 1_000 + this.#asked;
  }

  /** ISO 8601 */
  timeIn(ms: number): string {
    return new Date(this.now() / 1_000 + ms).toISOString();
  }

  async ensure(): Promise<'existed' | 'created'> {
    await this.beforeEnsure();
    if (this.exists) return 'existed';
    this.exists = true;
    return 'created';
  }

  /** Who else is connected; the server is always the same unless told. */
  strangers = 0;
  server = '7001';

  bystanders(): Promise<Bystanders | null> {
    return Promise.resolve({ server: this.server, sessions: this.strangers });
  }

  async connect(): Promise<Session> {
    this.connects += 1;
    await this.beforeConnect();
    if (!this.exists) throw new DatabaseMissing(this.name);
    const session = new MemorySession(this);
    this.sessions.push(session);
    return session;
  }

  observe(): Promise<Observer> {
    return this.connect();
  }

  /** Meets what somebody who connects meets. */
  async look(): Promise<void> {
    this.connects += 1;
    await this.beforeConnect();
  }

  async openLock(): Promise<RunLock> {
    await this.beforeOpenLock();
    const lock = new MemoryLock(this, this.locks.length + 1);
    this.locks.push(lock);
    return lock;
  }

  /** Nothing here takes time to connect. */
  breakOff(): void {
    this.brokenOff += 1;
  }

  /** As somebody with the right to it would. Sessions notice when they ask. */
  drop(): void {
    this.exists = false;
    this.hasHistory = false;
    this.rows = new Map();
    this.intents = [];
    this.tries = [];
    this.endSessions();
  }

  /** As a server does that restarts. */
  endSessions(): void {
    this.owner = null;
    for (const session of this.sessions) session.break();
    for (const lock of this.locks) this.ended.add(lock);
  }

  get open(): number {
    return this.sessions.filter(({ closed }) => !closed).length;
  }

  get lockHolder(): LockHolder | null {
    return this.holder ?? this.owner?.self ?? null;
  }

  note(
    { migration, revision }: Recorded,
    outcome: AttemptRow['outcome'],
    durationMs: number | null,
    error: MigrationFailure | null = null,
  ): void {
    const { key, checksum } = migration;
    const { pgmVersion, appliedBy } = this.rows.get(key) ?? { pgmVersion: '', appliedBy: '' };
    const startedAt = '2026-11-23T12:00:00.000Z';
    const whence = { revision, pgmVersion, appliedBy };
    this.tries.push({ key, checksum, outcome, startedAt, durationMs, error, ...whence });
  }
}
