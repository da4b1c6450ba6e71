import { join } from 'node:path';
import { EmbeddedUnavailable } from '../../core/errors.js';
import type { Identity } from '../process/identity.js';
import { inspectData } from './inspect.js';
import { run } from '../process/run.js';

/** Shutdown modes to try, and for how many seconds. */
const ways = [
  ['fast', 5],
  ['immediate', 15],
] as const;

/**
 * Stops the server of `data` that a killed pgm left behind. Before each signal it checks that the process is still that
 * server, and it sends the signal as the user of the server, so that no other process can be hit. Resolves with its
 * pid, or null when there is no such server.
 */
export async function stopOrphan(
  data: string,
  bin: string,
  identity: Identity,
): Promise<number | null> {
  let pid: number | null = null;
  for (const [mode, seconds] of ways) {
    const state = await inspectData(data);
    if (state.kind !== 'orphaned') return pid;
    pid = state.pid;
    const stop = ['stop', `--pgdata=${data}`, `--mode=${mode}`, `--timeout=${seconds}`];
    await run(join(bin, 'pg_ctl'), stop, identity);
  }
  const state = await inspectData(data);
  if (state.kind !== 'orphaned') return pid;
  throw new EmbeddedUnavailable(
    `a PostgreSQL that an earlier pgm left behind still uses ${data} and does not stop (pid ${state.pid}). ` +
      `End it (kill -QUIT ${state.pid}) and try again.`,
  );
}
