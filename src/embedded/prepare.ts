import { chmod, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedEvent } from '../core/embedded.js';
import type { Distribution } from './binaries.js';
import { copyDistribution } from './copy.js';
import { chooseTemporary } from './directory.js';
import { errnoOf } from './errno.js';
import type { Identity } from './identity.js';
import { makeLinks } from './links.js';
import { findBarrier } from './reach.js';
import type { Setup } from './setup.js';

const programs = ['bin/initdb', 'bin/pg_ctl', 'bin/postgres'];
const runnable = 0o555;

/** Where the binaries can be run by `identity`, and where throw-away directories go that it can enter. */
export async function findBinaries(
  { distribution, temporaries, emit }: Setup,
  identity: Identity,
): Promise<{ bin: string; temporary: string }> {
  const temporary = await chooseTemporary(temporaries, identity);
  return { temporary, bin: await prepareBinaries(distribution, identity, temporary, emit) };
}

/**
 * Makes the binaries usable for `identity` and says in which directory they are. npm may have left them without links
 * (`--ignore-scripts`) or without permission to run; and root's own directories are closed to the user the server runs
 * as. What cannot be mended in place is mended in a private copy below `temporary`.
 */
async function prepareBinaries(
  distribution: Distribution,
  identity: Identity,
  temporary: string,
  emit: (event: EmbeddedEvent) => void,
): Promise<string> {
  const native = await realpath(distribution.native);
  const reason = await findObstacle(native, identity);
  if (reason === null) return join(native, 'bin');
  return join(await copyDistribution({ ...distribution, native }, temporary, reason, emit), 'bin');
}

async function findObstacle(native: string, identity: Identity): Promise<string | null> {
  try {
    await makeLinks(native);
    for (const program of programs) await makeRunnable(join(native, program));
  } catch (error) {
    if (!mayNotWrite(error)) throw error;
    return `${native} is incomplete and cannot be written to`;
  }
  const [program, text] = [
    join(native, 'bin/postgres'),
    join(native, 'share/postgresql/postgres.bki'),
  ];
  const barrier =
    (await findBarrier(program, identity, 5)) ?? (await findBarrier(text, identity, 4));
  return barrier === null ? null : `${barrier} is closed to the user "${identity.name}"`;
}

async function makeRunnable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & runnable) !== runnable) await chmod(path, (mode & 0o777) | runnable);
}

function mayNotWrite(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '');
}
