import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundFile } from '../core/configmap/configmap-tree.js';
import { ConfigurationError, errnoOf } from '../core/errors.js';
import { onDisk } from './disk-problem.js';

/**
 * The `.sql` files in a target and in its subdirectories. Throws `ConfigurationError` when a `wanted` directory is a
 * link or a file: writing through a link would change something outside the target.
 */
export function scanTarget(
  target: string,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, FoundFile> {
  const found = new Map<string, FoundFile>();
  for (const entry of list(target)) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      for (const below of list(join(target, entry.name))) add(found, target, entry.name, below);
    } else if (wanted.has(entry.name)) throw inTheWay(join(target, entry.name));
    else add(found, target, '', entry);
  }
  return found;
}

function list(directory: string): Dirent[] {
  return onDisk('read', directory, () => {
    try {
      return readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

function add(found: Map<string, FoundFile>, target: string, below: string, entry: Dirent): void {
  if (!entry.isFile() || !entry.name.endsWith('.sql') || entry.name.startsWith('.')) return;
  const path = below === '' ? entry.name : `${below}/${entry.name}`;
  const file = join(target, path);
  found.set(
    path,
    onDisk('read', file, () => ({
      bytes: readFileSync(file),
      readable: (lstatSync(file).mode & 0o444) === 0o444,
    })),
  );
}

function inTheWay(path: string): ConfigurationError {
  return new ConfigurationError([
    `${path} must be a directory for migrations, but is a file or a link: remove it`,
  ]);
}
