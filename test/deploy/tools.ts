import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** `tools.sh` puts them into the first; the others are this machine's own. */
const places = [
  join(root, 'node_modules/.deploy-tools'),
  ...(process.env['PATH'] ?? '').split(delimiter),
];

export type Tool = 'kubectl' | 'helm' | 'promtool';

/** The path of a program, or null. */
export function findTool(name: Tool): string | null {
  const found = places.filter((place) => place !== '').map((place) => join(place, name));
  return found.find(isProgram) ?? null;
}

/** What the program prints on stdout. Throws, with what it says on stderr, when it fails. */
export function runTool(
  name: Tool,
  args: readonly string[],
  options: ExecFileSyncOptions = {},
): string {
  const program = findTool(name);
  if (program === null) throw new Error(whyMissing(name));
  return execFileSync(program, args, { ...options, stdio: 'pipe' }).toString();
}

export function whyMissing(name: Tool): string {
  return `${name} is not installed: bash test/deploy/tools.sh`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
