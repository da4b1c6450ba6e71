import type { State } from '../../core/proof/second-run/changes.js';
import type { ProofSession, Witness } from '../../core/proof/database/proof-database.js';

/** Reads what is compared: the catalog, if wanted, and the rows of these tables, or of all. */
export async function readState(
  session: ProofSession,
  withCatalog: boolean,
  tables: readonly string[] | null,
): Promise<State> {
  const catalog = withCatalog ? await session.catalog() : null;
  return { catalog, contents: await session.contents(tables) };
}

/** The tables whose rows were written between two looks in one transaction. */
export function tablesWritten(before: Witness, after: Witness): readonly string[] {
  const countBefore = new Map(before.relations.map(({ oid, rowsWritten }) => [oid, rowsWritten]));
  return after.relations
    .filter(({ kind }) => kind === 'table' || kind === 'materialized view')
    .filter(({ oid, rowsWritten }) => rowsWritten > (countBefore.get(oid) ?? 0))
    .map(({ name }) => name);
}
