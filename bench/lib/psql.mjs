/** The `psql` that takes part: a binary, never Debian's wrapper script, which takes longer than psql itself. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Psql
 * @property {string} file
 * @property {string} version `17.5`
 * @property {'on the PATH' | 'behind the wrapper script on the PATH'} found
 *
 * @typedef {object} Machine
 * @property {string} path As in PATH.
 * @property {() => readonly string[]} serverPrograms Directories with the programs of the servers installed here.
 * @property {(file: string) => string} versionOf
 */

/**
 * The first `psql` on the PATH; if that is a script, the newest binary of the installed servers. Throws if there is none.
 * @param {Machine} [machine] @returns {Psql}
 */
export function findPsql({ path, serverPrograms, versionOf } = thisMachine()) {
  const first = path.split(delimiter).map(psqlIn).find(isProgram);
  if (first === undefined) throw new Error('psql is not on the PATH of this machine');
  if (isBinary(first)) return { file: first, version: versionOf(first), found: 'on the PATH' };
  const [newest] = serverPrograms()
    .map(psqlIn)
    .filter((file) => isProgram(file) && isBinary(file))
    .map((file) => ({ file, version: versionOf(file) }))
    .sort((a, b) => byVersion(b.version, a.version));
  if (newest === undefined) {
    throw new Error('psql on the PATH is a wrapper script, and no binary was found beside it');
  }
  const { file, version } = newest;
  return { file, version, found: 'behind the wrapper script on the PATH' };
}

/** @returns {Machine} */
function thisMachine() {
  return { path: process.env['PATH'] ?? '', serverPrograms, versionOf: printedVersion };
}

/** Where PostgreSQL says that its programs are, and where Debian installs those of each version. */
function serverPrograms() {
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const versions = '/usr/lib/postgresql';
  return [
    ...(status === 0 ? [stdout.trim()] : []),
    ...namesIn(versions).map((version) => join(versions, version, 'bin')),
  ];
}

/** @param {string} directory */
function namesIn(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** @param {string} directory */
function psqlIn(directory) {
  return join(directory, 'psql');
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Magic numbers of ELF, and of Mach-O for one processor or several. */
const beginnings = ['7f454c46', 'cefaedfe', 'cffaedfe', 'cafebabe'];

/** Follows links. @param {string} file */
function isBinary(file) {
  const head = Buffer.alloc(4);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, head, 0, head.length, 0);
  } finally {
    closeSync(opened);
  }
  return beginnings.includes(head.toString('hex'));
}

/** @param {string} file */
function printedVersion(file) {
  const { stdout, error } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  if (error) throw new Error(`${file} does not start: ${error.message}`);
  return stdout.trim().replace(/^psql \(PostgreSQL\) (\S+).*$/s, '$1');
}

/** `15.9` before `15.10` before `16`. @param {string} a @param {string} b */
function byVersion(a, b) {
  return a.localeCompare(b, 'en', { numeric: true });
}
