import { Transient } from '../core/errors.js';
import type { StandaloneStatement } from '../core/judge-file.js';
import type { Migration } from '../core/migration.js';
import type { CreatedIndex, Piece } from '../core/sql-reading.js';
import { attempt, type Attempted, failed, type Failed, send } from './attempt.js';
import type { Client } from './client.js';
import { historyTouched } from './history-witness.js';
import type { Progress } from './progress.js';
import {
  dropInvalid,
  settledIndexes,
  type StandingIndexes,
  standingIndexes,
} from './standing-indexes.js';

export interface StatementRun {
  /** The session of the file. */
  readonly worker: Client;
  readonly migration: Migration;
  readonly statements: readonly StandaloneStatement[];
  /** How many of them are done. */
  readonly done: number;
  /** The index that the next one creates was not there when somebody last began with it. */
  readonly indexWasAbsent: boolean;
  readonly lockTimeoutMs: number;
  readonly historySchema: string;
  readonly progress: Progress;
  /** Throws `Transient` once others may be inside the file. */
  readonly assertClaimed: () => void;
  /** Whether the run lock was ours without a break. */
  readonly holdsRunLock: () => Promise<boolean>;
}

/** Runs what is left of a file without a transaction; the failure of the first statement that fails, or null. */
export async function runStatements(run: StatementRun): Promise<Failed | null> {
  const restored = await restoreSession(run);
  if (restored !== null) return restored;
  for (let at = run.done; at < run.statements.length; at += 1) {
    const stopped = await runOne(run, at);
    if (stopped !== null) return stopped;
  }
  return null;
}

/** Settings that earlier statements made have gone with the session that they were made in. */
async function restoreSession({
  worker,
  migration,
  statements,
  done,
}: StatementRun): Promise<Failed | null> {
  for (const statement of statements.slice(0, done)) {
    if (!ofTheSession.has(statement.command)) continue;
    const sent = await sendOne(worker, migration, statement);
    if (sent.kind === 'failed') return sent;
  }
  return null;
}

const ofTheSession: ReadonlySet<string> = new Set(['SET', 'RESET', 'DISCARD ALL']);

async function runOne(run: StatementRun, at: number): Promise<Failed | null> {
  const { worker, migration, statements, done, indexWasAbsent, progress } = run;
  const statement = statements[at] as StandaloneStatement;
  run.assertClaimed();
  const standing = await attempt(placeOf(statement), () => standingFor(run, statement));
  if (standing.kind === 'failed') return standing;
  const { isBuilt, invalid } = standing.value;
  // It was built, and whoever had it built died before that was kept.
  if (at === done && indexWasAbsent && isBuilt) return null;
  const looked = await progress.reach(at, statement.createsIndex !== null && !isBuilt);
  const dropped = await attempt(placeOf(statement), () => dropInvalid(worker, invalid));
  if (dropped.kind === 'failed') return dropped;
  const sent = await sendOne(worker, migration, statement);
  if (sent.kind === 'failed') return sent;
  await assertIndexIsWhole(worker, statement.createsIndex);
  const now = await progress.pass(at + 1);
  if (now === null || now === looked || !(await run.holdsRunLock())) return null;
  // So the statement is due again, until it is mended.
  await progress.stay(at);
  return failed(historyTouched(run.historySchema, false));
}

const nothing: StandingIndexes = { isBuilt: false, invalid: [] };

/** An INVALID index may be somebody's work that is not finished; it is waited for, as the statement itself would. */
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

/** IF NOT EXISTS is content with an index that another session has just begun; the next try waits for that. */
async function assertIndexIsWhole(worker: Client, index: CreatedIndex | null): Promise<void> {
  if (index === null || index.name === null) return;
  const { invalid } = await standingIndexes(worker, index);
  if (invalid.length === 0) return;
  throw new Transient('the index is INVALID: another session was still building it', null);
}

function sendOne(
  worker: Client,
  migration: Migration,
  statement: StandaloneStatement,
): Promise<Attempted<void>> {
  return attempt(placeOf(statement), () => send(worker, migration, pieceOf(statement)));
}

function placeOf({ start }: StandaloneStatement): { start: number; single: boolean } {
  return { start, single: true };
}

function pieceOf({ start, end, data }: StandaloneStatement): Piece {
  const range = { start, end };
  return data === null ? { kind: 'sql', range } : { kind: 'copy', statement: range, data };
}
