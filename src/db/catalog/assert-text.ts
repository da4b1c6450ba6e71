import { Refused } from '../../core/errors.js';
import { ignoring } from '../../core/drift/ignored.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';

/**
 * Throws `Refused` if one of these objects has bytes that are not UTF-8, as a database in SQL_ASCII may. The driver gives the
 * same character for each such byte, so different names and definitions would look the same. What one of the patterns
 * leaves out is not compared, and may look like anything.
 */
export function assertText(
  { settings, target }: Client,
  rows: Rows,
  ignored: readonly string[],
): void {
  if (!settings.hasAnyBytes) return;
  const isIgnored = ignoring(ignored);
  const names = rows
    .filter(({ identity, facts }) => `${String(identity)}${String(facts)}`.includes('\ufffd'))
    .filter((row) => !isIgnored(nameIn(row)))
    .map(({ kind, identity }) => `${String(kind)} ${String(identity)}`);
  if (names.length === 0) return;
  const more = names.length > longestList ? ` and ${names.length - longestList} more` : '';
  throw new Refused(
    `${target}: not all of the catalog is UTF-8, as the encoding of the database, SQL_ASCII, lets in any bytes: ` +
      `${names.slice(0, longestList).join(', ')}${more}; rename what has such bytes in its name, and write comments and definitions that have some anew`,
    null,
  );
}

function nameIn({ identity, schema, table }: Rows[number]) {
  return { identity: String(identity), schema: textOrNull(schema), table: textOrNull(table) };
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const longestList = 5;
