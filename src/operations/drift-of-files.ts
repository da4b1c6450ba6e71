import { DatabaseMissing, FilesFailed } from '../core/errors.js';
import { compareWithFiles, type MadeByFiles } from '../core/drift/against/against-files.js';
import type { DriftReport, NotYet } from '../core/drift/drift-report.js';
import { ignoring } from '../core/drift/ignored.js';
import type { Migration, Snapshot } from '../core/files/migration.js';
import { appliedRows } from '../core/proof/live-base.js';
import type { Source } from '../core/ports.js';
import { compare } from '../core/run/compare.js';
import type { History } from '../core/run/history.js';
import { count } from '../core/text/words.js';
import { makeByFiles } from './against/make-by-files.js';
import { readTarget, type ReadTarget, type TargetPorts } from './against/read-target.js';
import { nothing } from './drift.js';
import { baseOf, type LivePorts } from './against/read-live-base.js';
import type { VerifyPorts } from './proof/proving.js';

interface DriftOfFilesPorts extends TargetPorts, VerifyPorts, Pick<LivePorts, 'findContents'> {
  readonly source: Source;
}

interface DriftOfFilesOptions {
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/**
 * Compares a database with what the files of a source make: those that its history says are applied are applied to a
 * throw-away database, in the same order and contents. Takes no lock there and writes nothing. Throws `SourceMissing`,
 * `FilesFailed`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function driftOfFiles(
  ports: DriftOfFilesPorts,
  options: DriftOfFilesOptions,
): Promise<DriftReport> {
  const { source, database, emit } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const target = await readIfThere(ports, options);
  if (target === null) return nothing('no database', database.target);
  const { history, reading } = target;
  if (history.layout === null) return nothing('no history', database.target);
  const migrations = await appliedFiles(history, snapshot, ports);
  const wanted = { migrations, refused: [] };
  const made = await makeByFiles(wanted, ports, 'what the files make is not known');
  const files = { revision: snapshot.revision, applied: migrations.length };
  return reportOf(made, reading, {
    target: database.target,
    ignored: options.ignored,
    files,
    notYet: notYetIn(snapshot, history),
  });
}

interface Compared {
  readonly target: string;
  readonly ignored: readonly string[];
  readonly files: { readonly revision: string; readonly applied: number };
  readonly notYet: readonly NotYet[];
}

export function reportOf(
  made: MadeByFiles,
  live: ReadTarget['reading'],
  { target, ignored, files, notYet }: Compared,
): DriftReport {
  const { items, histories, unseen } = compareWithFiles(made, live, ignoring(ignored));
  const verdict = items.length > 0 ? 'drift' : 'in step';
  const { serverVersion } = made;
  const compared = { ...files, serverVersion };
  return { target, verdict, kept: null, files: compared, items, unseen, histories, notYet };
}

async function readIfThere(
  ports: DriftOfFilesPorts,
  { waitTimeoutMs: withinMs, ignored }: DriftOfFilesOptions,
): Promise<ReadTarget | null> {
  try {
    return await readTarget(ports, { withinMs, ignored });
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
    return null;
  }
}

/** The files of the source that are applied, in the order and with the contents in which they were applied. */
async function appliedFiles(
  history: History,
  snapshot: Snapshot,
  ports: DriftOfFilesPorts,
): Promise<readonly Migration[]> {
  const own = new Set(snapshot.migrations.map(({ key }) => key));
  const rows = appliedRows(history, null).filter(({ key }) => own.has(key));
  const base = await baseOf(rows, { history, today: snapshot }, ports);
  const unknown = [...(base.live?.unknown ?? [])];
  if (unknown.length > 0) throw new FilesFailed(contentsUnknown(unknown, ports.database.target));
  return base.migrations;
}

function contentsUnknown(
  unknown: readonly (readonly [key: string, { readonly because: string | null }])[],
  target: string,
): string {
  const lines = unknown.map(
    ([key, { because }]) =>
      `\n  ${key}: what was applied is neither in the source nor in git${because === null ? '' : ` (${because})`}`,
  );
  return (
    `${count(unknown.length, 'file')} of ${target} ${unknown.length === 1 ? 'was' : 'were'} edited after being applied, ` +
    `so what ${unknown.length === 1 ? 'it' : 'they'} made is not known: apply the edit with pgm migrate, ` +
    `or call pgm drift where git has what was applied:${lines.join('')}`
  );
}

export function notYetIn(snapshot: Snapshot, history: History): readonly NotYet[] {
  return compare(snapshot, history, null).flatMap(({ key, state }) =>
    state === 'applied' ? [] : [{ key, state }],
  );
}
