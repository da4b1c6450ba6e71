import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rm,
  symlink,
} from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, relative } from 'node:path';
import type { EmbeddedEvent } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import type { Distribution } from './binaries.js';
import { renameUnlessTaken } from './rename.js';
import { makeLinks } from './links.js';

/**
 * A copy of the binaries that belongs to us and that others can only read, made once and found again. It appears in one
 * step, so a half-made one is never run. Resolves with the directory that holds `bin`, `lib` and `share`.
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
  const entries = await neededEntries(native);
  if (await isTrustworthy(target, uid, entries)) return target;
  emit({ kind: 'copying-binaries', to: target, reason });
  const workshop = await mkdtemp(`${target}.`);
  try {
    await copyEntries(native, entries, workshop);
    await renameUnlessTaken(workshop, target);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  if (await isTrustworthy(target, uid, entries)) return target;
  throw new EmbeddedUnavailable(
    `${target} was changed while pgm made it. Try again; if it stays so, remove ${target}`,
  );
}

/** What is only needed to compile against PostgreSQL stays behind. */
async function neededEntries(native: string): Promise<readonly Dirent[]> {
  const all = await readdir(native, { recursive: true, withFileTypes: true });
  return all.filter(
    ({ name, parentPath }) =>
      !name.endsWith('.a') && !/pgxs|pkgconfig/.test(join(parentPath, name)),
  );
}

/**
 * An existing copy is used only when it is ours, nobody else can write to it and nothing is missing from it (cleaners of
 * temporary files remove what was not read for a while). A directory of ours that lacks something is made anew; one of
 * somebody else's is an error.
 */
async function isTrustworthy(
  target: string,
  uid: number,
  entries: readonly Dirent[],
): Promise<boolean> {
  const found = await lstat(target).catch(() => null);
  if (found === null) return false;
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new EmbeddedUnavailable(
      `${target} is not a directory that only the user with id ${uid} can write to, so pgm runs nothing from it. ` +
        'Find out who made it, remove it, and try again.',
    );
  }
  const present = await readdir(target, { recursive: true });
  if (present.length >= entries.length) return true;
  await rm(target, { recursive: true, force: true });
  return false;
}

async function copyEntries(
  native: string,
  entries: readonly Dirent[],
  workshop: string,
): Promise<void> {
  for (const entry of entries) {
    const from = join(entry.parentPath, entry.name);
    const to = join(workshop, relative(native, from));
    if (entry.isDirectory()) await mkdir(to);
    else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
    if (!entry.isSymbolicLink()) await chmod(to, modeOf(entry, relative(native, from)));
  }
  await makeLinks(workshop);
  await chmod(workshop, 0o755);
}

function modeOf(entry: Dirent, path: string): number {
  return entry.isDirectory() || path.startsWith('bin/') ? 0o755 : 0o644;
}
