import { lstat, readFile, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { dataOf, describeOrigin, originFile, throwAwayName, unfinishedName } from './directory.js';
import type { Identity } from '../process/identity.js';
import { inspectData } from './inspect.js';
import type { Installed } from './prepare.js';
import { listProcesses } from '../process/processes.js';
import { stopOrphan } from './recover.js';
import { removeTree } from '../process/trees.js';

/** A directory changed this recently may belong to a pgm that is between two steps. */
const youngMs = 60_000;

/**
 * Removes the throw-away directories of pgms that were killed together with their guards, and stops their servers. Only
 * directories that belong to the user of the server, were made on this machine (or in this container), and are not used
 * by a running pgm. Several pgms may do this at the same time.
 */
export async function sweepThrowAways(
  installed: Installed,
  places: ReadonlySet<string> = new Set([installed.temporary]),
): Promise<void> {
  for (const place of places) {
    await sweepEach(place, throwAwayName, (directory) => sweepThrowAway(installed, directory));
  }
}

async function sweepThrowAway(
  { setup, identity, bin }: Installed,
  directory: string,
): Promise<void> {
  const owner = await ownerOf(directory, identity);
  if (owner === null || !(await wasMadeHere(directory))) return;
  const pid = await stopOrphan(dataOf(directory), bin, identity);
  if (pid === null && (await isInUse(directory))) return;
  await removeTree(directory, owner);
  setup.emit({ kind: 'recovered-orphan', directory, pid });
}

/** Removes what an initialisation that was killed together with its guard left in a kept directory. */
export async function sweepUnfinished(kept: string, identity: Identity): Promise<void> {
  await sweepEach(kept, unfinishedName, async (directory) => {
    const owner = await ownerOf(directory, identity);
    if (owner !== null && !(await isInUse(directory))) await removeTree(directory, owner);
  });
}

/** A start must not fail because of what others left behind; the next start tries again. */
async function sweepEach(
  parent: string,
  pattern: RegExp,
  sweep: (directory: string) => Promise<void>,
): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((found) => pattern.test(found))) {
    await sweep(join(parent, name)).catch(() => undefined);
  }
}

/** Who can remove it: the user of the server, or we if its pgm died before the chown. null if it is another user's. */
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

/** While there is a guard, its command line contains the directory; between two guards it was changed recently. */
async function isInUse(directory: string): Promise<boolean> {
  const touched = await Promise.all([directory, dataOf(directory)].map(changedAt));
  if (touched.some((time) => Date.now() - time < youngMs)) return true;
  if ((await inspectData(dataOf(directory))).kind === 'foreign') return true;
  return (await listProcesses()).some(({ command }) => command.includes(directory));
}

async function changedAt(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.mtimeMs ?? 0;
}
