import type { History } from '../run/history.js';
import { type Intents, wasEverInFull } from '../run/intents.js';

/** The answer of the database, and whether everything in the source is applied. */
interface FullAnswer {
  readonly history: History;
  /** Null: the history has an older layout without a table for them. */
  readonly intents: Intents | null;
  readonly schemas: readonly string[] | null;
  readonly isInPlace: boolean;
}

/**
 * Whether every migration of some revision has been applied to this database. The history says so, unless its layout
 * is older; then what this process saw counts until that history is gone.
 */
export class EverInFull {
  #is = false;
  #isUnrecorded = false;

  answered({ history, intents, schemas, isInPlace }: FullAnswer): boolean {
    const sawOlder = intents === null && isInPlace;
    this.#isUnrecorded = history.rows.size > 0 && (sawOlder || this.#isUnrecorded);
    const isRecorded = intents !== null && wasEverInFull(schemas, intents);
    this.#is = isRecorded || isInPlace || this.#isUnrecorded;
    return this.#is;
  }

  /** The server answers but refuses us: a failed login changes nothing for those who are connected. */
  refused(): boolean {
    return this.#is;
  }

  /** The next answer may come from another database. */
  lost(): void {
    this.#is = false;
    this.#isUnrecorded = false;
  }
}
