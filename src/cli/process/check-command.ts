import { spawn } from 'node:child_process';

/**
 * Runs the user's command in a shell, with the next wave in FLEET_WAVE; its output goes to stderr. Returns why it
 * failed, or null. When the signal fires, the command is ended.
 */
export function runCheck(
  command: string,
  wave: string,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, FLEET_WAVE: wave },
      stdio: ['ignore', 2, 2],
      signal,
    });
    child.once('error', (error) => {
      resolve(signal.aborted ? 'it was told to stop' : `--check-command: ${error.message}`);
    });
    child.once('close', (code, by) => {
      const how = by === null ? `exited with ${code ?? 0}` : `was ended by ${by}`;
      resolve(code === 0 ? null : `--check-command ${how}`);
    });
  });
}
