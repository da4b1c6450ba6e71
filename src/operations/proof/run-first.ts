import type { ObjectName } from '../../core/catalog/catalog.js';
import { compareCatalogs, objectOf } from '../../core/catalog/compare-catalogs.js';
import { changesBetween } from '../../core/proof/second-run/changes.js';
import { traceFindings } from '../../core/proof/findings.js';
import { type StatementTrace, traceOutside } from '../../core/proof/database/locks.js';
import type { Finding } from '../../core/proof/proof.js';
import type {
  FailedPart,
  ProofSession,
  Relations,
} from '../../core/proof/database/proof-database.js';
import { failedAtCommit } from './failed-at-commit.js';
import type { ReadMigration } from './read-migration.js';
import { readState, tablesWritten } from './read-state.js';
import {
  runFile,
  tablesWorkedOn,
  type Trace,
  type Traced,
  traceFile,
  traceOf,
} from './trace-file.js';

/** What the first run of a file did. */
export interface FirstRun {
  readonly failed: FailedPart | null;
  readonly statements: readonly StatementTrace[];
  readonly findings: readonly Finding[];
  /** See `FileProof`. */
  readonly withoutRows: readonly string[];
  /** Its number; see `LastWriters`. */
  readonly transaction: number | null;
  /** Objects that it made, changed or dropped, as far as that number does not show. */
  readonly changed: readonly ObjectName[];
  readonly tablesWritten: readonly string[];
}

/**
 * Runs a file at its place and keeps what it did. `rows`: if it works on existing tables, it is first run with rows in them,
 * and that is undone.
 */
export async function runFirst(
  file: ReadMigration,
  session: ProofSession,
  rows: number,
): Promise<FirstRun> {
  const there = await session.relations();
  const run = file.isTransaction
    ? await inTransaction(file, session, there, rows)
    : await outside(file, session, there);
  await session.reset();
  return run;
}

async function inTransaction(
  file: ReadMigration,
  session: ProofSession,
  there: Relations,
  rows: number,
): Promise<FirstRun> {
  await session.begin(file);
  await session.mark();
  const seen = await traceFile(file, session, there);
  await session.goBack();
  const { traces, withoutRows } = await withRows(file, session, { there, seen, rows });
  return asInRun(file, session, { ...seen, traces }, withoutRows);
}

interface Seen {
  readonly there: Relations;
  readonly seen: Traced;
  readonly rows: number;
}

/** What the statements did with rows in the tables they work on, if they do, and which tables have none even so. */
async function withRows(
  file: ReadMigration,
  session: ProofSession,
  { there, seen, rows }: Seen,
): Promise<Pick<Traced, 'traces'> & Pick<FirstRun, 'withoutRows'>> {
  const worked = rows === 0 || seen.failed !== null ? [] : tablesWorkedOn(seen.traces);
  const isEnough = seen.failed !== null || (worked.length === 0 && !rewrites(seen.traces));
  if (isEnough) return { traces: seen.traces, withoutRows: [] };
  const withoutRows = worked.length === 0 ? [] : await session.fill(worked, rows);
  await session.watchRewrites();
  const filled = await traceFile(file, session, there);
  await session.goBack();
  // A statement may fail with rows and work without; then what was seen without them stands.
  return { traces: filled.failed === null ? filled.traces : seen.traces, withoutRows };
}

function rewrites(traces: readonly Trace[]): boolean {
  return traces.some(({ tables }) => tables.some(({ isRewritten }) => isRewritten));
}

/**
 * Sends the file once more, as a run does: only that counts. Statement by statement the server may do something else, as it
 * reads them one by one, at different times. Dropped objects cannot be seen afterwards, so then the catalog is read before.
 */
async function asInRun(
  file: ReadMigration,
  session: ProofSession,
  { traces, before, after }: Traced,
  withoutRows: readonly string[],
): Promise<FirstRun> {
  const drops = after.catalogDeletes > before.catalogDeletes;
  const was = drops ? await session.catalog() : null;
  const ran = await runFile(file, session);
  if (ran.failed !== null) return failedWith(ran.failed, session);
  const changed = was === null ? [] : compareCatalogs(was, await session.catalog()).map(objectOf);
  return finish(file, session, { ...ran, traces }, { withoutRows, changed });
}

export async function failedWith(failed: FailedPart, session: ProofSession): Promise<FirstRun> {
  await session.rollback();
  return { ...nothing, failed };
}

const nothing = {
  failed: null,
  statements: [],
  findings: [],
  withoutRows: [],
  transaction: null,
  changed: [],
  tablesWritten: [],
} as const;

export async function finish(
  file: ReadMigration,
  session: ProofSession,
  { traces, before, after }: Traced,
  known: Pick<FirstRun, 'withoutRows' | 'changed'>,
): Promise<FirstRun> {
  const refused = await session.commit();
  if (refused !== null) return { ...nothing, failed: await atCommit(file, session, refused) };
  return {
    failed: null,
    statements: traces.map(({ place, command, tables }) => ({ place, command, tables })),
    findings: traces.flatMap((trace) => traceFindings(file, trace, trace.start)),
    ...known,
    transaction: after.transaction,
    tablesWritten: tablesWritten(before, after),
  };
}

/** A deferred check is told with the statement that it is about; the record may have been refused for other reasons. */
async function atCommit(
  file: ReadMigration,
  session: ProofSession,
  refused: FailedPart,
): Promise<FailedPart> {
  if (!refused.error.atCommit) return refused;
  await session.begin(file, true);
  try {
    await session.mark();
    return await failedAtCommit(file, session, refused.error);
  } finally {
    await session.rollback();
  }
}

/**
 * Each statement commits by itself, so its locks are seen from other sessions, and what the file did is seen by
 * comparison.
 */
async function outside(
  file: ReadMigration,
  session: ProofSession,
  there: Relations,
): Promise<FirstRun> {
  await session.prepare(file);
  const was = await readState(session, true, null);
  const traces: Trace[] = [];
  let before = there;
  for (const part of file.parts) {
    const lockTimeoutMs = await session.lockTimeoutMs(file.lockTimeoutMs);
    const { result, locks } = await session.watching(() => session.run(file.text, part.piece));
    if (result !== null) return { ...nothing, failed: result };
    const after = await session.relations();
    const tables = traceOutside(there, { before, after }, locks, lockTimeoutMs);
    before = after;
    if (tables.length > 0) traces.push(traceOf(file, part, tables));
  }
  const { objects, rows } = changesBetween(was, await readState(session, true, null));
  return {
    ...nothing,
    statements: traces.map(({ place, command, tables }) => ({ place, command, tables })),
    findings: traces.flatMap((trace) => traceFindings(file, trace, trace.start)),
    changed: objects.map(objectOf),
    tablesWritten: rows.map(({ table }) => table),
  };
}
