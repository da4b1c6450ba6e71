import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors.js';
import { printable } from '../../core/files/names.js';
import { compareBytes } from '../../core/files/order.js';
import { nameProblem, type Target, type TargetList } from '../../core/fleet/target.js';
import { readGeneration } from '../list-entries.js';
import { hasVanished } from '../read-file.js';

/** Targets, and the texts of the files with their connection strings, as they were when the list was read. */
export interface TargetFiles {
  readonly list: TargetList;
  /** By path. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * One target per file: the file's name is the target's, its text the connection string, as in a mounted Secret. All of them
 * are from one generation of the mount, as in `readSource`; the paths are those that the kubelet keeps up to date.
 */
export function readDirectory(directory: string): TargetFiles {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const generation = readGeneration(directory);
    const found = tryRead(directory, join(directory, generation ?? '.'));
    if (found !== null && readGeneration(directory) === generation) return found;
  }
  throw new ConfigurationError([
    `--targets ${directory} changed during each of ${mostAttempts} attempts to read it, or a link in it leads nowhere`,
  ]);
}

/** The kubelet swaps at most every few seconds, and one read takes milliseconds. */
const mostAttempts = 50;

/** Null if something disappeared during the read. */
function tryRead(directory: string, base: string): TargetFiles | null {
  const targets: Target[] = [];
  const problems: string[] = [];
  const texts = new Map<string, string>();
  try {
    for (const name of readdirSync(base).sort(compareBytes)) {
      if (name.startsWith('.') || !statSync(join(base, name)).isFile()) continue;
      const path = join(directory, name);
      const problem = nameProblem(name);
      if (problem !== null) problems.push(`${directory}/${printable(name)}: ${problem}`);
      texts.set(path, readFileSync(join(base, name), 'utf8'));
      targets.push({ name, labels: {}, url: { kind: 'file', path } });
    }
  } catch (error) {
    if (hasVanished(error)) return null;
    throw error;
  }
  return { list: { targets, problems }, texts };
}
