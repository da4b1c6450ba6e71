import { access, readFile, stat } from 'node:fs/promises';
import type { ConfigFiles } from './scope.js';

/** The file system of this machine. */
export const diskFiles: ConfigFiles = {
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  readFile: (path) => readFile(path, 'utf8'),
  fileMode: async (path) => (await stat(path)).mode & 0o777,
};
