/** Peers from npm, and how a Node program is run as one. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {import('./contestants.mjs').Command} Command
 * @typedef {import('./contestants.mjs').Contestant} Contestant
 * @typedef {import('./contestants.mjs').Place} Place
 * @typedef {import('./server.mjs').Target} Target
 */

export const bench = fileURLToPath(new URL('..', import.meta.url));
export const root = dirname(bench.replace(/\/$/, ''));
const node = process.execPath;

/**
 * A peer with a command of its own.
 * @param {string} name @param {import('./formats.mjs').Format} format @param {string} path Of the program in the package.
 * @param {(place: Place) => readonly string[]} args
 * @returns {Contestant}
 */
export function commandLine(name, format, path, args) {
  const program = join(packageDirectory(name), path);
  /** @param {Place} place @returns {Command} */
  const run = (place) => ({
    file: node,
    args: [program, ...args(place)],
    env: { DATABASE_URL: place.target.url },
    cwd: place.directory,
  });
  const words = wordsOf(program);
  return {
    name,
    kind: 'peer',
    onNode: true,
    version: versionOf(name),
    format,
    fresh: run,
    again: run,
    words,
  };
}

/**
 * A peer that is a library: its user writes the program, and `runners` holds the shortest one its pages suggest.
 * @param {string} file @param {string} name @param {import('./formats.mjs').Format} format
 * @returns {Contestant}
 */
export function scripted(file, name, format) {
  const version = versionOf(name);
  /** @param {Place} place */
  const run = ({ directory, target }) =>
    script(file, [format === 'plain' ? join(directory, 'public') : directory], target);
  return {
    name,
    kind: 'peer',
    onNode: true,
    version,
    format,
    fresh: run,
    again: run,
    words: null,
  };
}

/** @param {string} file @param {readonly string[]} args @param {Target} target @returns {Command} */
export function script(file, args, target) {
  return {
    file: node,
    args: [join(bench, 'runners', file), ...args],
    env: { DATABASE_URL: target.url },
  };
}

/** @param {string} program */
export function wordsOf(program) {
  return { version: [node, program, '--version'], help: [node, program, '--help'] };
}

/** Not by `require.resolve`: some packages do not export their package.json. @param {string} name */
export function packageDirectory(name) {
  const directory = join(bench, 'node_modules', name);
  if (!existsSync(directory))
    throw new Error(`the package ${name} is not installed on this system`);
  return directory;
}

/** @param {string} name */
export function versionOf(name) {
  return versionIn(join(packageDirectory(name), 'package.json'));
}

/** @param {string} manifest @returns {string} */
export function versionIn(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
