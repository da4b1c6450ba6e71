import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedUnavailable } from '../../core/errors.js';
import { beforeDeadline, launchGuarded } from '../process/guard.js';
import { tailOf } from '../process/log.js';
import { giveTo, removeTree, renameUnlessTaken } from '../process/trees.js';
import { localeArguments } from '../process/settings.js';
import { dataOf } from './directory.js';
import type { Installed } from './prepare.js';

const deadlineMs = 120_000;

/** Creates the data in a throw-away directory. If pgm dies meanwhile, the whole directory is removed. */
export async function initialiseThrowAway(installed: Installed, directory: string): Promise<void> {
  installed.setup.emit({ kind: 'initialising', directory, kept: false });
  await initialiseIn(directory, installed, ['--no-sync']);
}

/** Creates the data of a kept directory atomically. If another pgm was faster, theirs stays and ours is removed. */
export async function initialiseKept(installed: Installed, directory: string): Promise<void> {
  const { setup, identity } = installed;
  setup.emit({ kind: 'initialising', directory, kept: true });
  const workshop = await mkdtemp(join(directory, 'initdb-'));
  try {
    await giveTo(workshop, identity);
    await initialiseIn(workshop, installed, []);
    await renameUnlessTaken(dataOf(workshop), dataOf(directory));
  } finally {
    await removeTree(workshop, identity);
  }
}

async function initialiseIn(
  home: string,
  installed: Installed,
  further: readonly string[],
): Promise<void> {
  const attempts = localeArguments(installed.setup.distribution.major);
  for (const [at, locale] of attempts.entries()) {
    const { code, log } = await initdb(home, installed, [...locale, ...further]);
    if (code === 0) return;
    const unknownLocale = /invalid locale/.test(log) && at < attempts.length - 1;
    if (!unknownLocale) throw await failure(home, code);
  }
}

async function initdb(
  home: string,
  { setup, identity, bin }: Installed,
  further: readonly string[],
): Promise<{ code: number | null; log: string }> {
  const log = logOf(home);
  const passwordFile = join(home, 'password');
  const { user, password } = setup.options;
  const guarded = await launchGuarded({
    identity,
    command: join(bin, 'initdb'),
    parameters: [
      `--pgdata=${dataOf(home)}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-instructions',
      ...further,
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
    `initdb did not create a data directory in ${home} within ${deadlineMs / 1000} seconds. ` +
      'Is the disk very slow or full? Try again, or use a directory on another disk.',
  );
}

function logOf(home: string): string {
  return join(home, 'initdb.log');
}

async function failure(home: string, code: number | null): Promise<EmbeddedUnavailable> {
  const lines = await tailOf(logOf(home));
  return new EmbeddedUnavailable(
    `initdb could not create a data directory in ${home} (exit code ${code ?? 'none: killed'}).` +
      `${advice.get(code ?? 0) ?? ''} Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** By the shell's own exit codes: 126 not allowed to run it, 127 it or its loader is missing. */
const advice = new Map([
  [126, ' The binaries cannot be executed there: is it mounted with noexec?'],
  [127, ' The binaries need glibc; instead of Alpine (musl) use an image based on Debian.'],
]);
