import { readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The link that the kubelet swaps; what it points to is one generation of the mount, complete and never changed. */
const pointer = '..data';

/** Name of the generation that is mounted at `directory`, or null when it is no kubelet mount. */
export function readGeneration(directory: string): string | null {
  try {
    return readlinkSync(join(directory, pointer));
  } catch {
    return null;
  }
}

/**
 * A text that differs whenever the directory was swapped, replaced by another directory, or went or came: two system
 * calls, cheap enough for every second. Null when there is no directory.
 */
export function mountIdentity(
  directory: string,
): { inode: string; generation: string | null } | null {
  try {
    const { dev, ino } = statSync(directory);
    return { inode: `${dev}:${ino}`, generation: readGeneration(directory) };
  } catch {
    return null;
  }
}
