import type { Clones, MakeTemplate } from '../core/clones/clones.js';

interface Spare {
  readonly template: string;
  readonly made: Promise<string>;
}

/**
 * Makes one database ahead while a test uses the last one: a process that wanted two of a kind will want a third. The last
 * spare is dropped with `close`, or goes with the server.
 */
export class ClonesAhead implements Clones {
  readonly #clones: Clones;
  #lastTemplate = '';
  #spare: Spare | null = null;

  constructor(clones: Clones) {
    this.#clones = clones;
  }

  isLost(): boolean {
    return this.#clones.isLost();
  }

  async fresh(template: string, make: MakeTemplate): Promise<string> {
    const isRepeated = template === this.#lastTemplate;
    this.#lastTemplate = template;
    const makeNow = (): Promise<string> => this.#clones.fresh(template, make);
    const name = await (this.#take(template)?.catch(makeNow) ?? makeNow());
    if (isRepeated && this.#spare === null) {
      const made = this.#clones.fresh(template, make);
      // The next caller tries again.
      made.catch(() => undefined);
      this.#spare = { template, made };
    }
    return name;
  }

  drop(database: string, patienceMs: number): Promise<void> {
    return this.#clones.drop(database, patienceMs);
  }

  keep(database: string): Promise<void> {
    return this.#clones.keep(database);
  }

  extensions(): Promise<readonly string[]> {
    return this.#clones.extensions();
  }

  async close(): Promise<void> {
    await this.#drop();
    await this.#clones.close();
  }

  #take(template: string): Promise<string> | null {
    const spare = this.#spare;
    if (spare === null) return null;
    if (spare.template === template) {
      this.#spare = null;
      return spare.made;
    }
    void this.#drop();
    return null;
  }

  async #drop(): Promise<void> {
    const spare = this.#spare;
    this.#spare = null;
    try {
      if (spare !== null) await this.#clones.drop(await spare.made, 0);
    } catch {
      // It was not made, or the server is gone.
    }
  }
}
