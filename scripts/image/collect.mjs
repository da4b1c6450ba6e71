/**
 * Collects what the image adds to its base, below a directory that stands for its root: collect.mjs DIRECTORY
 *
 * Runs in the builder after the build. What is not read at run time is left out. Times and modes depend on nothing, so that
 * equal sources give an equal layer; SOURCE_DATE_EPOCH, in seconds, is the time if it is set.
 */
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , directory] = process.argv;
if (directory === undefined) {
  process.stderr.write('usage: node scripts/image/collect.mjs DIRECTORY\n');
  process.exit(2);
}
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const image = resolve(directory);

/** Where the base has its Node; there is no env(1) that would look for it. */
const interpreter = '#!/nodejs/bin/node';
const program = join(image, 'app/bin/pgm.js');

/** The program holds the packages it uses. The embedded PostgreSQL is left out: a cluster already has a server. */
for (const name of ['bin', 'dist/pgm', 'dist/help.txt', 'package.json', 'LICENSE']) {
  cpSync(join(root, name), join(image, 'app', name), { recursive: true, filter: isWanted });
}
placeProgram();
for (const name of ['', ...readdirSync(image, { recursive: true })]) level(join(image, name));

/** Not wanted: declarations, and documents other than licences. */
function isWanted(path) {
  const name = basename(path);
  return /^licen[cs]e/i.test(name) || !/\.(?:[cm]?ts|map|md|markdown)$/.test(name);
}

/** `pgm` on everyone's PATH, `kubectl exec` included. */
function placeProgram() {
  const text = readFileSync(program, 'utf8').replace(/^#!.*/, interpreter);
  if (!text.startsWith(interpreter)) throw new Error('bin/pgm.js names no interpreter');
  writeFileSync(program, text);
  mkdirSync(join(image, 'usr/local/bin'), { recursive: true });
  symlinkSync('/app/bin/pgm.js', join(image, 'usr/local/bin/pgm'));
  // The program's path in the image that pgm replaces, for manifests that use it.
  symlinkSync('bin/pgm.js', join(image, 'app/postgres-manager'));
}

/** Readable for everyone, writable only for root, only `pgm` executable; with one time for all. */
function level(path) {
  const found = lstatSync(path);
  const mode = found.isDirectory() || path === program ? 0o755 : 0o644;
  if (!found.isSymbolicLink()) chmodSync(path, mode);
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  lutimesSync(path, seconds, seconds);
}
