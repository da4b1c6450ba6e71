import {
  closeSync,
  constants,
  copyFileSync,
  type Dirent,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError, SourceMissing, errnoOf, errnoOrText } from '../core/errors.js';
import type { Listing } from '../core/new-file/next-file.js';
import { readGeneration } from './list-entries.js';
import { readGenerations } from './read-source.js';

/** The names in a source, without reading a file. What cannot be listed is left out. */
export function listNames(directory: string): Listing {
  const root = join(directory, readGeneration(directory) ?? '.');
  const directories: string[] = [];
  const paths: string[] = [];
  for (const entry of list(root)) {
    if (entry.name.startsWith('.')) continue;
    if (isDirectory(root, entry)) {
      directories.push(entry.name);
      const below = join(root, entry.name);
      const inner = list(join(below, readGeneration(below) ?? '.'));
      paths.push(...inner.flatMap(({ name }) => (isSql(name) ? `${entry.name}/${name}` : [])));
    } else if (isSql(entry.name)) paths.push(entry.name);
  }
  return { paths, directories };
}

function list(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isDirectory(root: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(root, entry.name), { throwIfNoEntry: false })?.isDirectory() === true;
}

function isSql(name: string): boolean {
  return name.endsWith('.sql') && !name.startsWith('.');
}

/** A directory for new files. Throws `SourceMissing`, and `ConfigurationError` for a mounted ConfigMap. */
export function openWritableTree(directory: string) {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SourceMissing(
      directory,
      `there is no directory ${directory}: create it with mkdir, or give another one with --dir`,
    );
  }
  const isGeneration = basename(realpathSync(directory)).startsWith('..');
  if (isGeneration || readGenerations(directory) !== '') {
    throw new ConfigurationError([
      `${directory} is a mounted ConfigMap, which the next swap replaces: write the file where the ConfigMap is generated from, with --dir`,
    ]);
  }
  return {
    list: () => listNames(directory),
    create: (file: NewFile, isStillNext: (listing: Listing) => boolean) =>
      create(directory, file, isStillNext),
  };
}

interface NewFile {
  readonly path: string;
  readonly claim: string;
  readonly text: string;
}

/** The claim is the draft of the file, with a name that is not a migration's, and becomes the file in one step. */
function create(
  directory: string,
  { path, claim, text }: NewFile,
  isStillNext: (listing: Listing) => boolean,
): 'created' | 'taken' | 'overtaken' {
  const target = join(directory, path);
  const parent = dirname(target);
  const draft = join(parent, `.pgm-new-${claim}`);
  try {
    assertNoLink(directory, path);
    mkdirSync(parent, { recursive: true });
    const descriptor = openSync(draft, 'wx');
    try {
      writeFileSync(descriptor, text);
      closeSync(descriptor);
      if (!isStillNext(listNames(directory))) return 'overtaken';
      publish(draft, target);
    } finally {
      rmSync(draft, { force: true });
    }
    return 'created';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'taken';
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([`cannot write ${target}: ${reasonOf(errnoOrText(error))}`]);
  }
}

function assertNoLink(directory: string, path: string): void {
  if (!path.includes('/')) return;
  const within = join(directory, dirname(path));
  if (lstatSync(within, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new ConfigurationError([
    `${within} is a link to ${realpathSync(within)}: write the file there, with --dir`,
  ]);
}

/** Never over a file. Some file systems have no hard links. */
function publish(draft: string, target: string): void {
  try {
    linkSync(draft, target);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw error;
    copyFileSync(draft, target, constants.COPYFILE_EXCL);
  }
}

function reasonOf(code: string): string {
  const reason = reasons.get(code);
  return reason === undefined ? code : `${reason} (${code})`;
}

const elsewhere = 'give the directory that the files are written in with --dir';
const reasons: ReadonlyMap<string, string> = new Map([
  ['EROFS', `the file system is read-only; ${elsewhere}`],
  ['EACCES', `this user may not write there; ${elsewhere}`],
  ['EPERM', `this user may not write there; ${elsewhere}`],
  ['ENOTDIR', 'a part of this path is a file; remove it, or give another schema'],
  ['ENOSPC', 'no space is left'],
]);
