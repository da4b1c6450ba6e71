import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian puts the programs of each major; /usr/bin has wrappers that choose one. */
const directory = '/usr/lib/postgresql';

/** The path of a program, of this major or a newer one; null where there is none. */
export function findProgram(name: 'pg_dump' | 'pg_restore' | 'psql', major: number): string | null {
  if (!existsSync(directory)) return null;
  const majors = readdirSync(directory)
    .map(Number)
    .filter((each) => each >= major);
  const found = majors.map((each) => join(directory, String(each), 'bin', name));
  return found.find((path) => existsSync(path)) ?? null;
}
