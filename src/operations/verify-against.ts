import type { DriftReport } from '../core/drift/drift-report.js';
import type { Snapshot } from '../core/files/migration.js';
import { makeByFiles } from './against/make-by-files.js';
import { namedBy } from './against/named-by.js';
import { readTarget, type TargetPorts } from './against/read-target.js';
import { reportOf } from './drift-of-files.js';
import type { VerifyPorts } from './proof/proving.js';

interface VerifyAgainstOptions {
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
  /** What named the database: `--against`. */
  readonly origin: string;
}

/**
 * Reports whether all files of a snapshot make what is in a database, whoever applied them there. Writes nothing to it.
 * Throws `FilesFailed`, `PostgresUnreachable`, `Refused`, `Interrupted`.
 */
export async function verifyAgainst(
  snapshot: Snapshot,
  ports: TargetPorts & VerifyPorts,
  { ignored, waitTimeoutMs, origin }: VerifyAgainstOptions,
): Promise<DriftReport> {
  const { database } = ports;
  const { reading } = await namedBy(origin, database, () =>
    readTarget(ports, { withinMs: waitTimeoutMs, ignored }),
  );
  const made = await makeByFiles(snapshot, ports, 'what the files make is not known');
  const { revision, migrations } = snapshot;
  return reportOf(made, reading, {
    target: database.target,
    ignored,
    files: { revision, applied: migrations.length },
    notYet: [],
  });
}
