import { lstat, readFile, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedEvent } from '../core/embedded.js';
import { describeOrigin, originFile, throwAwayName } from './directory.js';
import type { Identity } from './identity.js';
import { unfinishedName } from './initialise.js';
import { inspectData } from './inspect.js';
import { listProcesses } from './processes.js';
import { stopOrphan } from './recover.js';
import { removeTree } from './remove.js';

/** A directory this young may belong to a pgm that is between two steps. */
const youngMs = 60_000;

export interface Sweep {
  readonly temporary: string;
  readonly bin: string;
  readonly identity: Identity;
  readonly emit: (event: EmbeddedEvent) => void;
}

/**
 * Removes the throw-away directories of pgms that were killed together with their guards, and stops their servers. Only
 * what belongs to the user the server runs as, was made on this machine (or in this container), and has no process of a
 * live pgm. Somebody else may sweep at the same time.
 */
export async function sweepThrowAways(sweep: Sweep): Promise<void> {
  for (const name of await namesLike(sweep.temporary, throwAwayName)) {
    await sweepThrowAway(join(sweep.temporary, name), sweep).catch(toleratedFailure);
  }
}

async function sweepThrowAway(directory: string, { bin, identity, emit }: Sweep): Promise<void> {
  const owner = await ownerOf(directory, identity);
  if (owner === null || !(await wasMadeHere(directory))) return;
  const pid = await stopOrphan(join(directory, 'data'), bin, identity);
  if (pid === null && (await isInUse(directory))) return;
  await removeTree(directory, owner);
  emit({ kind: 'recovered-orphan', directory, pid, removed: true });
}

/** Leftovers of others must not keep this start from succeeding; the next one tries again. */
function toleratedFailure(): void {
  return undefined;
}

/** Removes what an initialisation that was killed together with its guard left in a kept directory. */
export async function sweepUnfinished(kept: string, identity: Identity): Promise<void> {
  for (const name of await namesLike(kept, unfinishedName)) {
    await sweepWorkshop(join(kept, name), identity).catch(toleratedFailure);
  }
}

async function sweepWorkshop(directory: string, identity: Identity): Promise<void> {
  const owner = await ownerOf(directory, identity);
  if (owner === null || (await isInUse(directory))) return;
  await removeTree(directory, owner);
}

async function namesLike(directory: string, pattern: RegExp): Promise<readonly string[]> {
  return (await readdir(directory).catch(() => [])).filter((name) => pattern.test(name));
}

/** As whom to remove it: the server's user, or us when the pgm died before it gave it away. null for anybody else's. */
async function ownerOf(directory: string, identity: Identity): Promise<Identity | null> {
  const found = await lstat(directory).catch(() => null);
  if (found === null || !found.isDirectory()) return null;
  if (found.uid === identity.uid) return identity;
  return found.uid === userInfo().uid ? { ...identity, switched: false } : null;
}

async function wasMadeHere(directory: string): Promise<boolean> {
  const origin = await readFile(join(directory, originFile), 'utf8').catch(() => null);
  return origin === (await describeOrigin());
}

/** A guard names the directory in its command line from the first step to the last; between two steps it is young. */
async function isInUse(directory: string): Promise<boolean> {
  const touched = await Promise.all([directory, join(directory, 'data')].map(changedAt));
  if (touched.some((time) => Date.now() - time < youngMs)) return true;
  if ((await inspectData(join(directory, 'data'))).kind === 'foreign') return true;
  return (await listProcesses()).some(({ command }) => command.includes(directory));
}

async function changedAt(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.mtimeMs ?? 0;
}
