import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SourceEntry } from '../core/migration.js';
import { printable } from '../core/names.js';
import { shortLength } from '../core/read-entry.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';
import { notRegular, readFile, refusal } from './read-file.js';

/**
 * Everything below `base`, files read, in no particular order; undefined where the work for the next entry goes on. The
 * bytes of a short file (`shortLength`) are good until the next entry is asked for. Nothing but regular files is ever
 * opened: a FIFO would block for ever. Reading is synchronous, with one buffer for all short files (ten thousand: 0.1 s,
 * against 0.9 s with promises). Throws when something vanishes under it; the caller reads again.
 */
export function* listEntries(base: string): Generator<SourceEntry | undefined, void, undefined> {
  const room = Buffer.allocUnsafeSlow(shortLength);
  for (const found of walk(realpathSync(base), '', 0)) {
    yield found.kind === 'readable' ? yield* readFile(found.path, found.file, room) : found;
  }
}

/** Deeper files are refused by name; this only bounds how deep we look for them. */
const deepestLook = 8;

type Found = Exclude<SourceEntry, { kind: 'file' }> | Readable;
interface Readable {
  readonly kind: 'readable';
  readonly path: string;
  readonly file: string;
}

function* walk(root: string, below: string, depth: number): Generator<Found> {
  for (const entry of listDirectory(root, below)) {
    if ('kind' in entry) yield entry;
    else yield* look(root, entry, depth);
  }
}

interface Named {
  /** Path below the root with `/`. */
  readonly path: string;
  readonly dirent: Pick<Dirent, 'isDirectory' | 'isFile' | 'isSymbolicLink'>;
}

/** The root itself has to be readable; a directory below it that is not is refused like a file. */
function listDirectory(root: string, below: string): readonly (Named | Found)[] {
  const directory = below === '' ? root : `${root}/${below}`;
  const prefix = below === '' ? '' : `${below}/`;
  try {
    const listed = readdirSync(directory, { withFileTypes: true });
    // What stands for bytes that are no text may also be part of a name.
    return listed.some(({ name }) => name.includes('\ufffd'))
      ? listBytewise(directory, prefix)
      : listed.map((dirent) => ({ path: prefix + dirent.name, dirent }));
  } catch (error) {
    if (below === '' || hasVanished(error) || isOutOfDescriptors(error)) throw error;
    return [refusal(below, `it cannot be read: ${codeOf(error)}`)];
  }
}

function listBytewise(directory: string, prefix: string): (Named | Found)[] {
  const listed = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  return listed.map((dirent) => named(prefix, dirent));
}

/** Names are bytes to the file system; one that is no text could never be opened again by its text. */
function named(prefix: string, dirent: Dirent<Buffer>): Named | Found {
  const name = dirent.name.toString();
  if (Buffer.from(name).equals(dirent.name)) return { path: prefix + name, dirent };
  const bytes = dirent.name.toString('latin1');
  const path = prefix + printable(bytes);
  const mayMatter = !isHidden(bytes) && (isSql(bytes) || dirent.isDirectory());
  if (mayMatter) return refusal(path, 'its name is not valid UTF-8; rename it');
  return { kind: 'ignored', path };
}

function* look(root: string, { path, dirent }: Named, depth: number): Generator<Found> {
  const isDirectory = dirent.isDirectory();
  if (isHidden(path.slice(path.lastIndexOf('/') + 1)) || (isDirectory && depth === deepestLook)) {
    yield { kind: 'ignored', path: isDirectory ? `${path}/` : path };
  } else if (isDirectory) yield* walk(root, path, depth + 1);
  else if (dirent.isSymbolicLink()) yield* followLink(root, path, depth);
  else yield classify(path, `${root}/${path}`, dirent.isFile());
}

/** A link may lead to a file, or on the top level to a directory, inside the source; nowhere else. */
function* followLink(root: string, path: string, depth: number): Generator<Found> {
  let target;
  try {
    target = realpathSync(join(root, path));
  } catch (error) {
    yield isSql(path)
      ? refusal(path, `it is a link that leads nowhere: ${codeOf(error)}`)
      : { kind: 'ignored', path };
    return;
  }
  const isInside = target.startsWith(root + sep);
  const isDirectory = statSync(target).isDirectory();
  if (!isInside && (isSql(path) || isDirectory)) yield refusal(path, outside(root, target));
  else if (!isDirectory) yield classify(path, target, lstatSync(target).isFile());
  else if (depth === 0) yield* walk(root, path, depth + 1);
  else yield refusal(path, 'it is a link to a directory below a schema; copy the files');
}

function outside(root: string, target: string): string {
  const isAround = (root + sep).startsWith(target + sep);
  return isAround
    ? 'it is a link to the source itself, or to what the source lies in; remove it'
    : 'it is a link that leaves the source; copy what it leads to';
}

function classify(path: string, file: string, isRegular: boolean): Found {
  if (!isSql(path)) return { kind: 'ignored', path };
  return isRegular ? { kind: 'readable', path, file } : refusal(path, notRegular);
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

function isSql(path: string): boolean {
  return path.endsWith('.sql');
}
