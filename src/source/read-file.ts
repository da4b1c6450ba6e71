import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { SourceEntry } from '../core/migration.js';
import { shortLength } from '../core/read-entry.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';

/**
 * Reads the regular file `file`, which lies at `path` below the source. It is opened without following a link and
 * without waiting for a writer, and looked at again before it is read: since it was listed, somebody may have put a FIFO
 * in its place. A short file is read into `room`, which holds `shortLength` bytes; a long one into a buffer of its own, in
 * steps. Throws when the file has vanished, or no descriptor is left; what else goes wrong is a refusal.
 */
export function* readFile(
  path: string,
  file: string,
  room: Buffer = Buffer.allocUnsafe(shortLength),
): Generator<undefined, SourceEntry, undefined> {
  try {
    const descriptor = openSync(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      return yield* readOpen(path, descriptor, room);
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

function* readOpen(
  path: string,
  descriptor: number,
  room: Buffer,
): Generator<undefined, SourceEntry, undefined> {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return refusal(path, notRegular);
  if (stats.size > mostBytes) return refusal(path, 'it is larger than 256 MiB; split it');
  const isShort = stats.size <= room.length;
  const bytes = isShort
    ? readAtOnce(descriptor, stats.size, room)
    : yield* readInSteps(descriptor, stats.size);
  return { kind: 'file', path, bytes };
}

/** Some file systems give every file the size 0: the end of such a one shows when it is read. */
function readAtOnce(descriptor: number, size: number, room: Buffer): Buffer {
  const wanted = size === 0 ? room.length : size;
  for (let at = 0; at < wanted;) {
    const count = readSync(descriptor, room, at, wanted - at, at);
    if (count === 0) return room.subarray(0, at);
    at += count;
  }
  return size === 0 ? readFileSync(descriptor) : room.subarray(0, size);
}

/** Read in a few milliseconds. */
const stepBytes = 1024 * 1024;

/** Up to `size` bytes; fewer when the file became shorter meanwhile. */
function* readInSteps(descriptor: number, size: number): Generator<undefined, Buffer, undefined> {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) {
    const count = readSync(descriptor, bytes, at, Math.min(stepBytes, size - at), at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
    yield;
  }
  return bytes;
}
