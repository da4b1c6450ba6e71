import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ConfigurationError } from '../core/errors.js';

export interface Places {
  readonly source: string;
  readonly target: string;
  readonly sentinel: string;
}

/** Throws `ConfigurationError` where writing would change what is being read, or the sentinel would be a migration. */
export function assertApart({ source, target, sentinel }: Places): void {
  const [from, to, flag] = [realPath(source), realPath(target), realPath(sentinel)];
  const problems: string[] = [];
  if (from === to) problems.push(`the target ${target} is the source itself: ${remedy}`);
  else if (isInside(to, from)) {
    problems.push(`the target ${target} lies inside the source ${source}: ${remedy}`);
  } else if (isInside(from, to)) {
    problems.push(`the source ${source} lies inside the target ${target}: ${remedy}`);
  }
  if (isInside(flag, from)) {
    problems.push(`the sentinel ${sentinel} lies inside the source ${source}: name another file`);
  }
  if (flag === to)
    problems.push(`the sentinel ${sentinel} is the target itself: name another file`);
  if (flag.endsWith('.sql')) {
    problems.push(`the sentinel ${sentinel} has the name of a migration: name another file`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

const remedy = 'name another directory with --to (MIGRATIONS_TARGET), or another source with --dir';

/** With all links followed as far as the path exists. */
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
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}
