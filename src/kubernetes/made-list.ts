import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTreePath } from '../core/configmap/configmap-tree.js';
import { compareBytes } from '../core/files/order.js';

/** What earlier runs created in a target. Only that may be removed. */
export interface Made {
  readonly files: ReadonlySet<string>;
  readonly directories: ReadonlySet<string>;
}

/** A dotfile, so that nothing reads it as a migration. */
export const madeListName = '.pgm-prepared.json';

/** Without a readable list, nothing counts as created by pgm. */
export function readMade(target: string): Made {
  const lists = readLists(join(target, madeListName));
  return {
    files: new Set(texts(lists?.files).filter(isTreePath)),
    directories: new Set(texts(lists?.directories).filter((name) => /^[^./\0][^/\0]*$/.test(name))),
  };
}

export function madeText(files: Iterable<string>, directories: Iterable<string>): string {
  const lists = {
    files: [...new Set(files)].sort(compareBytes),
    directories: [...new Set(directories)].sort(compareBytes),
  };
  return `${JSON.stringify(lists, null, 2)}\n`;
}

function readLists(file: string): { files?: unknown; directories?: unknown } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof readLists>;
  } catch {
    return null;
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
