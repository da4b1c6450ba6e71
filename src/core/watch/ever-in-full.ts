import type { History } from '../run/history.js';
import { type Intents, wasEverInFull } from '../run/intents.js';

/** What the database says, and whether everything in the source is applied. */
export interface FullAnswer {
  readonly history: History;
  /** Null: an older layout, which has no table for them. */
  readonly intents: Intents | null;
  readonly schemas: readonly string[] | null;
  readonly isInPlace: boolean;
}

/**
 * Whether every migration of some revision has been applied to this database. The history says so. Only one of an older
 * layout does not, and then what this process saw is good until that history is gone.
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

  /** It answers, and lets nobody see: a login that is refused takes nothing away from those who are connected. */
  refused(): boolean {
    return this.#is;
  }

  /** Whatever answers next may be another database. */
  lost(): void {
    this.#is = false;
    this.#isUnrecorded = false;
  }
}
