import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SourceEntry } from '../core/migration.js';
import { printable } from '../core/names.js';
import { codeOf, hasVanished, isOutOfDescriptors } from './file-errors.js';
import { notRegular, readFile, readShortFile, refusal, Room } from './read-file.js';

/**
 * Everything below `base`, files read, in no particular order; undefined where the work for the next entry goes on. The
 * bytes of a short file (`shortLength`) are good until the next entry is asked for. Nothing but regular files is ever
 * opened: a FIFO would block for ever. Reading is synchronous, with one buffer for all short files (ten thousand: 0.05 s,
 * against 0.9 s with promises). Throws when something vanishes under it; the caller reads again.
 */
export function* listEntries(base: string): Generator<SourceEntry | undefined, void, undefined> {
  const root = realpathSync(base);
  const room = new Room();
  const directories: Directory[] = [{ kind: 'directory', path: '', depth: 0 }];
  // It grows while we walk along.
  for (const directory of directories) {
    for (const listed of listDirectory(root, directory.path)) {
      const found = 'kind' in listed ? listed : look(root, listed, directory);
      if (found.kind === 'directory') directories.push(found);
      else if (found.kind !== 'readable') yield found;
      else {
        const { path, file } = found;
        yield readShortFile(path, file, room) ?? (yield* readFile(path, file));
      }
    }
  }
}

/** Deeper files are refused by name; this only bounds how deep we look for them. */
const deepestLook = 8;

type Left = Exclude<SourceEntry, { kind: 'file' }>;
type Found = Left | Readable | Directory;
interface Readable {
  readonly kind: 'readable';
  readonly path: string;
  readonly file: string;
}
interface Directory {
  readonly kind: 'directory';
  /** Below the root with `/`; empty for the root. */
  readonly path: string;
  readonly depth: number;
}

type Named = Pick<Dirent, 'name' | 'isDirectory' | 'isFile' | 'isSymbolicLink'>;

/** The root itself has to be readable; a directory below it that is not is refused like a file. */
function listDirectory(root: string, below: string): readonly (Named | Left)[] {
  const directory = below === '' ? root : `${root}/${below}`;
  try {
    const listed = readdirSync(directory, { withFileTypes: true });
    // What stands for bytes that are no text may also be part of a name.
    return listed.some(({ name }) => name.includes('\ufffd'))
      ? listBytewise(directory, below)
      : listed;
  } catch (error) {
    if (below === '' || hasVanished(error) || isOutOfDescriptors(error)) throw error;
    return [refusal(below, `it cannot be read: ${codeOf(error)}`)];
  }
}

function listBytewise(directory: string, below: string): (Named | Left)[] {
  const listed = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  return listed.map((dirent) => named(below, dirent));
}

/** Names are bytes to the file system; one that is no text could never be opened again by its text. */
function named(below: string, dirent: Dirent<Buffer>): Named | Left {
  const name = dirent.name.toString();
  if (Buffer.from(name).equals(dirent.name)) {
    return {
      name,
      isDirectory: () => dirent.isDirectory(),
      isFile: () => dirent.isFile(),
      isSymbolicLink: () => dirent.isSymbolicLink(),
    };
  }
  const bytes = dirent.name.toString('latin1');
  const path = pathOf(below, printable(bytes));
  const mayMatter = !isHidden(bytes) && (isSql(bytes) || dirent.isDirectory());
  if (mayMatter) return refusal(path, 'its name is not valid UTF-8; rename it');
  return { kind: 'ignored', path };
}

function pathOf(below: string, name: string): string {
  return below === '' ? name : `${below}/${name}`;
}

function look(root: string, dirent: Named, { path: below, depth }: Directory): Found {
  const path = pathOf(below, dirent.name);
  const isDirectory = dirent.isDirectory();
  if (isHidden(dirent.name) || (isDirectory && depth === deepestLook)) {
    return { kind: 'ignored', path: isDirectory ? `${path}/` : path };
  }
  if (isDirectory) return { kind: 'directory', path, depth: depth + 1 };
  if (dirent.isSymbolicLink()) return followLink(root, path, depth);
  return classify(path, `${root}/${path}`, dirent.isFile());
}

/** A link may lead to a file, or on the top level to a directory, inside the source; nowhere else. */
function followLink(root: string, path: string, depth: number): Found {
  let target;
  try {
    target = realpathSync(join(root, path));
  } catch (error) {
    return isSql(path)
      ? refusal(path, `it is a link that leads nowhere: ${codeOf(error)}`)
      : { kind: 'ignored', path };
  }
  const isInside = target.startsWith(root + sep);
  const isDirectory = statSync(target).isDirectory();
  if (!isInside && (isSql(path) || isDirectory)) return refusal(path, outside(root, target));
  if (!isDirectory) return classify(path, target, lstatSync(target).isFile());
  return depth === 0
    ? { kind: 'directory', path, depth: 1 }
    : refusal(path, 'it is a link to a directory below a schema; copy the files');
}

function outside(root: string, target: string): string {
  const isAround = (root + sep).startsWith(target + sep);
  return isAround
    ? 'it is a link to the source itself, or to what the source lies in; remove it'
    : 'it is a link that leaves the source; copy what it leads to';
}

function classify(path: string, file: string, isRegular: boolean): Left | Readable {
  if (!isSql(path)) return { kind: 'ignored', path };
  return isRegular ? { kind: 'readable', path, file } : refusal(path, notRegular);
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

function isSql(path: string): boolean {
  return path.endsWith('.sql');
}
