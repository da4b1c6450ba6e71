import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { SourceEntry } from '../core/migration.js';
import { shortLength } from '../core/read-entry.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';

/** Where short files are read to, one after the other. */
export class Room {
  readonly bytes = Buffer.allocUnsafeSlow(shortLength);
  /** By their length: thousands of files have few lengths, and a view takes longer to make than to fill. */
  readonly #views = new Map<number, Buffer>();

  /** The first `length` bytes. */
  view(length: number): Buffer {
    const known = this.#views.get(length);
    if (known !== undefined) return known;
    const view = this.bytes.subarray(0, length);
    this.#views.set(length, view);
    return view;
  }
}

/**
 * Reads the file `file`, which lies at `path` below the source, when it is a short one; the bytes are good until the room
 * is used again. Null for what `readFile` has to look at: empty and long files, and what is none. Throws as `readFile` does.
 */
export function readShortFile(path: string, file: string, room: Room): SourceEntry | null {
  try {
    const descriptor = openCarefully(file);
    const length = fill(room.bytes, descriptor);
    closeSync(descriptor);
    return length === null ? null : { kind: 'file', path, bytes: room.view(length) };
  } catch (error) {
    return unreadable(path, error);
  }
}

/**
 * Reads the regular file `file`, which lies at `path` below the source, in steps. Since it was listed, somebody may have put
 * something else in its place. Throws when the file has vanished, or no descriptor is left; what else goes wrong is a
 * refusal.
 */
export function* readFile(
  path: string,
  file: string,
): Generator<undefined, SourceEntry, undefined> {
  try {
    const descriptor = openCarefully(file);
    try {
      return yield* readOpen(path, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return unreadable(path, error);
  }
}

export function refusal(path: string, reason: string): SourceEntry & { readonly kind: 'refused' } {
  return { kind: 'refused', path, reason };
}

export const notRegular = 'it is no regular file (FIFO, socket or device)';

/** Follows no link and waits for no writer. */
function openCarefully(file: string): number {
  return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

function unreadable(path: string, error: unknown): SourceEntry {
  if (hasVanished(error) || isOutOfDescriptors(error)) throw error;
  return refusal(path, `it cannot be read: ${codeOf(error)}`);
}

/**
 * How many bytes the file has, all of them read; null when it is empty, or as long as `bytes`, or cannot be read. It is read
 * at a place, which a FIFO does not have (ESPIPE), so nothing of one is ever taken; and to its end, as what the file system
 * calls its size need not be.
 */
function fill(bytes: Buffer, descriptor: number): number | null {
  try {
    for (let at = 0; at < bytes.length;) {
      const count = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (count === 0) return at === 0 ? null : at;
      at += count;
    }
    return null;
  } catch {
    return null;
  }
}

/** Four times the largest file we are built for; a text of twice this length no longer fits into a string. */
const mostBytes = 256 * 1024 * 1024;

function* readOpen(path: string, descriptor: number): Generator<undefined, SourceEntry, undefined> {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return refusal(path, notRegular);
  if (stats.size > mostBytes) return refusal(path, 'it is larger than 256 MiB; split it');
  // Some file systems give every file the size 0: the end of such a one shows when it is read.
  const bytes =
    stats.size === 0 ? readFileSync(descriptor) : yield* readInSteps(descriptor, stats.size);
  return { kind: 'file', path, bytes };
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
