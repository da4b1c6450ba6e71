import { chmod, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedEvent, EmbeddedOptions } from '../../core/embedded.js';
import { errnoOf } from '../../core/errors.js';
import type { Identity } from '../process/identity.js';
import { findBarrier } from '../process/reach.js';
import type { Distribution } from './binaries.js';
import { copyDistribution } from './copy.js';
import { chooseTemporary } from './directory.js';
import { makeLinks } from './links.js';

/** What every step of one start needs. */
export interface Setup {
  readonly options: EmbeddedOptions;
  readonly distribution: Distribution;
  /** Where throw-away directories may be created, in order of preference. */
  readonly temporaries: readonly string[];
  readonly passwdFile: string;
  readonly emit: (event: EmbeddedEvent) => void;
  /** When the start was requested, as `performance.now()`. */
  readonly since: number;
}

/** PostgreSQL as `identity` can run it. */
export interface Installed {
  readonly setup: Setup;
  readonly identity: Identity;
  /** The directory of the programs. */
  readonly bin: string;
  /** A directory in which `identity` may create and remove files. */
  readonly temporary: string;
}

const programs = ['bin/initdb', 'bin/pg_ctl', 'bin/postgres'];
const runnable = 0o555;

/**
 * Makes the binaries usable for `identity`. npm may have installed them without links (`--ignore-scripts`) or without
 * execute permission, and the user that runs the server may have no access to directories of root. What cannot be fixed
 * in place is fixed in a private copy below the temporary directory.
 */
export async function prepareBinaries(setup: Setup, identity: Identity): Promise<Installed> {
  const { distribution, temporaries, emit } = setup;
  const temporary = await chooseTemporary(temporaries, identity);
  const native = await realpath(distribution.native);
  const reason = await findObstacle(native, identity);
  const usable =
    reason === null
      ? native
      : await copyDistribution({ ...distribution, native }, temporary, reason, emit);
  return { setup, identity, bin: join(usable, 'bin'), temporary };
}

async function findObstacle(native: string, identity: Identity): Promise<string | null> {
  try {
    await makeLinks(native);
    for (const program of programs) await makeRunnable(join(native, program));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
    return `${native} is incomplete and cannot be written`;
  }
  const program = join(native, 'bin/postgres');
  const text = join(native, 'share/postgresql/postgres.bki');
  const barrier =
    (await findBarrier(program, identity, 5)) ?? (await findBarrier(text, identity, 4));
  return barrier === null ? null : `${barrier} is closed to the user "${identity.name}"`;
}

async function makeRunnable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & runnable) !== runnable) await chmod(path, (mode & 0o777) | runnable);
}
