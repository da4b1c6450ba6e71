import process from 'node:process';
import { PgmError } from '../core/errors.js';
import { type KeepPlan, keepServer } from '../embedded/shared/keep.js';
import type { KeeperAnswer } from '../embedded/shared/launch.js';

/**
 * The process that keeps the server of a test run: a program of its own, as each worker may end at any time. Its one argument
 * is a `KeepPlan`; it prints in one line of JSON that its server runs, or why not.
 */
function say(answer: KeeperAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

// Its parent may have been killed since.
process.stdout.on('error', () => undefined);
try {
  const plan = JSON.parse(process.argv[2] ?? '') as KeepPlan;
  const keeping = await keepServer(plan, process.pid);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      keeping.stop();
    });
  }
  say({ kind: 'ready' });
  await keeping.ended;
  process.exit(0);
} catch (error) {
  if (!(error instanceof PgmError)) throw error;
  say({ kind: 'refused', message: error.message });
  process.exitCode = 1;
}
