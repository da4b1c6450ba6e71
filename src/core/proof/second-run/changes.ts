import { type Catalog, nameOf } from '../../catalog/catalog.js';
import { compareCatalogs, type Difference, objectOf } from '../../catalog/compare-catalogs.js';
import { compareContents, type RowsChange } from './compare-contents.js';
import type { Contents } from '../database/proof-database.js';

/** What was changed by a run that should have changed nothing. */
export interface Changes {
  readonly objects: readonly Difference[];
  readonly rows: readonly RowsChange[];
}

/** What is compared. */
export interface State {
  /** Null if nothing was written to it. */
  readonly catalog: Catalog | null;
  readonly contents: ReadonlyMap<string, Contents>;
}

/** Changes for which one statement is to blame. */
export interface Blamed extends Changes {
  /** Where the statement begins; null if no single one could be found. */
  readonly start: number | null;
}

export function changesBetween(before: State, after: State): Changes {
  const { catalog } = after;
  return {
    objects:
      catalog === null || before.catalog === null ? [] : compareCatalogs(before.catalog, catalog),
    rows: compareContents(before.contents, after.contents),
  };
}

export function isNothing({ objects, rows }: Changes): boolean {
  return objects.length + rows.length === 0;
}

/**
 * Finds out which statement made each change: the first after which it was seen. If a later statement reverts a change,
 * no statement is to blame.
 */
export class Blame {
  readonly #blamed: Blamed[] = [];
  #left: Changes;

  constructor(changes: Changes) {
    this.#left = changes;
  }

  /** Takes in how everything differs from the beginning when the statement at `start` has ended. */
  see(start: number, changes: Changes): void {
    const objects = new Set(changes.objects.map(objectOf).map(nameOf));
    const tables = new Set(changes.rows.map(({ table }) => table));
    const own = this.#part(
      (name) => objects.has(name),
      (table) => tables.has(table),
    );
    if (isNothing(own)) return;
    this.#blamed.push({ start, ...own });
    this.#left = this.#part(
      (name) => !objects.has(name),
      (table) => !tables.has(table),
    );
  }

  get isDone(): boolean {
    return isNothing(this.#left);
  }

  /** Each change once. */
  get blamed(): readonly Blamed[] {
    return this.isDone ? this.#blamed : [...this.#blamed, { start: null, ...this.#left }];
  }

  #part(hasObject: (name: string) => boolean, hasTable: (table: string) => boolean): Changes {
    const { objects, rows } = this.#left;
    return {
      objects: objects.filter((object) => hasObject(nameOf(objectOf(object)))),
      rows: rows.filter(({ table }) => hasTable(table)),
    };
  }
}
