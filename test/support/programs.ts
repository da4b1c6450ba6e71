import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is: in one of these directories, or on PATH; null if it is not there. */
export function findOnPath(name: string, ...directories: readonly string[]): string | null {
  const places = [...directories, ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = places.filter((place) => place !== '').map((place) => join(place, name));
  return found.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
