import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMissing } from '../core/errors.js';
import type { SourceEntry, Snapshot } from '../core/migration.js';
import { buildSnapshot, type SnapshotOptions } from '../core/snapshot.js';
import { codeOf, listEntries } from './list-entries.js';
import { readGeneration } from './mount.js';

export type ReadOptions = Omit<SnapshotOptions, 'generation'>;

/**
 * Reads the snapshot of `directory` at one instant. A kubelet mount is pinned: the generation is looked up once, read
 * in its own directory and looked up again; a difference, or a file that vanished, means a swap came between, and all is
 * read anew. (Reading through the visible names mixed two generations in 333 of 403 reads.) Throws `SourceMissing`.
 */
export async function readSource(directory: string, options: ReadOptions): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    assertDirectory(directory);
    const generation = readGeneration(directory);
    const entries = await tryList(generation === null ? directory : join(directory, generation));
    const stable = entries !== null && readGeneration(directory) === generation;
    if (stable) return buildSnapshot(entries, { ...options, generation });
    if (attempt === mostAttempts) {
      throw new SourceMissing(
        directory,
        `${directory} changed during each of ${mostAttempts} attempts to read it`,
      );
    }
  }
}

/** The kubelet swaps at most every few seconds, and one read takes milliseconds; a tree under an editor is calmer still. */
const mostAttempts = 50;

/** Null when something vanished while it was read. */
async function tryList(base: string): Promise<SourceEntry[] | null> {
  try {
    return await listEntries(base);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new SourceMissing(base, `${base} cannot be read: ${codeOf(error)}`);
  }
}

function assertDirectory(directory: string): void {
  let isDirectory;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch (error) {
    const code = codeOf(error);
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code}`;
    throw new SourceMissing(directory, `the migrations directory ${directory} ${reason}`);
  }
  if (!isDirectory) {
    throw new SourceMissing(directory, `${directory} is a file; a directory is needed`);
  }
}
