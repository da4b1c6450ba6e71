import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { errnoOf, errnoOrText } from '../core/errors.js';
import type { SourceEntry } from '../core/files/migration.js';

/**
 * Yields what `readFile` returns. Once the next value is asked for, nobody needs its bytes any more: the memory of a large
 * file is given back at once, and not at some later garbage collection.
 */
export function* readAndRelease(
  path: string,
  file: string,
): Generator<SourceEntry | undefined, void, undefined> {
  const entry = yield* readFile(path, file);
  yield entry;
  if (entry.kind !== 'file') return;
  const { buffer } = entry.bytes;
  if (buffer instanceof ArrayBuffer && buffer.resizable) buffer.resize(0);
}

/**
 * Reads the regular file `file`, at `path` in the source, in steps. It may have been replaced since it was listed.
 * Throws when the file has disappeared or no descriptor is left; all other problems are refusals.
 */
export function* readFile(
  path: string,
  file: string,
): Generator<undefined, SourceEntry, undefined> {
  try {
    // Does not follow links, and does not wait for the writer of a FIFO.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const descriptor = openSync(file, flags);
    try {
      return yield* readOpen(path, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (hasVanished(error) || isOutOfDescriptors(error)) throw error;
    return refusal(path, `it cannot be read: ${errnoOrText(error)}`);
  }
}

export function refusal(path: string, reason: string): SourceEntry & { readonly kind: 'refused' } {
  return { kind: 'refused', path, reason };
}

export const notRegular = 'it is not a regular file (FIFO, socket or device)';

/** Four times the largest file pgm is made for; twice this length no longer fits into a string. */
export const mostBytes = 256 * 1024 * 1024;

function* readOpen(path: string, descriptor: number): Generator<undefined, SourceEntry, undefined> {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return refusal(path, notRegular);
  if (stats.size > mostBytes) return refusal(path, 'it is larger than 256 MiB; split it');
  // Some file systems report the size 0 for every file, so such a file is read to its end.
  const bytes =
    stats.size === 0 ? readFileSync(descriptor) : yield* readInSteps(descriptor, stats.size);
  return { kind: 'file', path, bytes };
}

/** Takes a few milliseconds to read. */
const stepBytes = 1024 * 1024;

/** Up to `size` bytes; fewer if the file was truncated meanwhile. */
function* readInSteps(descriptor: number, size: number): Generator<undefined, Buffer, undefined> {
  const bytes = size <= stepBytes ? Buffer.allocUnsafe(size) : largeBuffer(size);
  for (let at = 0; at < size;) {
    const count = readSync(descriptor, bytes, at, Math.min(stepBytes, size - at), at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
    if (at < size) yield;
  }
  return bytes;
}

/** Its memory can be given back. */
function largeBuffer(size: number): Buffer {
  return Buffer.from(new ArrayBuffer(size, { maxByteLength: size }));
}

/** True when a file that was listed a moment ago is gone or has been replaced. */
export function hasVanished(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE'].includes(errnoOf(error) ?? '');
}

/** True when the process or the machine has no descriptor left, which is not a problem of the file. */
export function isOutOfDescriptors(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(errnoOf(error) ?? '');
}
