import { accessSync, readFileSync, statSync } from 'node:fs';
import type { ConfigFiles } from './scope.js';

/**
 * The file system of this machine. A few small files that nothing goes on without: asked at once, as Node's promises of
 * files take milliseconds to load, and the first starts four threads.
 */
export const diskFiles: ConfigFiles = {
  exists: (path) => promised(() => isThere(path)),
  readFile: (path) => promised(() => readFileSync(path, 'utf8')),
  fileMode: (path) => promised(() => statSync(path).mode & 0o777),
};

/** Rejects with what `ask` throws. */
function promised<T>(ask: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(ask());
  });
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
