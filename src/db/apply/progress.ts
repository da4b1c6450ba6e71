import { setTimeout as delay } from 'node:timers/promises';
import { Refused, Transient } from '../../core/errors.js';
import type { Migration } from '../../core/files/migration.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { serverErrorOf, translate } from '../wire/errors.js';
import { type Origin, placeOf } from '../history/history-row.js';
import { historyTouched, lastingWitness, saysHistoryIsGone } from '../history/history-witness.js';
import { progressMessage } from '../history/record.js';

interface ProgressOptions {
  /** The backend that writes the row; a new one if the last was lost. */
  readonly side: () => Promise<Client>;
  readonly migration: Migration;
  readonly origin: Origin;
  /** How many statements the file has. */
  readonly statements: number;
}

const tries = 3;
const pauseMs = 250;

/** How far a file without a transaction has got, stored in its row, and what the history looks like meanwhile. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #witness: string;
  /** The state of the file's session after its last finished statement (`sessionState`); null if unknown. */
  session: string | null = null;
  #done = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#witness = lastingWitness(placeOf(options.migration, options.origin));
  }

  /** How many statements are done, as last stored. */
  get done(): number {
    return this.#done;
  }

  /**
   * Stores that `done` statements are done and returns the state of the history from then on. Throws `Refused` if it is gone.
   */
  async reach(done: number, indexWasAbsent: boolean): Promise<string> {
    return this.#told(`${this.#message(done, indexWasAbsent)}; ${this.#witness}`);
  }

  /**
   * Returns the state of the history after a statement and stores that `done` statements are done, in one message. This must
   * not fail if only the side was lost in the meantime, as the statement would then run again; the state of the history is
   * then unknown: null.
   */
  async pass(done: number): Promise<string | null> {
    const message = this.#message(done, false);
    try {
      return await this.#told(`${this.#witness}; ${message}`);
    } catch (error) {
      if (!(translate(error, '', '') instanceof Transient)) throw error;
      await this.#insist(message);
      return null;
    }
  }

  /** A statement not stored as done runs again, so this is worth more than one try. */
  async #insist(message: string): Promise<void> {
    for (let left = tries; ; left -= 1) {
      try {
        await this.run(message);
        return;
      } catch (error) {
        if (!(error instanceof Transient) || left === 1) throw error;
        await delay(pauseMs);
      }
    }
  }

  /** Undoes what `pass` stored. */
  async stay(done: number): Promise<void> {
    await this.run(this.#message(done, false));
  }

  /** Sends a message about the row. */
  async run(message: string): Promise<readonly Rows[]> {
    const side = await this.#options.side();
    try {
      return await side.run(message);
    } catch (error) {
      // It is shared, and a transaction would be left open.
      if (serverErrorOf(error) !== null) await side.run('rollback');
      throw error;
    }
  }

  #message(done: number, indexWasAbsent: boolean): string {
    const { migration, origin, statements } = this.#options;
    const { session } = this;
    this.#done = done;
    return progressMessage(migration, origin, { done, of: statements, indexWasAbsent, session });
  }

  async #told(message: string): Promise<string> {
    try {
      const results = await this.run(message);
      return String(results.find((rows) => rows.length > 0)?.[0]?.['witness']);
    } catch (error) {
      const said = serverErrorOf(error);
      if (said === null || !saysHistoryIsGone(said)) throw error;
      const { migration, origin } = this.#options;
      const touched = historyTouched(origin.historySchema, false);
      throw new Refused(`${migration.key}: ${touched.message}`, said.sqlstate, { cause: error });
    }
  }
}
