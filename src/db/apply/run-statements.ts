import { Transient } from '../../core/errors.js';
import type { StandaloneStatement } from '../../core/statements/judge-file.js';
import type { Migration } from '../../core/files/migration.js';
import type { CreatedIndex, Piece } from '../../core/statements/sql-reading.js';
import { misreading } from '../wire/greeting.js';
import {
  attempt,
  type Attempted,
  failed,
  failedAt,
  type Failed,
  placeOfOne,
  sendPiece,
} from './write-together.js';
import type { Client } from '../wire/client.js';
import { historyTouched } from '../history/history-witness.js';
import type { Progress } from './progress.js';
import { sessionState } from './session-state.js';
import {
  dropInvalid,
  settledIndexes,
  type StandingIndexes,
  standingIndexes,
} from './standing-indexes.js';

export interface StatementRun {
  /** The session that runs the file. */
  readonly worker: Client;
  readonly migration: Migration;
  /** See `FileWork`. */
  readonly mayEndSession: boolean;
  readonly statements: readonly StandaloneStatement[];
  /** How many of them are done. */
  readonly done: number;
  /** The index that the next one creates did not exist when that statement was last started. */
  readonly indexWasAbsent: boolean;
  readonly lockTimeoutMs: number;
  readonly historySchema: string;
  readonly progress: Progress;
  /** Throws `Transient` once other runners may be inside the file. */
  readonly assertClaimed: () => void;
  /** Whether we have held the run lock without interruption. */
  readonly holdsRunLock: () => Promise<boolean>;
}

/** Runs the rest of a file without a transaction; returns the failure of the first statement that fails, or null. */
export async function runStatements(run: StatementRun): Promise<Failed | null> {
  for (let at = run.done; at < run.statements.length; at += 1) {
    const stopped = await runOne(run, at);
    if (stopped !== null) return stopped;
  }
  return null;
}

/** Applies the settings of the finished statements in a new session. */
export async function restoreSession(run: StatementRun): Promise<Failed | null> {
  for (const statement of run.statements.slice(0, run.done)) {
    if (!ofTheSession.has(statement.command)) continue;
    const sent = await sendOne(run, statement);
    if (sent.kind === 'failed') return sent;
  }
  return null;
}

const ofTheSession: ReadonlySet<string> = new Set(['SET', 'RESET', 'DISCARD ALL']);

async function runOne(run: StatementRun, at: number): Promise<Failed | null> {
  const { worker, statements, done, indexWasAbsent, progress } = run;
  const statement = statements[at] as StandaloneStatement;
  run.assertClaimed();
  const standing = await attempt(placeOfOne(statement.start), () => standingFor(run, statement));
  if (standing.kind === 'failed') return standing;
  const { isBuilt, invalid } = standing.value;
  // The index was built, but the runner that built it died before it could store that.
  if (at === done && indexWasAbsent && isBuilt) {
    progress.session = await stateAfter(run, at);
    return null;
  }
  const looked = await progress.reach(at, statement.createsIndex !== null && !isBuilt);
  const dropped = await attempt(placeOfOne(statement.start), () => dropInvalid(worker, invalid));
  if (dropped.kind === 'failed') return dropped;
  const sent = await sendOne(run, statement);
  if (sent.kind === 'failed') return sent;
  await assertIndexIsWhole(worker, statement.createsIndex);
  progress.session = await stateAfter(run, at);
  const now = await progress.pass(at + 1);
  if (now === null || now === looked || !(await run.holdsRunLock())) return null;
  // So the statement is due again, until it is fixed.
  await progress.stay(at);
  return failed(historyTouched(run.historySchema, false));
}

/** The state of the session after a statement. Once unknown, it stays unknown: what is set lasts. */
async function stateAfter(run: StatementRun, at: number): Promise<string | null> {
  const { worker, statements, progress } = run;
  const isLast = at + 1 === statements.length;
  const wasUnknown = at > 0 && progress.session === null;
  if (isLast || wasUnknown) return null;
  return sessionState(worker, isMoreRows(run, at) ? null : (statements[at] ?? null));
}

/** There may be thousands in a row, and the answer about the first, for which the server reads a lot, holds for all. */
function isMoreRows({ statements, done }: StatementRun, at: number): boolean {
  return at > done && [at - 1, at].every((each) => rows.has(statements[each]?.command ?? ''));
}

const rows: ReadonlySet<string> = new Set(['INSERT', 'COPY … FROM STDIN']);

const nothing: StandingIndexes = { isBuilt: false, invalid: [] };

/** An INVALID index may still be in the making; we wait for it, as the statement itself would. */
async function standingFor(
  { worker, lockTimeoutMs }: StatementRun,
  { createsIndex }: StandaloneStatement,
): Promise<StandingIndexes> {
  if (createsIndex === null) return nothing;
  const standing = await standingIndexes(worker, createsIndex);
  return standing.invalid.length === 0
    ? standing
    : settledIndexes(worker, createsIndex, lockTimeoutMs);
}

/** IF NOT EXISTS accepts an index that another session has only just started; the next try waits for that one. */
async function assertIndexIsWhole(worker: Client, index: CreatedIndex | null): Promise<void> {
  if (index === null || index.name === null) return;
  const { invalid } = await standingIndexes(worker, index);
  if (invalid.length === 0) return;
  throw new Transient('the index is INVALID: another session was still building it', null);
}

function sendOne(
  { worker, migration, mayEndSession }: StatementRun,
  statement: StandaloneStatement,
): Promise<Attempted<void>> {
  const misread = misreading(worker);
  if (misread !== null) return Promise.resolve(failedAt(misread, placeOfOne(statement.start)));
  return attempt(
    placeOfOne(statement.start),
    () => sendPiece(worker, migration, pieceOf(statement), ''),
    mayEndSession,
  );
}

function pieceOf({ start, end, data }: StandaloneStatement): Piece {
  const range = { start, end };
  return data === null
    ? { kind: 'sql', range, starts: [start], blanks: [] }
    : { kind: 'copy', statement: range, data };
}
