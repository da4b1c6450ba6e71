import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '../support/programs.js';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export type Tool = 'kubectl' | 'helm' | 'promtool';

/** The path of a program, or null. `tools.sh` puts them into a directory of ours; others are this machine's own. */
export function findTool(name: Tool): string | null {
  return findOnPath(name, join(root, 'node_modules/.deploy-tools'));
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
