/**
 * Our bookkeeping is sent in simple-protocol messages, which take no parameters, so that it costs no round trip of its
 * own. `identifier` and `literal` are the only way to put a value into them.
 */

/** A name as an identifier, whatever it contains. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value as a literal that means the same whatever `standard_conforming_strings` and `backslash_quote` say. */
export function literal(value: string | number | null): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** ISO 8601 in UTC, whatever time zone and date style the session has. */
export function iso(column: string): string {
  return `pg_catalog.to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
