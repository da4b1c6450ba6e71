import type { Client, Rows } from './client.js';
import { serverErrorOf } from './errors.js';
import { hasHistory } from './greeting.js';
import { digestIn, digestQuestion, type Schemas } from './history-digest.js';

/** The tables of a history, which may not be there yet; what a session knows of that is not asked again. */
export class HistoryTables {
  /** Null: not known. What was there once is taken to be there still. */
  #found: boolean | null;
  #ahead: Rows | null;

  /** `aheadOf`: of which schemas the digest was asked ahead, if it was; its answer holds for the first time. */
  constructor(
    readonly client: Client,
    readonly schema: string,
    readonly aheadOf: Schemas | undefined,
  ) {
    // Behind a pooler too: it is the database that has a history, not the backend.
    this.#found = client.facts.hasHistory;
    // Of a history that is made later it tells nothing.
    this.#ahead = this.#found ? client.aheadRows : null;
  }

  /** False where none were found when somebody last looked. */
  get areKnown(): boolean {
    return this.#found === true;
  }

  /** What `ask` gives; null when the tables are not there. */
  async ifThere<T>(ask: () => Promise<T>): Promise<T | null> {
    if (!(await this.#isThere())) return null;
    try {
      return await ask();
    } catch (error) {
      if (serverErrorOf(error)?.sqlstate !== undefinedTable) throw error;
      // Dropped since we knew of them.
      this.#found = null;
      return (await this.#isThere()) ? ask() : null;
    }
  }

  /** See `digestQuestion`; null when the tables are not there. Throws `HistoryTooNew`. */
  async digest(schemas: Schemas): Promise<string | null> {
    const rows = this.aheadOf === schemas ? this.#ahead : null;
    this.#ahead = null;
    return digestIn(rows ?? (await this.#askDigest(schemas)), this.schema);
  }

  /** Called when they are made. */
  made(): void {
    this.#found = true;
  }

  async #askDigest(schemas: Schemas): Promise<Rows> {
    const [rows = []] = await this.client.run(digestQuestion(this.schema, schemas));
    return rows;
  }

  async #isThere(): Promise<boolean> {
    const found = this.#found ?? (await this.#ask());
    // That there are none holds for the moment only.
    this.#found = found ? true : null;
    return found;
  }

  async #ask(): Promise<boolean> {
    const [rows] = await this.client.run(`select ${hasHistory(this.schema)} as found`);
    return rows?.[0]?.['found'] === true;
  }
}

const undefinedTable = '42P01';
