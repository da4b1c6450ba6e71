import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { errnoOrText, SourceMissing } from '../core/errors.js';
import type { FolderFile } from '../core/moving/folder.js';
import { mostBytes, notRegular } from './read-file.js';
import { assertDirectory } from './read-source.js';

/**
 * The files of another tool's folder, or of a project with such a folder in it, and those in the two directories above it,
 * where a configuration may be. Links to files are followed, as the tools do; links to directories are not. Only contents
 * that may matter are read. Throws `SourceMissing`.
 */
export function readFolder(directory: string): readonly FolderFile[] {
  assertDirectory(directory);
  const files: FolderFile[] = [];
  const below: Below[] = [{ path: '', depth: 0 }];
  // Grows during the loop.
  for (const each of below) {
    for (const dirent of list(directory, each.path)) {
      const path = each.path === '' ? dirent.name : `${each.path}/${dirent.name}`;
      if (!dirent.isDirectory()) files.push(readOne(directory, path));
      else if (each.depth < deepest && !isSkipped(dirent.name)) {
        below.push({ path, depth: each.depth + 1 });
      }
    }
    if (files.length > mostFiles) throw new SourceMissing(directory, tooMany(directory));
  }
  return [...files, ...above(directory, '..'), ...above(directory, '../..')];
}

interface Below {
  readonly path: string;
  readonly depth: number;
}

const deepest = 8;
const mostFiles = 100_000;
const mostConfigurationBytes = 1024 * 1024;

function tooMany(directory: string): string {
  return `${directory} has more than ${mostFiles} files: give pgm the folder of the migrations itself`;
}

function list(directory: string, path: string): readonly Dirent[] {
  try {
    return readdirSync(join(directory, path), { withFileTypes: true });
  } catch (error) {
    const reason = `${join(directory, path)} cannot be read: ${errnoOrText(error)}`;
    throw new SourceMissing(directory, reason);
  }
}

function isSkipped(name: string): boolean {
  return name.startsWith('.') || ['node_modules', 'target', 'vendor'].includes(name);
}

/** Only the files in a directory above; what cannot be read there is not needed. */
function above(directory: string, up: string): readonly FolderFile[] {
  const parent = join(realpathSync(directory), up);
  if (parent === sep) return [];
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((dirent) => !dirent.isDirectory() && configuration.test(dirent.name))
      .map(({ name }) => ({ path: `${up}/${name}`, bytes: readSmall(join(parent, name)) }));
  } catch {
    return [];
  }
}

/** Names of files that name a tool, or say how it is used. */
const configuration =
  /\.(?:conf|gradle|ini|json|kts|mod|plan|prisma|properties|toml|xml|ya?ml)$|^\.|\.config\.[cm]?[jt]s$|^(?:current|seed)\.sql$/;

function readOne(directory: string, path: string): FolderFile {
  const file = join(directory, path);
  if (!/\.sql$/i.test(path)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return { path, bytes: configuration.test(name) ? readSmall(file) : null };
  }
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return { path, bytes: null, fault: notRegular };
    if (stats.size > mostBytes) return { path, bytes: null, fault: 'it is larger than 256 MiB' };
    return { path, bytes: readFileSync(file) };
  } catch (error) {
    return { path, bytes: null, fault: `it cannot be read: ${errnoOrText(error)}` };
  }
}

function readSmall(file: string): Uint8Array | null {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= mostConfigurationBytes ? readFileSync(file) : null;
  } catch {
    return null;
  }
}
