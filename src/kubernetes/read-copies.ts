import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMissing } from '../core/errors.js';
import type { Migration, RefusedFile, Snapshot } from '../core/files/migration.js';
import type { Source } from '../core/ports.js';
import { decode, findFault } from '../core/files/text.js';

/** A snapshot, and the bytes of its files on disk; a migration has only the text. */
export interface Copies {
  readonly snapshot: Snapshot;
  /** By path in the source. Refused files that cannot be read are missing. */
  readonly bytes: ReadonlyMap<string, Buffer>;
}

/**
 * Reads the source, and then the bytes of each file. If they do not match the snapshot, the source changed in between
 * and everything is read again. Throws `SourceMissing`.
 */
export async function readCopies(source: Source): Promise<Copies> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const snapshot = await source.read();
    const bytes = readAll(join(source.directory, snapshot.generation ?? '.'), snapshot);
    if (bytes !== null) return { snapshot, bytes };
  }
  const reason = `${source.directory} changed during each of ${mostAttempts} attempts to read it; run pgm again`;
  throw new SourceMissing(source.directory, reason);
}

const mostAttempts = 10;

function readAll(root: string, { migrations, refused }: Snapshot): Map<string, Buffer> | null {
  const bytes = new Map<string, Buffer>();
  for (const migration of migrations) {
    const read = tryRead(join(root, migration.path), 0);
    if (read === null || !holds(read, migration)) return null;
    bytes.set(migration.path, read);
  }
  for (const { path } of refused) addRefused(bytes, root, path);
  return bytes;
}

/** A refused file may be a link out of the source, which is not followed. */
function addRefused(bytes: Map<string, Buffer>, root: string, path: RefusedFile['path']): void {
  const read = tryRead(join(root, path), constants.O_NOFOLLOW);
  if (read !== null) bytes.set(path, read);
}

function holds(bytes: Buffer, { sql }: Migration): boolean {
  return findFault(bytes) === null && decode(bytes) === sql;
}

/** Null for what does not exist, cannot be read or is not a regular file. Does not wait for the writer of a FIFO. */
function tryRead(file: string, flags: number): Buffer | null {
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | flags);
    try {
      return fstatSync(descriptor).isFile() ? readFileSync(descriptor) : null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
