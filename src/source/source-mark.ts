import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasVanished } from './read-file.js';

/** A file system stamps changes with the time of its last tick, so a younger file may change again and look the same. */
const settledMs = 100;

/** Deeper than migrations are looked for. */
const deepest = 9;

/**
 * Names, sizes and times of everything that a source may consist of: the same for two reads if nothing has changed in
 * between, at a tenth of the cost of reading. Null if it is changing right now, or has links, whose targets are elsewhere:
 * then read it.
 */
export function sourceMark(directory: string): string | null {
  const lines: string[] = [];
  const youngest = Date.now() - settledMs;
  try {
    return isSettled(directory, lines, youngest, deepest) ? lines.join('\n') : null;
  } catch (error) {
    if (hasVanished(error)) return null;
    throw error;
  }
}

function isSettled(directory: string, lines: string[], youngest: number, depth: number): boolean {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const { size, ino, mtimeMs, ctimeMs } = lstatSync(path);
    if (ctimeMs > youngest || entry.isSymbolicLink() || depth === 0) return false;
    lines.push(`${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`);
    if (entry.isDirectory() && !isSettled(path, lines, youngest, depth - 1)) return false;
  }
  return true;
}
