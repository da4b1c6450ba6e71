import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Identity } from './identity.js';

/** The bits of one file that decide; as `fs.stat` gives them. */
export interface Access {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Whether the permission bits grant `wanted` (4 read, 2 write, 1 enter or run). The first class that matches decides. */
export function grants(
  file: Access,
  { uid, gid }: Pick<Identity, 'uid' | 'gid'>,
  wanted: number,
): boolean {
  const shift = file.uid === uid ? 6 : file.gid === gid ? 3 : 0;
  return ((file.mode >> shift) & wanted) === wanted;
}

/**
 * The first directory on the way to `path`, or `path` itself, that keeps `identity` from it; null when the way is open.
 * `wanted` is asked of `path`, entering of everything above it. `path` is absolute and without links.
 */
export async function findBarrier(
  path: string,
  identity: Identity,
  wanted: number,
): Promise<string | null> {
  const above = path === dirname(path) ? null : await findBarrier(dirname(path), identity, 1);
  if (above !== null) return above;
  return (await mayAccess(path, identity, wanted)) ? null : path;
}

/** Whom we switch to has no other groups than its own, so the bits say it all; for ourselves the system knows better. */
async function mayAccess(path: string, identity: Identity, wanted: number): Promise<boolean> {
  if (identity.switched) return grants(await stat(path), identity, wanted);
  return access(path, wanted).then(
    () => true,
    () => false,
  );
}
