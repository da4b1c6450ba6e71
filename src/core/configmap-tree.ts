import type { Snapshot } from './migration.js';
import { compareBytes } from './order.js';

/** A regular file that lies in the target already. */
export interface FoundFile {
  readonly bytes: Uint8Array;
  /** Whether a container with another user may read it. */
  readonly readable: boolean;
}

/** What makes a directory hold the wanted files; paths are below it, sorted byte by byte. */
export interface TreePlan {
  readonly write: readonly string[];
  readonly remove: readonly string[];
  /** Files that were there before, that nobody wants and that are not ours: they stay. */
  readonly strangers: readonly string[];
  /** Which files are ours from now on. */
  readonly made: readonly string[];
}

/**
 * Where each file of a source goes: `gcp_001_x.sql` and `gcp/001_x.sql` both to `gcp/001_x.sql`. A refused file goes along,
 * under its own name where it names no migration, so that whoever reads the tree refuses it too and says so.
 */
export function treeOf(
  { migrations, refused }: Pick<Snapshot, 'migrations' | 'refused'>,
  bytes: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const tree = new Map<string, Uint8Array>();
  const files = [...migrations, ...refused].map(({ key, path }) => ({ to: key ?? path, path }));
  for (const { to, path } of files) {
    const content = bytes.get(path);
    if (content !== undefined && isTreePath(to) && !tree.has(to)) tree.set(to, content);
  }
  return tree;
}

/** `made`: the paths that an earlier run wrote. */
export function planTree(
  wanted: ReadonlyMap<string, Uint8Array>,
  found: ReadonlyMap<string, FoundFile>,
  made: ReadonlySet<string>,
): TreePlan {
  const write = [...wanted].flatMap(([path, bytes]) =>
    isThere(found.get(path), bytes) ? [] : path,
  );
  const unwanted = [...found.keys()].filter((path) => !wanted.has(path));
  const kept = [...wanted.keys()].filter((path) => made.has(path) || write.includes(path));
  return {
    write: write.sort(compareBytes),
    remove: unwanted.filter((path) => made.has(path)).sort(compareBytes),
    strangers: unwanted.filter((path) => !made.has(path)).sort(compareBytes),
    made: kept.sort(compareBytes),
  };
}

function isThere(file: FoundFile | undefined, bytes: Uint8Array): boolean {
  return file !== undefined && file.readable && Buffer.compare(file.bytes, bytes) === 0;
}

/** `x.sql` or `gcp/x.sql`, and nothing that leads elsewhere; a dot in front is for what is no migration. */
export function isTreePath(path: string): boolean {
  return /^(?:[^./\0][^/\0]*\/)?[^./\0][^/\0]*\.sql$/.test(path);
}
