import { chown, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedUnavailable } from '../core/errors.js';
import { beforeDeadline } from './deadline.js';
import { launchGuarded } from './guard.js';
import type { Identity } from './identity.js';
import { tailOf } from './log.js';
import { renameUnlessTaken } from './rename.js';
import { removeTree } from './remove.js';
import { localeArguments } from './settings.js';

export interface Initialisation {
  /** Directory of `initdb`. */
  readonly bin: string;
  readonly major: string;
  readonly identity: Identity;
  readonly user: string;
  readonly password: string;
}

const deadlineMs = 120_000;

/** The names of half-made data directories below a kept directory, for the sweep. */
export const unfinishedName = /^initdb-[A-Za-z0-9]{6}$/;

/** Makes `<directory>/data` in a throw-away directory. If pgm dies meanwhile, the whole directory goes. */
export async function initialiseThrowAway(directory: string, how: Initialisation): Promise<void> {
  await initialiseIn(directory, how, false);
}

/**
 * Makes `<directory>/data` in one step: it is there whole, or not at all. When somebody else was faster, theirs stays
 * and ours is dropped.
 */
export async function initialiseKept(directory: string, how: Initialisation): Promise<void> {
  const workshop = await mkdtemp(join(directory, 'initdb-'));
  try {
    if (how.identity.switched) await chown(workshop, how.identity.uid, how.identity.gid);
    await initialiseIn(workshop, how, true);
    await renameUnlessTaken(join(workshop, 'data'), join(directory, 'data'));
  } finally {
    await removeTree(workshop, how.identity);
  }
}

async function initialiseIn(home: string, how: Initialisation, durable: boolean): Promise<void> {
  const attempts = localeArguments(how.major);
  for (const [at, locale] of attempts.entries()) {
    const { code, log } = await initdb(home, locale, how, durable);
    if (code === 0) return;
    const unknownLocale = /invalid locale/.test(log) && at < attempts.length - 1;
    if (!unknownLocale) throw await failure(home, code);
  }
}

async function initdb(
  home: string,
  locale: readonly string[],
  { bin, identity, user, password }: Initialisation,
  durable: boolean,
): Promise<{ code: number | null; log: string }> {
  const log = logOf(home);
  const passwordFile = join(home, 'password');
  const guarded = await launchGuarded({
    identity,
    command: join(bin, 'initdb'),
    parameters: [
      `--pgdata=${join(home, 'data')}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      ...locale,
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    log,
    doomed: home,
    secret: { path: passwordFile, text: password },
  });
  await beforeDeadline(guarded.ended, deadlineMs, () => tooSlow(home)).catch(
    async (error: unknown) => {
      await guarded.release();
      throw error;
    },
  );
  const code = await guarded.release('keep');
  return { code, log: await readFile(log, 'utf8').catch(() => guarded.complaint()) };
}

function tooSlow(home: string): EmbeddedUnavailable {
  return new EmbeddedUnavailable(
    `initdb did not make a data directory in ${home} within ${deadlineMs / 1000} seconds. ` +
      'Is the disk very slow or full? Try again, or give a directory on another one.',
  );
}

function logOf(home: string): string {
  return join(home, 'initdb.log');
}

async function failure(home: string, code: number | null): Promise<EmbeddedUnavailable> {
  const lines = await tailOf(logOf(home));
  return new EmbeddedUnavailable(
    `initdb could not make a data directory in ${home} (exit code ${code ?? 'none: killed'}).` +
      `${adviceFor(code)} Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** The shell's own exit codes: 126 not allowed to run it, 127 not found, or the program it needs to be loaded. */
function adviceFor(code: number | null): string {
  if (code === 126) return ' The binaries may not be run there: is it mounted with noexec?';
  if (code === 127) {
    return ' The binaries are made for glibc; on Alpine (musl) take an image based on Debian.';
  }
  return '';
}
