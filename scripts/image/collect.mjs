/**
 * Collects what the image adds to its base, below a directory that stands for its root: collect.mjs DIRECTORY
 *
 * Runs in the builder after the build. What nobody reads at run time stays behind. Times and modes depend on
 * nothing, so that equal sources give an equal layer; SOURCE_DATE_EPOCH, in seconds, is the time if it is set.
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
import { keepCode } from '../keep-code.mjs';

const [, , directory] = process.argv;
if (directory === undefined) {
  process.stderr.write('usage: node scripts/image/collect.mjs DIRECTORY\n');
  process.exit(2);
}
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const image = resolve(directory);

/**
 * Where the base has its Node; there is no env(1) that would look for it. Without the option V8 optimises PostgreSQL's
 * grammar behind our back, which takes 500 MiB where reading 300 KB of SQL takes 126, and gains no time: docs/image.md.
 * NODE_OPTIONS does not take it.
 */
const flags = ['--liftoff-only'];
const interpreter = ['#!/nodejs/bin/node', ...flags].join(' ');
const program = join(image, 'app/bin/pgm.js');

/**
 * The program holds the packages it uses but one: PostgreSQL's grammar is loaded from its own folder. The embedded
 * PostgreSQL stays behind: in a cluster there is a server already.
 */
const parts = [
  'bin',
  'dist/pgm',
  'dist/help.txt',
  'node_modules/libpg-query',
  'node_modules/@pgsql/types',
];
for (const name of [...parts, 'package.json', 'LICENSE']) {
  cpSync(join(root, name), join(image, 'app', name), { recursive: true, filter: isWanted });
}
placeProgram();
keepCode(join(image, 'app'), '/app', flags);
for (const name of ['', ...readdirSync(image, { recursive: true })]) level(join(image, name));

/** Not wanted: declarations, papers other than licences, and what V8 made of the program elsewhere. */
function isWanted(path) {
  const name = basename(path);
  return /^licen[cs]e/i.test(name) || !/\.(?:[cm]?ts|map|md|markdown|code)$/.test(name);
}

/** `pgm` for everybody's PATH, `kubectl exec` included. */
function placeProgram() {
  const text = readFileSync(program, 'utf8').replace(/^#!.*/, interpreter);
  if (!text.startsWith(interpreter)) throw new Error('bin/pgm.js names no interpreter');
  writeFileSync(program, text);
  mkdirSync(join(image, 'usr/local/bin'), { recursive: true });
  symlinkSync('/app/bin/pgm.js', join(image, 'usr/local/bin/pgm'));
}

/** Everybody may read it, nobody but root may write it, only `pgm` is run; with one time for all. */
function level(path) {
  const found = lstatSync(path);
  const mode = found.isDirectory() || path === program ? 0o755 : 0o644;
  if (!found.isSymbolicLink()) chmodSync(path, mode);
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  lutimesSync(path, seconds, seconds);
}
