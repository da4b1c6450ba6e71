import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names and readers of the SQL files of a directory, in order. */
export function sqlFiles(directory) {
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, read: () => readFileSync(join(directory, name), 'utf8') }));
}
