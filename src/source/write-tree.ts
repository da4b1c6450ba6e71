import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ConfigurationError, errnoOf, errnoOrText, NotCopied } from '../core/errors.js';
import type { TargetTree } from '../core/moving/folder.js';

/** A directory that gets the files of an import. */
export function openTree(target: string): TargetTree {
  return {
    read: (path) => readExisting(join(target, path)),
    write: (files) => {
      writeTree(resolve(target), files);
    },
  };
}

function readExisting(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new ConfigurationError([`${file} cannot be read: ${errnoOrText(error)}`]);
  }
}

/** Why the folder of a tool and the target must not be within each other, or null. */
export function overlapOf(folder: string, target: string): string | null {
  const [from, to] = [realPath(resolve(folder)), realPath(resolve(target))];
  if (from === to) return `${target} is the folder that is imported`;
  if (to.startsWith(join(from, sep))) return `${target} is within ${folder}, which is imported`;
  if (from.startsWith(join(to, sep))) return `${folder}, which is imported, is within ${target}`;
  return null;
}

/** Also for paths that do not exist yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(realPath(dirname(path)), basename(path));
  }
}

/**
 * Writes all files or none: first to a draft directory, then each is renamed to its place. If something fails, what was
 * created is removed again. All files are in one directory of the target.
 */
function writeTree(target: string, files: ReadonlyMap<string, Uint8Array>): void {
  const made: string[] = [];
  const renamed: string[] = [];
  let draft: string | null = null;
  try {
    made.push(...makeDirectory(target));
    // Within the target, to be on one file system; pgm ignores names that begin with a dot.
    draft = mkdtempSync(join(target, '.pgm-import-'));
    for (const [path, bytes] of files) {
      mkdirSync(join(draft, dirname(path)), { recursive: true });
      writeFileSync(join(draft, path), bytes, { flush: true });
    }
    for (const path of files.keys()) {
      const file = join(target, path);
      made.push(...makeDirectory(dirname(file)));
      if (existsSync(file)) throw new NotCopied(`${file} was written by another process meanwhile`);
      renameSync(join(draft, path), file);
      renamed.push(file);
    }
    rmSync(draft, { recursive: true });
  } catch (error) {
    takeBack(draft, renamed, made);
    if (error instanceof NotCopied) throw error;
    const why = errnoOrText(error);
    throw new NotCopied(`nothing was written: ${target} cannot be written to: ${why}`);
  }
}

/** The directories that were created, from the outermost. */
function makeDirectory(directory: string): readonly string[] {
  if (existsSync(directory)) return [];
  const made = makeDirectory(dirname(directory));
  mkdirSync(directory);
  return [...made, directory];
}

function takeBack(draft: string | null, renamed: readonly string[], made: readonly string[]): void {
  if (draft !== null) rmSync(draft, { recursive: true, force: true });
  for (const file of renamed) rmSync(file, { force: true });
  for (const directory of [...made].reverse()) {
    try {
      rmdirSync(directory);
    } catch {
      // It has files of another process: it stays.
    }
  }
}
