import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs the user's command in a shell, with the next wave in FLEET_WAVE; its output goes to stderr. Returns why it
 * failed, or null. When the signal fires, the command is ended, and what it has started.
 */
export function runCheck(
  command: string,
  wave: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return Promise.resolve(toldToStop);
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, FLEET_WAVE: wave },
      stdio: ['ignore', 2, 2],
      // It leads a process group: the shell alone would leave behind what it has started.
      detached: true,
    });
    const onStop = (): void => {
      endGroup(child);
      resolve(toldToStop);
    };
    signal.addEventListener('abort', onStop);
    child.once('error', (error) => {
      resolve(`--check-command: ${error.message}`);
    });
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', onStop);
      const how = by === null ? `exited with ${code ?? 0}` : `was ended by ${by}`;
      resolve(code === 0 ? null : `--check-command ${how}`);
    });
  });
}

const toldToStop = 'it was told to stop';

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended meanwhile.
  }
}
