import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { SourceEntry } from '../core/migration.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';

/**
 * Reads the regular file `file`, which lies at `path` below the source. It is opened without following a link and
 * without waiting for a writer, and looked at again before it is read: since it was listed, somebody may have put a FIFO
 * in its place. A large file is read in steps. Throws when the file has vanished, or no descriptor is left; what else goes
 * wrong is a refusal.
 */
export function* readFile(
  path: string,
  file: string,
): Generator<undefined, SourceEntry, undefined> {
  try {
    const descriptor = openSync(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      return yield* readOpen(path, descriptor);
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

function* readOpen(path: string, descriptor: number): Generator<undefined, SourceEntry, undefined> {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return refusal(path, notRegular);
  if (stats.size > mostBytes) return refusal(path, 'it is larger than 256 MiB; split it');
  const isLarge = stats.size > stepBytes;
  const bytes = isLarge ? yield* readInSteps(descriptor, stats.size) : readFileSync(descriptor);
  return { kind: 'file', path, bytes };
}

/** Read in a few milliseconds; all files of a ConfigMap together are no larger. */
const stepBytes = 1024 * 1024;

/** Up to `size` bytes; fewer when the file became shorter meanwhile. */
function* readInSteps(descriptor: number, size: number): Generator<undefined, Buffer, undefined> {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size;) {
    const count = readSync(descriptor, bytes, at, Math.min(stepBytes, size - at), at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
    yield;
  }
  return bytes;
}
