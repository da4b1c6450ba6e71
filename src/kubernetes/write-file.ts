import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onDisk } from './disk-problem.js';

/** Makes drafts dotfiles, so that nothing reads them as migrations. */
const draftPrefix = '.pgm-draft-';

/** Writes the file atomically, readable for all users whatever the umask is. */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const draft = join(dirname(file), draftPrefix + randomBytes(8).toString('hex'));
  onDisk('write', file, () => {
    try {
      const descriptor = openSync(draft, 'wx', 0o644);
      try {
        writeFileSync(descriptor, content);
        fchmodSync(descriptor, 0o644);
      } finally {
        closeSync(descriptor);
      }
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

/** Creates a directory and its parents, open to all users; returns true if it did not exist. */
export function ensureDirectory(directory: string): boolean {
  return onDisk('create', directory, () => {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return false;
    if (dirname(directory) !== directory) ensureDirectory(dirname(directory));
    // One level at a time: `recursive` never ends where the parent exists and the kernel still says ENOENT (/proc).
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    return true;
  });
}

/** Removes the drafts of killed runs. */
export function sweepDrafts(directory: string): void {
  onDisk('clean up', directory, () => {
    for (const name of readdirSync(directory)) {
      if (name.startsWith(draftPrefix)) rmSync(join(directory, name), { force: true });
    }
  });
}
