/** The contestants are not dependencies of pgm: they are installed here, for a comparison. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('..', import.meta.url));

/**
 * No package's own scripts run: none is needed, and none may fetch anything.
 * @param {(line: string) => void} say
 */
export function installContestants(say) {
  if (installed()) return;
  say('Installing the contestants into bench/node_modules (npm ci --ignore-scripts) …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: bench,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error(
      `the contestants cannot be installed: npm ci ended with ${status}\n${stdout}${stderr}`,
    );
  }
}

/** npm writes its own copy of the lock last. */
function installed() {
  const marker = `${bench}node_modules/.package-lock.json`;
  return (
    existsSync(marker) && statSync(marker).mtimeMs >= statSync(`${bench}package-lock.json`).mtimeMs
  );
}
