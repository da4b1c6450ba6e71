import { execFile } from 'node:child_process';
import { childEnvironment } from './guard.js';
import { spawnAs } from './identity.js';
import type { Identity } from './identity.js';

/** How a short program ended; `code` is null when it was killed. */
export interface Ran {
  readonly code: number | null;
  /** Standard output. */
  readonly output: string;
}

const deadlineMs = 60_000;

/** Runs a short program to its end, as `identity` if one is given. Throws only when it cannot be started. */
export function run(
  command: string,
  parameters: readonly string[],
  identity: Identity | null = null,
): Promise<Ran> {
  const options = {
    cwd: '/',
    env: childEnvironment,
    maxBuffer: 16 * 1024 * 1024,
    timeout: deadlineMs,
    ...(identity === null ? {} : spawnAs(identity)),
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, parameters, options, (error, output) => {
      const notStarted = typeof error?.code === 'string'; // else it is the exit code
      if (error !== null && notStarted) reject(error instanceof Error ? error : new Error(command));
      else resolve({ code: child.exitCode, output });
    });
  });
}
