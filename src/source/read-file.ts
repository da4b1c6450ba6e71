import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { SourceEntry } from '../core/migration.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';

/**
 * Reads the regular file `file`, which lies at `path` below the source. It is opened without following a link and
 * without waiting for a writer, and looked at again before it is read: since it was listed, somebody may have put a FIFO
 * in its place. Throws when the file has vanished, or no descriptor is left; what else goes wrong is a refusal.
 */
export function readFile(path: string, file: string): SourceEntry {
  try {
    const descriptor = openSync(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      return readOpen(path, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (hasVanished(error) || isOutOfDescriptors(error)) throw error;
    return refusal(path, `it cannot be read: ${codeOf(error)}`);
  }
}

export function refusal(path: string, reason: string): SourceEntry & { readonly kind: 'refused' } {
  return { kind: 'refused', path, reason };
}

export const notRegular = 'it is no regular file (FIFO, socket or device)';

/** Four times the largest file we are built for; a text of twice this length no longer fits into a string. */
const mostBytes = 256 * 1024 * 1024;

function readOpen(path: string, descriptor: number): SourceEntry {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return refusal(path, notRegular);
  if (stats.size > mostBytes) return refusal(path, 'it is larger than 256 MiB; split it');
  return { kind: 'file', path, bytes: readFileSync(descriptor) };
}
