import { readFileSync, realpathSync } from 'node:fs';
import { subPathMount } from '../core/files/sub-path.js';

/** Where a part of a ConfigMap is mounted at `directory` or in it; null where there is none, or where nobody can tell. */
export function findSubPath(directory: string): string | null {
  try {
    return subPathMount(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(directory));
  } catch {
    return null;
  }
}
