import type { MigrationStanding } from './compare.js';
import type { Migration, Snapshot } from './migration.js';
import { compareBytes } from './order.js';
import { TextHash } from './text-hash.js';

/**
 * sha256 (hex) over what a history holds when these migrations, and no others, are applied as they are: checksum, schema and
 * filename of each, in the order of the bytes of the last two, all with a slash between them. It tells one list from every
 * other, as none of the three holds a slash. `db/history-digest.ts` has the server make the same of its rows.
 */
export function inPlaceDigest(migrations: readonly Migration[]): string {
  const hash = new TextHash();
  let slash = '';
  for (const { checksum, key } of [...migrations].sort(bySchemaAndFilename)) {
    hash.add(slash);
    hash.add(checksum);
    hash.add('/');
    hash.add(key);
    slash = '/';
  }
  return hash.digest();
}

/** What `compare` makes of a snapshot without refused files when all of it, and nothing else, is applied. */
export function standingsInPlace({ migrations }: Snapshot): readonly MigrationStanding[] {
  return migrations.map((migration) => ({
    key: migration.key,
    schema: migration.schema,
    filename: migration.filename,
    state: 'applied',
    migration,
    failure: null,
    heldBecause: null,
    renamedFrom: null,
  }));
}

function bySchemaAndFilename(a: Migration, b: Migration): number {
  return compareBytes(a.schema, b.schema) || compareBytes(a.filename, b.filename);
}
