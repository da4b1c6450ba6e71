import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMissing, errnoOrText } from '../core/errors.js';
import type { Snapshot } from '../core/files/migration.js';
import { type SnapshotOptions, buildSnapshotInSteps } from '../core/files/snapshot.js';
import { warnOfUnknownSchemas } from '../core/unknown-schemas.js';
import { listEntries, pointer, readGeneration } from './list-entries.js';
import { hasVanished } from './read-file.js';

export type ReadOptions = Omit<SnapshotOptions, 'generation' | 'swappedAt'>;

/**
 * Reads a consistent snapshot of `directory`. For a kubelet mount it looks up the generation, reads that generation's own
 * directory and looks it up again; the same for mounts in the directories of schemas. If it differs or a file disappeared,
 * there was a swap in between and everything is read again. (Reading through the visible names mixed two generations in 333
 * of 403 reads.) Throws `SourceMissing`.
 */
export async function readSource(directory: string, wanted: ReadOptions): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    assertDirectory(directory);
    const before = readGenerations(directory);
    const generation = readGeneration(directory);
    const swappedAt = readSwapTime(directory);
    const options = { ...wanted, generation, swappedAt };
    const snapshot = await tryRead(directory, options);
    const isSame = readGenerations(directory) === before;
    if (snapshot !== null && isSame) {
      const { schemas } = wanted;
      return schemas === null ? snapshot : warnOfUnknownSchemas(snapshot, schemas);
    }
    if (attempt === mostAttempts) throw neverStill(directory, isSame ? generation : null);
    await new Promise(setImmediate);
  }
}

/** The kubelet swaps at most every few seconds, and one read takes milliseconds. */
const mostAttempts = 50;

/** Null if something disappeared during the read. */
async function tryRead(directory: string, options: SnapshotOptions): Promise<Snapshot | null> {
  try {
    return await inTurns(buildSnapshotInSteps(listGeneration(directory, options), options));
  } catch (error) {
    if (error instanceof Vanished) return null;
    throw error;
  }
}

/** An entry disappeared after it was listed. */
class Vanished extends Error {
  override readonly name = 'Vanished';
}

/** Wraps only errors of the source: an error in building the snapshot is a bug and must not look like one of these. */
function* listGeneration(
  directory: string,
  { generation }: SnapshotOptions,
): ReturnType<typeof listEntries> {
  try {
    yield* listEntries(join(directory, generation ?? '.'));
  } catch (cause) {
    if (hasVanished(cause)) throw new Vanished('', { cause });
    throw new SourceMissing(directory, `${directory} cannot be read: ${errnoOrText(cause)}`);
  }
}

/** If the generation stays the same and still cannot be read, it does not exist. */
function neverStill(directory: string, generation: string | null): SourceMissing {
  const reason =
    generation === null
      ? `changed during each of ${mostAttempts} attempts to read it`
      : `is a mount whose ..data points to ${generation}, which does not exist; mount it again`;
  return new SourceMissing(directory, `${directory} ${reason}`);
}

/** Throws `SourceMissing` if there is no such directory. */
export function assertDirectory(directory: string): void {
  let isDirectory;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch (error) {
    const code = errnoOrText(error);
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code}`;
    throw new SourceMissing(directory, `the migrations directory ${directory} ${reason}`);
  }
  if (!isDirectory) {
    throw new SourceMissing(directory, `${directory} is not a directory`);
  }
}

/** Runs the steps and lets the event loop run after every 10 ms, so that probes are still answered. */
export async function inTurns<T>(steps: Generator<unknown, T, undefined>): Promise<T> {
  let lastTurn = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - lastTurn < longestSliceMs) continue;
    await new Promise(setImmediate);
    lastTurn = performance.now();
  }
}

const longestSliceMs = 10;

/**
 * The generations of all mounts that a source consists of: one at `directory`, or one in each of its directories, as with
 * a ConfigMap for each schema. Two reads with the same answer before and after saw the same generations.
 */
export function readGenerations(directory: string): string {
  const own = readGeneration(directory);
  return own ?? innerGenerations(directory).join('\n');
}

function innerGenerations(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isDirectory() || entry.name.startsWith('.')) return [];
      const generation = readGeneration(join(directory, entry.name));
      return generation === null ? [] : [`${entry.name}/${generation}`];
    });
  } catch {
    return [];
  }
}

/** When the mount at `directory` was last swapped, in milliseconds since 1970; null when it is not a kubelet mount. */
function readSwapTime(directory: string): number | null {
  try {
    // The kubelet creates the link under another name and renames it, which changes only the ctime.
    return lstatSync(join(directory, pointer)).ctimeMs;
  } catch {
    return null;
  }
}

/** Changes when a mount is swapped and when the directory is replaced, removed or created. */
export interface MountIdentity {
  /** Device, inode and birth time: file systems reuse the inode of a removed directory for the next one. */
  readonly directory: string;
  readonly generation: string | null;
  /** See `readGenerations`. */
  readonly generations: string;
}

/** A few system calls, cheap enough for every second. Null when there is no directory. */
export function mountIdentity(directory: string): MountIdentity | null {
  try {
    const { dev, ino, birthtimeNs } = statSync(directory, { bigint: true });
    return {
      directory: `${dev}:${ino}:${birthtimeNs}`,
      generation: readGeneration(directory),
      generations: readGenerations(directory),
    };
  } catch {
    return null;
  }
}
