import { chown, rename, rm, rmdir } from 'node:fs/promises';
import { errnoOf } from '../../core/errors.js';
import type { Identity } from './identity.js';
import { unlessMissing } from './missing.js';
import { run } from './run.js';

/**
 * Removes a tree that `identity` owns, as `identity`: another user could lead root out of the tree with a link. The top
 * directory itself may be in a place where only we can remove it.
 */
export async function removeTree(path: string, identity: Identity): Promise<void> {
  if (!identity.switched) {
    await rm(path, { recursive: true, force: true });
    return;
  }
  await run('rm', ['-rf', '--', path], identity);
  await unlessMissing(rmdir(path));
}

/** Makes `identity` the owner of a file or directory that we created. */
export async function giveTo(path: string, { uid, gid, switched }: Identity): Promise<void> {
  if (switched) await chown(path, uid, gid);
}

/** Renames a finished directory. If another process was faster, theirs stays and `from` is not touched. */
export async function renameUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error;
  }
}
