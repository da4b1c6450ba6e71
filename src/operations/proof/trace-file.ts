import {
  type StatementTrace,
  type TableTrace,
  traceTables,
} from '../../core/proof/database/locks.js';
import type {
  FailedPart,
  ProofSession,
  Relations,
  Witness,
} from '../../core/proof/database/proof-database.js';
import { placeAt } from '../../core/text/position.js';
import type { ReadMigration, ReadPart } from './read-migration.js';

/** A run of a file within an open transaction. */
interface Ran {
  readonly failed: FailedPart | null;
  readonly before: Witness;
  readonly after: Witness;
}

export interface Traced extends Ran {
  readonly traces: readonly Trace[];
}

export interface Trace extends StatementTrace {
  readonly start: number;
}

/** Runs a file and looks after each statement at what it did to existing tables. */
export async function traceFile(
  file: ReadMigration,
  session: ProofSession,
  there: Relations,
): Promise<Traced> {
  const traces: Trace[] = [];
  // A file may make a thousand relations, at which nobody looks.
  const newest = [...there.keys()].reduce((one, other) => Math.max(one, other), 0);
  const first = await session.witness(true, newest);
  let before = first;
  let later = file.parts.filter(isStatement).length;
  for (const part of file.parts) {
    if (isStatement(part)) later -= 1;
    const failed = await session.run(file.text, part.piece);
    if (failed !== null) return { failed, traces, before: first, after: before };
    const after = await session.witness(false, newest);
    const tables = traceTables(there, before, after, later);
    if (tables.length > 0) traces.push(traceOf(file, part, tables));
    before = after;
  }
  return { failed: null, traces, before: first, after: before };
}

/** True but for a COMMIT of the file. */
function isStatement({ piece }: ReadPart): boolean {
  return piece.kind !== 'commit';
}

export function traceOf(
  { text }: ReadMigration,
  { start, command }: ReadPart,
  tables: StatementTrace['tables'],
): Trace {
  // TRUNCATE also gives a table a new file, but writes nothing into it.
  const done = (each: TableTrace): TableTrace =>
    command.startsWith('TRUNCATE') ? { ...each, isRewritten: false } : each;
  return { place: placeAt(text, start), command, tables: tables.map(done), start };
}

/** Runs a file as a run does, and looks only before and after it. */
export async function runFile(file: ReadMigration, session: ProofSession): Promise<Ran> {
  const before = await session.witness(true);
  for (const piece of file.pieces) {
    const failed = await session.run(file.text, piece);
    if (failed !== null) return { failed, before, after: before };
  }
  return { failed: null, before, after: await session.witness() };
}

/** Tables on which others would have to wait, so that rows in them may show why. */
export function tablesWorkedOn(traces: readonly Trace[]): readonly string[] {
  const tables = traces.flatMap((trace) => trace.tables);
  return [...new Set(tables.map(({ table }) => table))];
}
