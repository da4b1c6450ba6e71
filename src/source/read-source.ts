import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMissing } from '../core/errors.js';
import type { Snapshot } from '../core/migration.js';
import { buildSnapshotInSteps, type SnapshotOptions } from '../core/snapshot.js';
import { codeOf, hasVanished } from './file-errors.js';
import { inTurns } from './in-turns.js';
import { listEntries } from './list-entries.js';
import { readGeneration, readSwapTime } from './mount.js';

export type ReadOptions = Omit<SnapshotOptions, 'generation' | 'swappedAt'>;

/**
 * Reads the snapshot of `directory` at one instant. A kubelet mount is pinned: the generation is looked up once, read
 * in its own directory and looked up again; a difference, or a file that vanished, means a swap came between, and all is
 * read anew. (Reading through the visible names mixed two generations in 333 of 403 reads.) Throws `SourceMissing`.
 */
export async function readSource(directory: string, wanted: ReadOptions): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    assertDirectory(directory);
    const generation = readGeneration(directory);
    const swappedAt = readSwapTime(directory);
    const options = { ...wanted, generation, swappedAt };
    const snapshot = await tryRead(directory, options);
    const isSame = readGeneration(directory) === generation;
    if (snapshot !== null && isSame) return snapshot;
    if (attempt === mostAttempts) throw neverStill(directory, isSame ? generation : null);
    await new Promise(setImmediate);
  }
}

/** The kubelet swaps at most every few seconds, and one read takes milliseconds; a tree under an editor is calmer still. */
const mostAttempts = 50;

/** Null when something vanished while it was read. */
async function tryRead(directory: string, options: SnapshotOptions): Promise<Snapshot | null> {
  try {
    return await inTurns(buildSnapshotInSteps(listGeneration(directory, options), options));
  } catch (error) {
    if (error instanceof Vanished) return null;
    throw error;
  }
}

/** Something that was listed a moment ago is not there any more. */
class Vanished extends Error {
  override readonly name = 'Vanished';
}

/** Only what is wrong with the source ends here, not what is wrong with us who make a snapshot of it. */
function* listGeneration(
  directory: string,
  { generation }: SnapshotOptions,
): ReturnType<typeof listEntries> {
  try {
    yield* listEntries(join(directory, generation ?? '.'));
  } catch (cause) {
    if (hasVanished(cause)) throw new Vanished('', { cause });
    throw new SourceMissing(directory, `${directory} cannot be read: ${codeOf(cause)}`);
  }
}

/** A generation that stays the same and still cannot be read was never there. */
function neverStill(directory: string, generation: string | null): SourceMissing {
  const reason =
    generation === null
      ? `changed during each of ${mostAttempts} attempts to read it`
      : `is a mount whose ..data leads to ${generation}, which is not there; mount it anew`;
  return new SourceMissing(directory, `${directory} ${reason}`);
}

/** Throws `SourceMissing` when there is no such directory; reads nothing. */
export function assertDirectory(directory: string): void {
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
