import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { errnoOf } from './errno.js';

/** A link of a library, e.g. `libpq.so.5` to `libpq.so.5.18`; npm packages cannot hold links, so they come as a list. */
export interface Link {
  /** Where it lies, relative to `native`. */
  readonly path: string;
  /** What it holds: a path relative to where it lies. */
  readonly target: string;
}

/** Reads `pg-symlinks.json`, whose paths are relative to the directory above `native`. Entries that lead out are dropped. */
export function parseLinks(text: string): readonly Link[] {
  const entries = JSON.parse(text) as readonly { source: string; target: string }[];
  return entries.flatMap(({ source, target }) => {
    const [from, to] = [normalize(source), normalize(target)];
    if (!from.startsWith('native/') || !to.startsWith('native/')) return [];
    return [{ path: relative('native', to), target: relative(dirname(to), from) }];
  });
}

/** Makes the links that are missing. Throws what the system throws when it may not. */
export async function makeLinks(native: string): Promise<void> {
  for (const { path, target } of parseLinks(await listOfLinks(native))) {
    await symlink(target, join(native, path)).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
  }
}

async function listOfLinks(native: string): Promise<string> {
  try {
    return await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '[]'; // a platform that needs none
    throw error;
  }
}
