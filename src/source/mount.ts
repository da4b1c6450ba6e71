import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The link that the kubelet swaps; what it points to is one generation of the mount, complete and never changed. */
const pointer = '..data';

/**
 * Name of the generation that is mounted at `directory`, or null when it is no kubelet mount. A generation lies beside
 * its link; where the link leads anywhere else, it is none.
 */
export function readGeneration(directory: string): string | null {
  try {
    const target = readlinkSync(join(directory, pointer));
    return target.includes('/') ? null : target;
  } catch {
    return null;
  }
}

/** When the mount at `directory` was last swapped, in milliseconds since 1970; null when it is no kubelet mount. */
export function readSwapTime(directory: string): number | null {
  try {
    // The kubelet makes the link under another name and renames it into its place: that touches nothing but the ctime.
    return lstatSync(join(directory, pointer)).ctimeMs;
  } catch {
    return null;
  }
}

/** Differs whenever the directory was swapped, replaced by another directory, or went or came. */
export interface MountIdentity {
  /** Device, inode and birth of the directory: file systems give the inode of a removed directory to the next one. */
  readonly directory: string;
  readonly generation: string | null;
}

/** Two system calls, cheap enough for every second. Null when there is no directory. */
export function mountIdentity(directory: string): MountIdentity | null {
  try {
    const { dev, ino, birthtimeNs } = statSync(directory, { bigint: true });
    return {
      directory: `${dev}:${ino}:${birthtimeNs}`,
      generation: readGeneration(directory),
    };
  } catch {
    return null;
  }
}
