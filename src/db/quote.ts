/**
 * Our bookkeeping travels in simple-protocol messages, which take no parameters, so that it costs no round trip of its
 * own. These two functions are the only way a value gets into them.
 */

/** A name as an identifier, whatever is in it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value as a literal that means the same whatever `standard_conforming_strings` says. */
export function literal(value: string | number | null): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
