import type { RefusedFile, Snapshot } from '../files/migration.js';
import { compareBytes } from '../files/order.js';

/** A regular file that is already in the target. */
export interface FoundFile {
  readonly bytes: Uint8Array;
  /** True when containers that run as other users may read it. */
  readonly readable: boolean;
}

/** The changes that give a directory the wanted files; paths are relative to it and sorted byte by byte. */
export interface TreePlan {
  readonly write: readonly string[];
  readonly remove: readonly string[];
  /** Unwanted files that pgm did not write: they stay. */
  readonly strangers: readonly string[];
  /** The files that count as written by pgm from now on. */
  readonly made: readonly string[];
}

interface Tree {
  /** The content of each file, by its path in the target. */
  readonly wanted: ReadonlyMap<string, Uint8Array>;
  /** Files of the source that cannot be in the tree: unreadable, or their path is taken. */
  readonly lacks: readonly RefusedFile[];
}

/**
 * The target path of each file of a source: `gcp_001_x.sql` and `gcp/001_x.sql` both go to `gcp/001_x.sql`. Refused
 * files are included, under their own name if they have no key, so that the reader of the tree reports them too.
 */
export function treeOf(
  { migrations, refused }: Pick<Snapshot, 'migrations' | 'refused'>,
  bytes: ReadonlyMap<string, Uint8Array>,
): Tree {
  const wanted = new Map<string, Uint8Array>();
  const put = (to: string, path: string): boolean => {
    const content = bytes.get(path);
    if (content === undefined || !isTreePath(to) || wanted.has(to)) return false;
    wanted.set(to, content);
    return true;
  };
  for (const { key, path } of migrations) put(key, path);
  const lacks = refused.filter(({ key, path }) => !put(key ?? path, path));
  return { wanted, lacks };
}

/** `made` are the paths that an earlier run wrote. */
export function planTree(
  wanted: ReadonlyMap<string, Uint8Array>,
  found: ReadonlyMap<string, FoundFile>,
  made: ReadonlySet<string>,
): TreePlan {
  const write = new Set<string>();
  for (const [path, bytes] of wanted) if (!isThere(found.get(path), bytes)) write.add(path);
  const unwanted = [...found.keys()].filter((path) => !wanted.has(path));
  const kept = [...wanted.keys()].filter((path) => made.has(path) || write.has(path));
  return {
    write: [...write].sort(compareBytes),
    remove: unwanted.filter((path) => made.has(path)).sort(compareBytes),
    strangers: unwanted.filter((path) => !made.has(path)).sort(compareBytes),
    made: kept.sort(compareBytes),
  };
}

function isThere(file: FoundFile | undefined, bytes: Uint8Array): boolean {
  return file !== undefined && file.readable && Buffer.compare(file.bytes, bytes) === 0;
}

/** `x.sql` or `gcp/x.sql`: no path that leads out of the tree, and no dotfile. */
export function isTreePath(path: string): boolean {
  return /^(?:[^./\0][^/\0]*\/)?[^./\0][^/\0]*\.sql$/.test(path);
}

/** The file that tells other containers of the pod that the migrations are there. */
export const usualSentinel = '/shared/migrations-ready.flag';

/** The content of the sentinel: one line with the number of files in the tree. */
export function sentinelText(files: number): string {
  return `migrations-ready-${files}\n`;
}
