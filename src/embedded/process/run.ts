import { execFile } from 'node:child_process';
import { childEnvironment } from './guard.js';
import { spawnAs, type Identity } from './identity.js';

const deadlineMs = 60_000;

/**
 * Runs a short program to its end, as `identity` if one is given, and resolves with its standard output, whatever its
 * exit code. Throws only when it cannot be started.
 */
export function run(
  command: string,
  parameters: readonly string[],
  identity: Identity | null = null,
): Promise<string> {
  const options = {
    cwd: '/',
    env: childEnvironment,
    maxBuffer: 16 * 1024 * 1024,
    timeout: deadlineMs,
    ...(identity === null ? {} : spawnAs(identity)),
  };
  return new Promise((resolve, reject) => {
    execFile(command, parameters, options, (error, output) => {
      const notStarted = typeof error?.code === 'string'; // a number is the exit code
      if (error !== null && notStarted) reject(error instanceof Error ? error : new Error(command));
      else resolve(output);
    });
  });
}
