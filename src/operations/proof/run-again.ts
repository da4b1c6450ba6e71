import type { Catalog } from '../../core/catalog/catalog.js';
import {
  Blame,
  type Blamed,
  type Changes,
  changesBetween,
  isNothing,
  type State,
} from '../../core/proof/second-run/changes.js';
import type {
  FailedPart,
  ProofSession,
  Witness,
} from '../../core/proof/database/proof-database.js';
import { failedAtCommit } from './failed-at-commit.js';
import type { ReadMigration } from './read-migration.js';
import { readState, tablesWritten } from './read-state.js';

/** What a second run of a file did to a database. */
export type Rerun =
  | { readonly kind: 'failed'; readonly part: FailedPart }
  | { readonly kind: 'ran'; readonly blamed: readonly Blamed[] };

/**
 * Runs a file again and undoes what it did; a file outside a transaction cannot be undone. `known`: the current catalog, if
 * it has been read. Most files write nothing the second time, and then nothing is read.
 */
export async function runAgain(
  file: ReadMigration,
  session: ProofSession,
  known: Catalog | null,
): Promise<Rerun> {
  try {
    return await (file.isTransaction ? inTransaction : outside)(file, session, known);
  } finally {
    await session.reset();
  }
}

async function inTransaction(
  file: ReadMigration,
  session: ProofSession,
  known: Catalog | null,
): Promise<Rerun> {
  await session.begin(file, true);
  try {
    await session.mark();
    const before = await session.witness(true);
    const part = await runAll(file, session);
    if (part !== null) return { kind: 'failed', part };
    const after = await session.witness();
    const tables = tablesWritten(before, after);
    const wroteCatalog = after.catalogWrites > before.catalogWrites;
    if (!wroteCatalog && tables.length === 0) return { kind: 'ran', blamed: [] };
    const now = await readState(session, wroteCatalog, tables);
    await session.goBack();
    const was = {
      catalog: wroteCatalog ? (known ?? (await session.catalog())) : null,
      contents: await session.contents(tables),
    };
    const changes = changesBetween(was, now);
    if (isNothing(changes)) return { kind: 'ran', blamed: [] };
    return { kind: 'ran', blamed: await blame(file, session, was, changes) };
  } finally {
    await session.rollback();
  }
}

/** Runs the file once more, statement by statement, to see which of them made each change. */
async function blame(
  file: ReadMigration,
  session: ProofSession,
  was: State,
  changes: Changes,
): Promise<readonly Blamed[]> {
  const blaming = new Blame(changes);
  const tables = changes.rows.map(({ table }) => table);
  let before = await session.witness(true);
  for (const { piece, start } of file.parts) {
    if (blaming.isDone || (await session.run(file.text, piece)) !== null) break;
    const after = await session.witness();
    if (hasWritten(before, after)) {
      blaming.see(
        start,
        changesBetween(was, await readState(session, changes.objects.length > 0, tables)),
      );
    }
    before = after;
  }
  return blaming.blamed;
}

function hasWritten(before: Witness, after: Witness): boolean {
  return after.catalogWrites > before.catalogWrites || tablesWritten(before, after).length > 0;
}

/** Each statement commits by itself, so it is examined after its commit. */
async function outside(
  file: ReadMigration,
  session: ProofSession,
  known: Catalog | null,
): Promise<Rerun> {
  await session.prepare(file);
  const contents = await session.contents(null);
  const was = { catalog: known ?? (await session.catalog()), contents };
  const seen: { readonly start: number; readonly changes: Changes }[] = [];
  for (const { piece, start } of file.parts) {
    const part = await session.run(file.text, piece);
    if (part !== null) return { kind: 'failed', part };
    seen.push({ start, changes: changesBetween(was, await readState(session, true, null)) });
  }
  const blaming = new Blame(seen.at(-1)?.changes ?? { objects: [], rows: [] });
  for (const { start, changes } of seen) blaming.see(start, changes);
  return { kind: 'ran', blamed: blaming.blamed };
}

/** Including what a COMMIT would check. */
async function runAll(file: ReadMigration, session: ProofSession): Promise<FailedPart | null> {
  for (const piece of file.pieces) {
    const failed = await session.run(file.text, piece);
    if (failed !== null) return failed;
  }
  const error = await session.checkDeferred();
  if (error === null) return null;
  await session.goBack();
  return failedAtCommit(file, session, error);
}
