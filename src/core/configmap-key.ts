import { parsePath, printable, schemaRule } from './names.js';

/** The key of a ConfigMap that stands for a migration, or why there is none. */
export type FlatKey =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * `gcp/001_x.sql` as `gcp_001_x.sql`: keys cannot hold `/`. Refused is what Kubernetes would refuse, and what the way back
 * would read as another migration. `reason` is one sentence that says how to rename.
 */
export function flatKey(schema: string, filename: string): FlatKey {
  const key = `${schema}_${filename}`;
  const name = printable(`${schema}/${filename}`);
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    return refused(
      `${name} cannot be a key of a ConfigMap, which holds only a-z, A-Z, 0-9, "-", "_" and ".": rename it, ` +
        `for example to ${asciiName(schema)}/${asciiName(filename)}`,
    );
  }
  if (key.length > longestName) {
    return refused(
      `${name} makes a key of ${key.length} characters, and Kubernetes takes ${longestName}: shorten the name`,
    );
  }
  const back = parsePath(key, schemaRule([]));
  if (back.kind === 'migration' && back.schema === schema && back.filename === filename) {
    return { kind: 'key', key };
  }
  const read = back.kind === 'migration' ? `${back.schema}/${back.filename}` : 'no migration';
  return refused(`${name} as the key ${key} would be read as ${read}: ${remedy(schema, back)}`);
}

/** What Kubernetes takes for a key of a ConfigMap and for its name, in characters. */
export const longestName = 253;

function remedy(schema: string, back: ReturnType<typeof parsePath>): string {
  return back.kind === 'migration' && back.schema.length > schema.length
    ? 'rename the file so that its name begins with digits and "_", and no later part between "_" is a number'
    : 'rename the directory so that no part of its name between "_" begins with a digit';
}

function asciiName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^-._a-zA-Z0-9]+/g, '_');
}

function refused(reason: string): FlatKey {
  return { kind: 'refused', reason };
}
