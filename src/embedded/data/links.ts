import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { errnoOf } from '../../core/errors.js';
import { unlessMissing } from '../process/missing.js';

/** A link of a library, e.g. `libpq.so.5` to `libpq.so.5.18`. npm packages cannot contain links, so there is a list. */
interface Link {
  /** Path of the link, relative to `native`. */
  readonly path: string;
  /** The target, relative to the directory of the link. */
  readonly target: string;
}

/**
 * Reads `pg-symlinks.json`, whose paths are relative to the directory above `native`. Entries outside `native` are
 * skipped.
 */
export function parseLinks(text: string): readonly Link[] {
  const entries = JSON.parse(text) as readonly { source: string; target: string }[];
  return entries.flatMap(({ source, target }) => {
    const [from, to] = [normalize(source), normalize(target)];
    if (!from.startsWith('native/') || !to.startsWith('native/')) return [];
    return [{ path: relative('native', to), target: relative(dirname(to), from) }];
  });
}

/** Creates the missing links. Throws the error of the system if it cannot. */
export async function makeLinks(native: string): Promise<void> {
  const list = await unlessMissing(readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  // Some platforms need no links.
  for (const { path, target } of parseLinks(list ?? '[]')) {
    await symlink(target, join(native, path)).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
  }
}
