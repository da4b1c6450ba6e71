import type { Snapshot } from '../../core/files/migration.js';
import type { RunReport } from '../../core/run/report.js';
import { askedAhead } from './assess.js';
import { openAhead } from './connect.js';
import { runOnce } from './run-once.js';
import type { RunOptions, RunPorts } from './run-ports.js';

/** A run that most likely has something to apply: the backend for the run lock is opened along with the session. */
export async function runAhead(
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  const asked = askedAhead(snapshot, options);
  const database = openAhead(ports.database, { asked, lock: true });
  try {
    return await runOnce(snapshot, { ...ports, database }, options);
  } finally {
    database.drop();
  }
}
