import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths below `root` of all that is no directory. */
export function everyFile(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
