import type { Snapshot } from '../core/files/migration.js';
import type { Proof } from '../core/proof/proof.js';
import { applyBase } from './proof/apply-base.js';
import { compareWithNew } from './proof/compare-with-new.js';
import { onDatabase } from './proof/on-database.js';
import { Proving, type VerifyOptions, type VerifyPorts } from './proof/proving.js';

export type { VerifyOptions, VerifyPorts } from './proof/proving.js';

/**
 * Proves on a database of its own that each file of a snapshot can run twice: first and second at its place, and once more
 * after all files, as an edited file would run. Also reports what each statement does to tables that exist before its file.
 * Throws `Transient`, `Refused`, `Interrupted`.
 */
export async function verify(
  snapshot: Snapshot,
  ports: VerifyPorts,
  options: VerifyOptions,
): Promise<Proof> {
  const base = options.base ?? null;
  const proving = await onDatabase(ports, async (database) => {
    const applied = base === null ? null : await applyBase(base.migrations, database, ports);
    const run = new Proving({ snapshot, database, applied }, ports, options);
    await run.prove();
    return run;
  });
  const { compared } = proving;
  if (compared !== null) {
    proving.add(
      await onDatabase(ports, (database) => compareWithNew(snapshot, compared, database, ports)),
    );
  }
  return proving.proof;
}
