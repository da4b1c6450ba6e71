import { existsSync } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { EmbeddedUnavailable, errnoOf } from '../../core/errors.js';
import { chooseIdentity, type Identity } from '../process/identity.js';
import { findBarrier } from '../process/reach.js';
import { giveTo } from '../process/trees.js';

/** The names of throw-away directories, for the sweep. */
export const throwAwayName = /^pgm-embedded-[A-Za-z0-9]{6}$/;

/** The names of half-made data directories below a kept directory, for the sweep. */
export const unfinishedName = /^initdb-[A-Za-z0-9]{6}$/;

/** The data directory of PostgreSQL in a throw-away or kept directory. */
export function dataOf(directory: string): string {
  return join(directory, 'data');
}

/** The file in a throw-away directory that says on which machine or in which container its pgm runs. */
export const originFile = 'made-in';

/** Identifies this machine or container, within which process ids are valid. */
export async function describeOrigin(): Promise<string> {
  const processes = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()} ${processes}\n`;
}

/** A new directory of `identity`, which is removed when its server ends. */
export async function makeThrowAway(temporary: string, identity: Identity): Promise<string> {
  const directory = await mkdtemp(join(temporary, 'pgm-embedded-'));
  await writeFile(join(directory, originFile), await describeOrigin());
  await giveTo(directory, identity);
  return directory;
}

/** The directory for throw-away servers: the first in which `identity` may create and remove files. */
export async function chooseTemporary(
  candidates: readonly string[],
  identity: Identity,
): Promise<string> {
  for (const candidate of candidates) {
    const path = await realpath(candidate).catch(() => null);
    if (path !== null && (await findBarrier(path, identity, 3)) === null) return path;
  }
  throw new EmbeddedUnavailable(
    `the user "${identity.name}", who runs the server, cannot write to any of ${candidates.join(', ')}. ` +
      'Set TMPDIR to a directory that everyone can write to, like /tmp.',
  );
}

/** The persistent directory, created for the user of the server if missing. Absolute and without links. */
export async function makeKept(path: string, passwdFile: string): Promise<string> {
  const wanted = resolve(path);
  const created = await mkdir(wanted, { recursive: true }).catch((cause: unknown) => {
    const code = errnoOf(cause) ?? 'for an unknown reason';
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    const advice = isFile
      ? 'It is a file, or below one: use another path.'
      : 'Use one that you may write to.';
    throw new EmbeddedUnavailable(
      `the directory ${wanted} cannot be created (${code}). ${advice}`,
      {
        cause,
      },
    );
  });
  const directory = await realpath(wanted);
  if (created !== undefined) await giveTo(directory, await chooseIdentity(null, passwdFile));
  return directory;
}

/** Refuses a directory in which `initdb` would fail or mix its files with others. */
export async function checkBeforeInitialising(
  directory: string,
  identity: Identity,
): Promise<void> {
  const names = await readdir(directory);
  if (names.includes('PG_VERSION')) {
    throw new EmbeddedUnavailable(
      `${directory} is itself a PostgreSQL data directory, which pgm did not create. ` +
        'pgm keeps its data in a subdirectory "data": use another, empty directory.',
    );
  }
  const strange = names.filter((name) => !isHarmless(directory, name));
  if (strange.length > 0) {
    throw new EmbeddedUnavailable(
      `${directory} is not empty (${strange.slice(0, 3).join(', ')}${strange.length > 3 ? ', …' : ''}) ` +
        'and contains no data of an embedded PostgreSQL. Use an empty directory, or one that does not exist.',
    );
  }
  await access(directory, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new EmbeddedUnavailable(
      `the user "${identity.name}" may not write to ${directory}. Change its owner, or use another directory.`,
      { cause },
    );
  });
}

/** Refuses a directory that the user of the server cannot enter. */
export async function checkWay(directory: string, identity: Identity): Promise<void> {
  const barrier = await findBarrier(directory, identity, 1);
  if (barrier === null) return;
  throw new EmbeddedUnavailable(
    `PostgreSQL does not run as root, and the user "${identity.name}" cannot enter ${barrier}, which leads to ${directory}. ` +
      `Use a directory elsewhere, e.g. below /var/lib, or allow access: chmod o+x ${barrier}`,
  );
}

/**
 * True for files of the file system and of version control, for what a killed pgm left, and for data that another pgm has
 * just finished.
 */
function isHarmless(directory: string, name: string): boolean {
  if (name === 'data') return existsSync(join(directory, 'data/PG_VERSION'));
  return name === 'lost+found' || name.startsWith('.git') || unfinishedName.test(name);
}
