import { parsePath, printable } from '../files/names.js';
import { accepted, refused, type Parsed } from '../text/words.js';

/**
 * `gcp/001_x.sql` as `gcp_001_x.sql`, because keys cannot contain `/`. Refuses names that Kubernetes does not accept,
 * and keys that would be read back as another migration. `reason` is one sentence that says how to rename the file.
 */
export function flatKey(schema: string, filename: string): Parsed<string> {
  const key = `${schema}_${filename}`;
  const name = printable(`${schema}/${filename}`);
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    return refused(
      `${name} cannot be a ConfigMap key, which may contain only a-z, A-Z, 0-9, "-", "_" and ".": rename it, ` +
        `for example to ${asciiName(schema)}/${asciiName(filename)}`,
    );
  }
  if (key.length > longestName) {
    return refused(
      `${name} makes a key of ${key.length} characters, and Kubernetes allows ${longestName}: shorten the name`,
    );
  }
  const back = parsePath(key);
  if (back.kind === 'migration' && back.schema === schema && back.filename === filename) {
    return accepted(key);
  }
  const read = back.kind === 'migration' ? `${back.schema}/${back.filename}` : 'no migration';
  return refused(`${name} as the key ${key} would be read as ${read}: ${remedy(schema)}`);
}

/** The most characters that Kubernetes allows in the name of a ConfigMap and in a key. */
export const longestName = 253;

/** Would the directory be misread even with an ordinary file name? */
function remedy(schema: string): string {
  const plain = parsePath(`${schema}_001_x.sql`);
  return plain.kind === 'migration' && plain.schema === schema
    ? 'rename the file so that its name begins with digits and "_", and no later part between "_" is a number'
    : 'rename the directory so that no part of its name between "_" begins with a digit';
}

function asciiName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^-._a-zA-Z0-9]+/g, '_');
}
