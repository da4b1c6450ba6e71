import { rm, rmdir } from 'node:fs/promises';
import { errnoOf } from './errno.js';
import type { Identity } from './identity.js';
import { run } from './run.js';

/**
 * Removes a tree that `identity` owns, as `identity`: root walking through a tree that another user may change at the
 * same time could be led out of it by a link. The top itself may lie where only we may remove it.
 */
export async function removeTree(path: string, identity: Identity): Promise<void> {
  if (!identity.switched) {
    await rm(path, { recursive: true, force: true });
    return;
  }
  await run('rm', ['-rf', '--', path], identity);
  await rmdir(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}
