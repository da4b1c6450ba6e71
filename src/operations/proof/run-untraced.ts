import type { ProofSession } from '../../core/proof/database/proof-database.js';
import type { ReadMigration } from './read-migration.js';
import { failedWith, finish, type FirstRun, runFirst } from './run-first.js';
import { runFile } from './trace-file.js';

/**
 * Runs a file for what it makes, as `runFirst` does: in a transaction without looking at each statement, or at what it
 * dropped, which takes two reads of the catalog.
 */
export async function runUntraced(
  file: ReadMigration,
  session: ProofSession,
): Promise<Omit<FirstRun, 'findings' | 'statements' | 'withoutRows'>> {
  if (!file.isTransaction) return runFirst(file, session, 0);
  await session.begin(file);
  const ran = await runFile(file, session);
  const run =
    ran.failed === null
      ? await finish(file, session, { ...ran, traces: [] }, { withoutRows: [], changed: [] })
      : await failedWith(ran.failed, session);
  await session.reset();
  return run;
}
