import { DatabaseMissing, Transient } from '../../../src/core/errors.js';
import type { RunLock } from '../../../src/core/ports.js';
import type { LockHolder } from '../../../src/core/run/report.js';
import type { MemoryDatabase } from './database.js';

/** The run lock of a database in memory; one of them has it, or whom the test says. */
export class MemoryLock implements RunLock {
  released = false;
  /** How often it was asked for. */
  asked = 0;
  /** How often somebody asked who has it. */
  holdersAsked = 0;
  readonly self: LockHolder;

  constructor(
    readonly database: MemoryDatabase,
    pid: number,
  ) {
    if (!database.exists) throw new DatabaseMissing(database.name);
    this.self = {
      pid,
      application: 'pgm/0.0.0 memory',
      user: 'pact',
      since: '2026-11-23T12:00:00Z',
    };
  }

  tryAcquire(): Promise<boolean> {
    this.asked += 1;
    if (this.#isGone) return this.#gone();
    this.database.owner ??= this.database.holder === null ? this : null;
    return Promise.resolve(this.database.owner === this);
  }

  holder(): Promise<LockHolder | null> {
    this.holdersAsked += 1;
    return this.#isGone ? this.#gone() : Promise.resolve(this.database.lockHolder);
  }

  isHeld(): boolean {
    return this.database.owner === this;
  }

  release(): Promise<void> {
    this.released = true;
    if (this.isHeld()) this.database.owner = null;
    return Promise.resolve();
  }

  get #isGone(): boolean {
    return this.released || this.database.ended.has(this);
  }

  #gone(): Promise<never> {
    return Promise.reject(new Transient('the connection was closed', null));
  }
}
