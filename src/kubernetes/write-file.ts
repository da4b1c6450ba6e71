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

/** Begins with a dot, so that nobody takes a draft for a migration. */
const draftPrefix = '.pgm-draft-';

/** Writes the whole file or nothing, readable for every user whatever the umask says. */
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

/** Makes a directory, and those above it, open to every user; gives whether it was not there before. */
export function ensureDirectory(directory: string): boolean {
  return onDisk('make', directory, () => {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return false;
    if (dirname(directory) !== directory) ensureDirectory(dirname(directory));
    // One level at a time: `recursive` spins for ever where the parent exists and the kernel still says ENOENT (/proc).
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    return true;
  });
}

/** Drafts of a run that was killed. */
export function sweepDrafts(directory: string): void {
  onDisk('tidy', directory, () => {
    for (const name of readdirSync(directory)) {
      if (name.startsWith(draftPrefix)) rmSync(join(directory, name), { force: true });
    }
  });
}
