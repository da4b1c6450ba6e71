import { existsSync } from 'node:fs';
import {
  access,
  chown,
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
import { EmbeddedUnavailable } from '../core/errors.js';
import { errnoOf } from './errno.js';
import type { Identity } from './identity.js';
import { unfinishedName } from './initialise.js';
import { findBarrier } from './reach.js';

/** The names of throw-away directories, for the sweep. */
export const throwAwayName = /^pgm-embedded-[A-Za-z0-9]{6}$/;

/** Lies in a throw-away directory and says in whose processes its owner is to be found. */
export const originFile = 'made-in';

/** Names a machine, or a container of it: only there do our process ids mean anything. */
export async function describeOrigin(): Promise<string> {
  const processes = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()} ${processes}\n`;
}

/** A new directory of `identity` that goes when its server ends. */
export async function makeThrowAway(temporary: string, identity: Identity): Promise<string> {
  const directory = await mkdtemp(join(temporary, 'pgm-embedded-'));
  await writeFile(join(directory, originFile), await describeOrigin());
  if (identity.switched) await chown(directory, identity.uid, identity.gid);
  return directory;
}

/** Where throw-away servers go: the first of these directories where `identity` may make and remove some. */
export async function chooseTemporary(
  candidates: readonly string[],
  identity: Identity,
): Promise<string> {
  for (const candidate of candidates) {
    const path = await realpath(candidate).catch(() => null);
    if (path !== null && (await findBarrier(path, identity, 3)) === null) return path;
  }
  throw new EmbeddedUnavailable(
    `the user "${identity.name}", whom the server runs as, may write to none of ${candidates.join(', ')}. ` +
      'Set TMPDIR to a directory that is open to all, like /tmp.',
  );
}

/** The directory in which data is kept, made when missing. Absolute and without links. */
export async function makeKept(path: string): Promise<{ directory: string; isNew: boolean }> {
  const wanted = resolve(path);
  const created = await mkdir(wanted, { recursive: true }).catch((cause: unknown) => {
    throw new EmbeddedUnavailable(
      `the directory ${wanted} cannot be made (${errnoOf(cause) ?? 'for an unknown reason'}). Give one that you may write to.`,
      { cause },
    );
  });
  return { directory: await realpath(wanted), isNew: created !== undefined };
}

/** Refuses a directory in which `initdb` would fail or mix its files with those of somebody else. */
export async function checkBeforeInitialising(
  directory: string,
  identity: Identity,
): Promise<void> {
  const names = await readdir(directory);
  if (names.includes('PG_VERSION')) {
    throw new EmbeddedUnavailable(
      `${directory} is itself a data directory of PostgreSQL, which pgm did not make. ` +
        'pgm keeps its data in a directory "data" below the one it is given: give it another, empty one.',
    );
  }
  const strange = names.filter((name) => !isHarmless(directory, name));
  if (strange.length > 0) {
    throw new EmbeddedUnavailable(
      `${directory} is not empty (${strange.slice(0, 3).join(', ')}${strange.length > 3 ? ', …' : ''}) ` +
        'and holds no data of an embedded PostgreSQL. Give an empty directory, or one that does not exist.',
    );
  }
  await access(directory, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new EmbeddedUnavailable(
      `the user "${identity.name}" may not write to ${directory}. Change its owner, or give another directory.`,
      { cause },
    );
  });
}

/** Refuses a directory that the server's user cannot get into. */
export async function checkWay(directory: string, identity: Identity): Promise<void> {
  const barrier = await findBarrier(directory, identity, 1);
  if (barrier === null) return;
  throw new EmbeddedUnavailable(
    `PostgreSQL does not run as root, and the user "${identity.name}" cannot enter ${barrier}, which leads to ${directory}. ` +
      `Give a directory elsewhere, e.g. below /var/lib, or open the way: chmod o+x ${barrier}`,
  );
}

/**
 * What file systems and version control leave in an otherwise empty directory, what a killed pgm left, and what another
 * pgm finished a moment ago.
 */
function isHarmless(directory: string, name: string): boolean {
  if (name === 'data') return existsSync(join(directory, 'data/PG_VERSION'));
  return name === 'lost+found' || name.startsWith('.git') || unfinishedName.test(name);
}
