import { nameOf, type ObjectName } from '../../catalog/catalog.js';
import { type Difference, objectOf } from '../../catalog/compare-catalogs.js';
import type { MigrationKey } from '../../files/migration.js';
import type { Changes } from './changes.js';
import type { LastWriters } from '../database/proof-database.js';

/** What a file is known to have written. */
interface Written {
  readonly transaction: number | null;
  readonly changed: readonly ObjectName[];
  readonly tablesWritten: readonly string[];
}

/** Which file last wrote each object, and the rows of each table. */
export class Authors {
  readonly #keys: MigrationKey[] = [];
  /** The transaction of each file that had one, with the index of its key; in order. */
  readonly #transactions: (readonly [number, number])[] = [];
  readonly #lastOf = new Map<string, number>();

  /** Notes the files in the order in which they run. */
  note(key: MigrationKey, { transaction, changed, tablesWritten }: Written): void {
    const at = this.#keys.push(key) - 1;
    if (transaction !== null) this.#transactions.push([transaction, at]);
    for (const object of changed) this.#lastOf.set(nameOf(object), at);
    for (const table of tablesWritten) this.#lastOf.set(rowsOf(table), at);
  }

  /** The last file that wrote an object; null if that is not known. */
  of(difference: Difference, writers: LastWriters): MigrationKey | null {
    return this.lastOf({ objects: [difference], rows: [] }, writers, '');
  }

  /** The last file that wrote this very object's own entry; null if that is not known. */
  writerOf(object: ObjectName, writers: LastWriters): MigrationKey | null {
    const name = nameOf(object);
    const known = [this.#lastOf.get(name), this.#fileOf(writers.get(name))];
    return this.#keys[Math.max(...known.map((at) => at ?? -1))] ?? null;
  }

  /** The last file after `own` that wrote what was changed; null if that is not known. */
  lastOf({ objects, rows }: Changes, writers: LastWriters, own: MigrationKey): MigrationKey | null {
    const known = [
      ...objects.map(objectOf).flatMap(({ kind, identity, table }) => {
        const names = [nameOf({ kind, identity }), ...(table === null ? [] : [`table ${table}`])];
        return names.flatMap((name) => [this.#lastOf.get(name), this.#fileOf(writers.get(name))]);
      }),
      ...rows.map(({ table }) => this.#lastOf.get(rowsOf(table))),
    ];
    const last = Math.max(...known.map((at) => at ?? -1));
    return last > this.#keys.lastIndexOf(own) ? (this.#keys[last] ?? null) : null;
  }

  /** Subtransactions have numbers of their own, above that of their transaction and below that of the next one. */
  #fileOf(writer: number | undefined): number | undefined {
    if (writer === undefined) return undefined;
    return this.#transactions.findLast(([transaction]) => transaction <= writer)?.[1];
  }
}

function rowsOf(table: string): string {
  return `rows of ${table}`;
}
