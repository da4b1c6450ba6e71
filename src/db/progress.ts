import { setTimeout as delay } from 'node:timers/promises';
import { Refused, Transient } from '../core/errors.js';
import type { Migration } from '../core/migration.js';
import type { Client } from './client.js';
import { serverErrorOf, translate } from './errors.js';
import { type Origin, placeOf } from './history-row.js';
import { historyTouched, lastingWitness, tellsOfTouch } from './history-witness.js';
import { progressMessage } from './record-progress.js';

export interface ProgressOptions {
  readonly keeper: Client;
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  readonly migration: Migration;
  readonly origin: Origin;
  /** How many statements the file has. */
  readonly statements: number;
}

const substituteTries = 3;
const substitutePauseMs = 250;

/** How far a file without a transaction has come, kept in its row, and how the history looks meanwhile. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #witness: string;
  /** In place of the keeper, when that was lost while a statement ran. */
  #substitute: Client | null = null;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#witness = lastingWitness(placeOf(options.migration, options.origin));
  }

  /** The backend that the row is written with. */
  get keeper(): Client {
    return this.#substitute ?? this.#options.keeper;
  }

  /** Keeps that `done` statements are, and gives how the history looks from there on. Throws `Refused` when it is gone. */
  async reach(done: number, indexWasAbsent: boolean): Promise<string> {
    return this.#told(`${this.#message(done, indexWasAbsent)}; ${this.#witness}`);
  }

  /**
   * Gives how the history looked after a statement, and keeps that `done` statements are, in one go. That must not fail
   * when only the keeper was lost meanwhile, as the statement would run again for it; how the history looked is then not
   * known: null.
   */
  async pass(done: number): Promise<string | null> {
    const message = this.#message(done, false);
    try {
      return await this.#told(`${this.#witness}; ${message}`);
    } catch (error) {
      const { target, database } = this.keeper;
      if (!(translate(error, target, database) instanceof Transient)) throw error;
      await this.#insist(message);
      return null;
    }
  }

  /** What is not kept now is run again, so it is worth more than one try. */
  async #insist(message: string): Promise<void> {
    for (let left = substituteTries; ; left -= 1) {
      try {
        this.#substitute = await this.#options.open();
        await this.#substitute.run(message);
        return;
      } catch (error) {
        await this.#substitute?.close();
        if (!(error instanceof Transient) || left === 1) throw error;
        await delay(substitutePauseMs);
      }
    }
  }

  /** Takes back what `pass` kept. */
  async stay(done: number): Promise<void> {
    await this.keeper.run(this.#message(done, false));
  }

  async close(): Promise<void> {
    await this.#substitute?.close();
  }

  #message(done: number, indexWasAbsent: boolean): string {
    const { migration, origin, statements } = this.#options;
    return progressMessage(migration, origin, { done, of: statements, indexWasAbsent });
  }

  async #told(message: string): Promise<string> {
    try {
      const results = await this.keeper.run(message);
      return String(results.find((rows) => rows.length > 0)?.[0]?.['witness']);
    } catch (error) {
      const said = serverErrorOf(error);
      if (said === null || !tellsOfTouch(said)) throw error;
      const { migration, origin } = this.#options;
      const touched = historyTouched(origin.historySchema, false);
      throw new Refused(`${migration.key}: ${touched.message}`, said.sqlstate, { cause: error });
    }
  }
}
