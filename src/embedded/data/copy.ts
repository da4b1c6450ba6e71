import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, relative } from 'node:path';
import type { EmbeddedEvent } from '../../core/embedded.js';
import { EmbeddedUnavailable } from '../../core/errors.js';
import type { Distribution } from './binaries.js';
import { renameUnlessTaken } from '../process/trees.js';
import { makeLinks } from './links.js';

/**
 * Copies the binaries to a directory that is ours and read-only for others, and reuses it later. It is renamed into
 * place when it is complete. Resolves with the directory that contains `bin`, `lib` and `share`.
 */
export async function copyDistribution(
  { native, version, platform }: Distribution,
  temporary: string,
  reason: string,
  emit: (event: EmbeddedEvent) => void,
): Promise<string> {
  const { uid } = userInfo();
  const name = `pgm-embedded-postgres-${version}-${platform}${uid === 0 ? '' : `-${uid}`}`;
  const target = join(temporary, name);
  const needed = (await readdir(native, { recursive: true })).filter(isNeeded).length;
  if (await isTrustworthy(target, uid, needed)) return target;
  emit({ kind: 'copying-binaries', to: target, reason });
  const workshop = await mkdtemp(`${target}.`);
  try {
    await copyNeeded(native, workshop);
    await renameUnlessTaken(workshop, target);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  if (await isTrustworthy(target, uid, needed)) return target;
  throw new EmbeddedUnavailable(
    `${target} was changed while pgm created it. Try again; if this happens again, remove ${target}`,
  );
}

/** False for files only needed to compile against PostgreSQL. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.a') && !/pgxs|pkgconfig/.test(path);
}

/**
 * An existing copy is used only if it is ours, nobody else can write to it, and nothing is missing (cleaners of temporary
 * files remove what was not read for a while). If something is missing, the copy is made again; a directory of another user
 * is an error.
 */
async function isTrustworthy(target: string, uid: number, needed: number): Promise<boolean> {
  const found = await lstat(target).catch(() => null);
  if (found === null) return false;
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new EmbeddedUnavailable(
      `${target} is not a directory that only the user with id ${uid} can write to, so pgm runs nothing from it. ` +
        'Find out who created it, remove it, and try again.',
    );
  }
  const present = await readdir(target, { recursive: true });
  if (present.length >= needed) return true;
  await rm(target, { recursive: true, force: true });
  return false;
}

async function copyNeeded(native: string, workshop: string): Promise<void> {
  const mode = constants.COPYFILE_FICLONE;
  const filter = (path: string): boolean => isNeeded(relative(native, path));
  await cp(native, workshop, { recursive: true, verbatimSymlinks: true, mode, filter });
  for (const entry of await readdir(workshop, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const isOpen = entry.isDirectory() || relative(workshop, path).startsWith('bin/');
    await chmod(path, isOpen ? 0o755 : 0o644);
  }
  await makeLinks(workshop);
  await chmod(workshop, 0o755);
}
