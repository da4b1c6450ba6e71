import { isUtf8 } from 'node:buffer';
import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { errnoOrText } from '../core/errors.js';
import type { SourceEntry } from '../core/files/migration.js';
import { leadingDigits, printable, schemaProblem } from '../core/files/names.js';
import {
  hasVanished,
  isOutOfDescriptors,
  notRegular,
  readAndRelease,
  refusal,
} from './read-file.js';

/**
 * All entries below `base` with the content of files, in no particular order; undefined between the steps of a long
 * file. The bytes of a large file are valid until the next value is asked for. Only regular files are opened: a FIFO would
 * block for ever. Reading is synchronous, which takes a tenth of the time of promises. Throws when an entry disappears
 * meanwhile; the caller then reads again.
 */
export function* listEntries(base: string): Generator<SourceEntry | undefined, void, undefined> {
  const root = realpathSync(base);
  const directories: Directory[] = [{ kind: 'directory', path: '', depth: 0, mounted: '' }];
  // Grows during the loop.
  for (const directory of directories) {
    const listed = listDirectory(root, directory);
    if ('kind' in listed) yield listed;
    else {
      for (const dirent of listed) {
        const found = look(root, dirent, directory);
        if (found.kind === 'directory') directories.push(found);
        else if (found.kind === 'readable') yield* readAndRelease(found.path, found.file);
        else yield found;
      }
    }
  }
}

/** Files this deep are refused anyway; this limits how deep we look for them. */
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
  /** Relative to the root, with `/`; empty for the root. */
  readonly path: string;
  readonly depth: number;
  /** Its current generation, if it is a mount of its own: `..2026_…`; else empty. */
  readonly mounted: string;
}

/** The root must be readable; an unreadable directory below it is refused like a file. */
function listDirectory(root: string, directory: Directory): readonly Dirent<Buffer>[] | Left {
  const { path: below } = directory;
  try {
    return readdirSync(join(root, below, directory.mounted), {
      withFileTypes: true,
      encoding: 'buffer',
    });
  } catch (error) {
    if (below === '' || hasVanished(error) || isOutOfDescriptors(error)) throw error;
    return refusal(below, `it cannot be read: ${errnoOrText(error)}`);
  }
}

function look(root: string, dirent: Dirent<Buffer>, within: Directory): Found {
  const { path: below, depth, mounted } = within;
  const isText = isUtf8(dirent.name);
  const name = isText ? dirent.name.toString() : printable(dirent.name.toString('latin1'));
  const path = below === '' ? name : `${below}/${name}`;
  const file = join(root, below, mounted, name);
  const isDirectory = dirent.isDirectory();
  if (isHidden(name) || (isDirectory && depth === deepestLook)) {
    return { kind: 'ignored', path: isDirectory ? `${path}/` : path };
  }
  // A file whose name is not UTF-8 could not be opened by its decoded name.
  if (!isText && (isDirectory || isSql(name))) {
    return refusal(path, 'its name is not valid UTF-8; rename it');
  }
  if (isDirectory) return directoryAt(path, file, depth + 1);
  if (mounted !== '' && isSql(name) && isWholeMount(name, within)) {
    return refusal(
      path,
      `${below} is the mounted ConfigMap (it holds ..data): give pgm that directory`,
    );
  }
  if (isText && dirent.isSymbolicLink()) return followLink(root, path, { file, depth });
  return classify(path, file, dirent.isFile());
}

/** A mount in a directory of the source: only one generation of it counts. */
function directoryAt(path: string, file: string, depth: number): Directory {
  return { kind: 'directory', path, depth, mounted: readGeneration(file) ?? '' };
}

/** True if a mount within the source cannot belong to one schema, so that it was meant to be the source itself. */
function isWholeMount(name: string, { path, depth }: Directory): boolean {
  return depth > 1 || schemaProblem(path, []) !== null || leadingDigits(name) === '';
}

/** A link may point to a file inside the source or, at the top level, to a directory inside it. */
function followLink(
  root: string,
  path: string,
  { file, depth }: { readonly file: string; readonly depth: number },
): Found {
  let target;
  try {
    target = realpathSync(file);
  } catch (error) {
    return isSql(path)
      ? refusal(path, `it is a broken link: ${errnoOrText(error)}`)
      : { kind: 'ignored', path };
  }
  const isInside = target.startsWith(root + sep);
  const isDirectory = statSync(target).isDirectory();
  if (!isInside && (isSql(path) || isDirectory)) return refusal(path, outside(root, target));
  if (!isDirectory) return classify(path, target, lstatSync(target).isFile());
  return depth === 0
    ? directoryAt(path, target, 1)
    : refusal(
        path,
        'it is a link to a directory inside a schema directory; copy the files instead',
      );
}

function outside(root: string, target: string): string {
  const isAround = (root + sep).startsWith(target + sep);
  return isAround
    ? 'it is a link to the source directory or one of its parents; remove it'
    : 'it is a link to something outside the source; copy the target instead';
}

function classify(path: string, file: string, isRegular: boolean): Left | Readable {
  if (!isSql(path)) return { kind: 'ignored', path };
  if (!path.endsWith('.sql')) {
    const name = `${path.slice(path.lastIndexOf('/') + 1, -4)}.sql`;
    return refusal(
      path,
      `its name must end in .sql, in lower case: rename it to ${printable(name)}`,
    );
  }
  return isRegular ? { kind: 'readable', path, file } : refusal(path, notRegular);
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** In upper case too, so that such a file is not overlooked. */
function isSql(path: string): boolean {
  return /\.sql$/i.test(path);
}

/** The link that the kubelet swaps. It points to one generation of the mount, which is complete and never changes. */
export const pointer = '..data';

/**
 * Name of the generation that is mounted at `directory`, or null if it is not a kubelet mount. A generation is in the same
 * directory as the link; a link to anywhere else does not count.
 */
export function readGeneration(directory: string): string | null {
  try {
    const target = readlinkSync(join(directory, pointer));
    return target.includes('/') ? null : target;
  } catch {
    return null;
  }
}
