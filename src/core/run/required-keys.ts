import type { MigrationKey } from '../files/migration.js';

/** What a user may write for a key: all of it, or its beginning up to the number (`gcp/003` for `gcp/003_x.sql`). */
export function namesOf(key: MigrationKey): readonly string[] {
  const beginnings = Array.from(key.matchAll(/_/g), ({ index }) => key.slice(0, index));
  return [key, key.replace(/\.sql$/, ''), ...beginnings];
}

/** Files that others may require, by any of their names. */
export class RequiredKeys {
  readonly #names = new Set<string>();

  constructor(keys: Iterable<MigrationKey>) {
    for (const key of keys) this.add(key);
  }

  add(key: MigrationKey): void {
    for (const name of namesOf(key)) this.#names.add(name);
  }

  has(wanted: string): boolean {
    return this.#names.has(wanted);
  }
}
