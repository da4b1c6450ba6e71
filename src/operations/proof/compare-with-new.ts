import type { Catalog } from '../../core/catalog/catalog.js';
import { compareCatalogs, type Difference } from '../../core/catalog/compare-catalogs.js';
import type { MigrationKey, Snapshot } from '../../core/files/migration.js';
import { type AuthorOf, blameDifferences, type FilesInPlace, gone } from '../../core/proof/base.js';
import type { FileChange, Finding } from '../../core/proof/proof.js';
import type { ProofDatabase } from '../../core/proof/database/proof-database.js';
import { applyBase, type ApplyPorts } from './apply-base.js';

/** A database to which a base was applied, and then the snapshot. */
export interface Compared {
  readonly whole: Catalog;
  readonly authorOf: AuthorOf;
  readonly inPlace: FilesInPlace;
  readonly changes: readonly { readonly key: MigrationKey; readonly change: FileChange | null }[];
}

/** What a new database shows about a file of the snapshot or of the base. */
export interface AgainstNew {
  readonly differences: ReadonlyMap<MigrationKey, readonly Difference[]>;
  /** Findings about files that fail on a new database. */
  readonly failures: ReadonlyMap<MigrationKey, Finding>;
}

/** Applies the snapshot to a new database and compares the two. */
export async function compareWithNew(
  snapshot: Snapshot,
  { whole, authorOf, inPlace, changes }: Compared,
  database: ProofDatabase,
  ports: ApplyPorts,
): Promise<AgainstNew> {
  const fresh = await applyBase(snapshot.migrations, database, ports);
  const differences = compareCatalogs(await database.session.catalog(), whole);
  const missing = gone(inPlace, snapshot).map(({ key }) => ({ key, change: 'missing' as const }));
  const changed = [...changes.filter(({ change }) => change !== 'unchanged'), ...missing];
  const writers = await database.session.lastWriters();
  const authorOfNew: AuthorOf = (difference) => fresh.authors.of(difference, writers);
  const comparison = { differences, authorOf, authorOfNew };
  return { differences: blameDifferences(changed, comparison), failures: fresh.failures };
}
