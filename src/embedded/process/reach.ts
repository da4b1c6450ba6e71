import type { Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Identity } from './identity.js';

/** True if the permission bits grant `wanted` (4 read, 2 write, 1 enter or run). The first matching class decides. */
export function grants(
  file: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  { uid, gid }: Pick<Identity, 'uid' | 'gid'>,
  wanted: number,
): boolean {
  const shift = file.uid === uid ? 6 : file.gid === gid ? 3 : 0;
  return ((file.mode >> shift) & wanted) === wanted;
}

/**
 * The first directory in `path`, or `path` itself, that `identity` has no access to; null when there is none. `path`
 * must grant `wanted` and its parents must allow entering. `path` is absolute and without links.
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

/** A user that we switch to has only its own group, so the bits are enough; for ourselves the system decides. */
async function mayAccess(path: string, identity: Identity, wanted: number): Promise<boolean> {
  if (identity.switched) return grants(await stat(path), identity, wanted);
  return access(path, wanted).then(
    () => true,
    () => false,
  );
}
