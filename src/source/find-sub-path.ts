import { readFileSync, realpathSync } from 'node:fs';
import { subPathMount } from '../core/files/sub-path.js';

/** The path of a subPath mount of a ConfigMap at `directory` or in it; null if there is none, or if that is unknown. */
export function findSubPath(directory: string): string | null {
  try {
    return subPathMount(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(directory));
  } catch {
    return null;
  }
}
