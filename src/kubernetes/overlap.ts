import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ConfigurationError } from '../core/errors.js';

export interface Places {
  readonly source: string;
  readonly target: string;
  readonly sentinel: string;
}

/** Throws `ConfigurationError` when writing would change the source, or the sentinel would be read as a migration. */
export function assertApart({ source, target, sentinel }: Places): void {
  const [from, to, flag] = [realPath(source), realPath(target), realPath(sentinel)];
  const problems: string[] = [];
  if (from === to) problems.push(`the target ${target} is the source itself: ${remedy}`);
  else if (isInside(to, from)) {
    problems.push(`the target ${target} is inside the source ${source}: ${remedy}`);
  } else if (isInside(from, to)) {
    problems.push(`the source ${source} is inside the target ${target}: ${remedy}`);
  }
  if (isInside(flag, from)) {
    problems.push(`the sentinel ${sentinel} is inside the source ${source}: use another file`);
  }
  if (flag === to) problems.push(`the sentinel ${sentinel} is the target itself: use another file`);
  if (flag.endsWith('.sql')) {
    problems.push(`the sentinel ${sentinel} has the name of a migration: use another file`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

const remedy = 'use another directory for --to (MIGRATIONS_TARGET) or --dir';

/** Resolves links in the part of the path that exists. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute));
  }
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(join(directory, sep));
}
