/** Directories that are removed when the benchmark ends, even if it is interrupted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<string>} */
const directories = new Set();

/** @param {string} prefix @returns {string} Who makes it removes it, as early as may be. */
export function makeTemporary(prefix) {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  directories.add(directory);
  return directory;
}

/** @param {string} directory */
export function removeTemporary(directory) {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
}

/**
 * On SIGINT and SIGTERM: `stop`, then what is left of the directories is removed and the process ends.
 * @param {() => Promise<void>} stop
 */
export function endOnSignals(stop) {
  for (const [signal, exitCode] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(exitCode));
    });
  }
  process.once('exit', () => directories.forEach(removeTemporary));
}
