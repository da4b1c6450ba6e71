import type { Emit } from '../../core/events.js';
import { Interrupted } from '../../core/errors.js';
import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration, MigrationKey } from '../../core/files/migration.js';
import type { SqlReader, Stop } from '../../core/ports.js';
import { Authors } from '../../core/proof/second-run/authors.js';
import { failsOnNewFinding } from '../../core/proof/file-findings.js';
import type { Finding } from '../../core/proof/proof.js';
import type { ProofDatabase } from '../../core/proof/database/proof-database.js';
import { readMigration } from './read-migration.js';
import { runFirst } from './run-first.js';

/** What a database has because files were applied to it. */
export interface Applied {
  readonly inPlace: ReadonlyMap<MigrationKey, Migration>;
  readonly authors: Authors;
  /** Findings about files that failed. */
  readonly failures: ReadonlyMap<MigrationKey, Finding>;
  /** Why files are not applied: they failed or were refused. */
  readonly leftOut: ReadonlyMap<MigrationKey, MigrationFailure>;
}

export interface ApplyPorts {
  readonly sqlReader: SqlReader;
  readonly emit: Emit;
  readonly stop: Stop;
}

/** Applies files without proving them; those that fail or are refused are left out, as a run would. */
export async function applyBase(
  migrations: readonly Migration[],
  { session }: ProofDatabase,
  { sqlReader, emit, stop }: ApplyPorts,
): Promise<Applied> {
  const inPlace = new Map<MigrationKey, Migration>();
  const failures = new Map<MigrationKey, Finding>();
  const leftOut = new Map<MigrationKey, MigrationFailure>();
  const authors = new Authors();
  for (const [done, migration] of migrations.entries()) {
    const { key } = migration;
    if (stop.soon.aborted) throw new Interrupted();
    emit({ kind: 'verify-progress', key, done, of: migrations.length });
    const read = await readMigration(migration, sqlReader);
    if (read.kind === 'refused') {
      leftOut.set(key, read.failure);
      continue;
    }
    const first = await runFirst(read, session, 0);
    if (first.failed === null) {
      inPlace.set(key, migration);
      authors.note(key, first);
      continue;
    }
    const finding = failsOnNewFinding(read, first.failed);
    failures.set(key, finding);
    if (finding.failure !== null) leftOut.set(key, finding.failure);
  }
  return { inPlace, authors, failures, leftOut };
}
