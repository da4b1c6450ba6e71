import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTreePath } from '../core/configmap-tree.js';
import { compareBytes } from '../core/order.js';

/** What earlier runs made in a target: only that may be removed again. */
export interface Made {
  readonly files: ReadonlySet<string>;
  readonly directories: ReadonlySet<string>;
}

/** Begins with a dot, so that it is no migration to anybody. */
export const madeListName = '.pgm-prepared.json';

/** Without a list that can be read, nothing counts as ours. */
export function readMade(target: string): Made {
  const { files, directories } = parse(readText(join(target, madeListName)));
  return {
    files: new Set(files.filter(isTreePath)),
    directories: new Set(directories.filter((name) => /^[^./\0][^/\0]*$/.test(name))),
  };
}

export function madeText(files: Iterable<string>, directories: Iterable<string>): string {
  const lists = {
    files: [...new Set(files)].sort(compareBytes),
    directories: [...new Set(directories)].sort(compareBytes),
  };
  return `${JSON.stringify(lists, null, 2)}\n`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): { files: string[]; directories: string[] } {
  try {
    const lists = JSON.parse(text) as { files?: unknown; directories?: unknown } | null;
    return { files: texts(lists?.files), directories: texts(lists?.directories) };
  } catch {
    return { files: [], directories: [] };
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
