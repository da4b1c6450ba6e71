import { Refused, Transient } from '../core/errors.js';
import type { StandaloneStatement } from '../core/judge-file.js';
import type { Migration } from '../core/migration.js';
import type { ApplyOutcome, Work } from '../core/ports.js';
import type { Piece } from '../core/sql-reading.js';
import { attempt, failed, type Failed, send } from './attempt.js';
import type { Client } from './client.js';
import { serverErrorOf } from './errors.js';
import { historyTouched, rowWitnessQuery, tellsOfTouch } from './history-witness.js';
import { dropInvalidIndex, indexState, type IndexState } from './invalid-index.js';
import { literal } from './quote.js';
import {
  appliedOutsideMessage,
  isRow,
  type Origin,
  progressMessage,
  progressQuery,
} from './record.js';
import { fileSettings } from './session-settings.js';

export interface OutsideHooks {
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  /** Called with the client that is going to work on the file. */
  readonly onWorker: (worker: Client) => void;
}

/**
 * Statement by statement, each committed on its own, in a session of the file's own. The number of those that are done is
 * kept, so that the same content goes on behind them after a failure or a death; other content starts at the first.
 */
export async function applyOutside(
  keeper: Client,
  work: Work,
  statements: readonly StandaloneStatement[],
  origin: Origin,
  { open, onWorker }: OutsideHooks,
): Promise<ApplyOutcome> {
  const claim = await open();
  try {
    await claimFile(claim, work, origin);
    const [rows] = await keeper.run(progressQuery(work.migration, origin));
    if (rows?.[0]?.['is_applied'] === true) return { kind: 'already-applied' };
    const done = Number(rows?.[0]?.['statements_done'] ?? 0);
    const indexWasAbsent = rows?.[0]?.['index_was_absent'] === true;
    const started = performance.now();
    const stopped = await runRest(keeper, work, { statements, done, indexWasAbsent }, origin, {
      open,
      onWorker,
    });
    if (stopped !== null) return stopped;
    const durationMs = performance.now() - started;
    await keeper.run(appliedOutsideMessage(work.migration, origin, durationMs));
    return { kind: 'applied', durationMs };
  } finally {
    await claim.close();
  }
}

/**
 * Nobody else may be inside the file. A row lock would be in the way of our own progress; this one is bound to a
 * transaction, so that it holds behind a pooler too, and without a snapshot, so that CREATE INDEX CONCURRENTLY does not
 * wait for it.
 */
async function claimFile(
  claim: Client,
  { migration }: Work,
  { historySchema }: Origin,
): Promise<void> {
  const key = literal(`pgm file ${historySchema} ${migration.key}`);
  const results = await claim.run(`begin; set local idle_in_transaction_session_timeout = 0;
select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(${key}, 0)) as held`);
  if (results.at(-1)?.[0]?.['held'] === true) return;
  throw new Transient('another runner is inside the same migration', '55P03');
}

interface Rest {
  readonly statements: readonly StandaloneStatement[];
  /** How many of them are done. */
  readonly done: number;
  /** The index that the next one creates was not there when somebody last began with it. */
  readonly indexWasAbsent: boolean;
}

async function runRest(
  keeper: Client,
  { migration, lockTimeoutMs, onNotice }: Work,
  { statements, done, indexWasAbsent }: Rest,
  origin: Origin,
  { open, onWorker }: OutsideHooks,
): Promise<Failed | null> {
  const worker = await open();
  try {
    worker.onNotice = onNotice;
    onWorker(worker);
    // Behind a pooler they would stay in a backend that other programs have next, and need not be where our statement runs.
    if (!worker.facts.pooled) await worker.run(fileSettings(worker, lockTimeoutMs, 'session'));
    for (const [at, statement] of statements.entries()) {
      if (at < done) continue;
      const before = await stateOfIndex(worker, statement);
      // It was built, and whoever had it built died before that was kept.
      if (at === done && indexWasAbsent && before === 'valid') continue;
      const wasAbsent = before === 'absent' || before === 'invalid';
      const progress = progressMessage(migration, origin, at, statements.length, wasAbsent);
      await keeper.run(progress);
      const looked = await lookAtRow(keeper, migration, origin);
      if (before === 'invalid') await dropIndexOf(worker, statement);
      const place = { start: statement.start, single: true };
      const sent = await attempt(place, () => send(worker, migration.sql, pieceOf(statement)));
      if (sent.kind === 'failed') return sent;
      await assertIndexIsWhole(worker, statement);
      if ((await lookAtRow(keeper, migration, origin)) === looked) continue;
      // Its row as it was: so the statement is due again, until it is mended.
      await keeper.run(progress);
      return failed(historyTouched(origin.historySchema, false));
    }
    return null;
  } finally {
    await worker.close();
  }
}

async function stateOfIndex(
  worker: Client,
  { createsIndex }: StandaloneStatement,
): Promise<IndexState> {
  return createsIndex === null ? 'unknown' : indexState(worker, createsIndex);
}

async function dropIndexOf(worker: Client, { createsIndex }: StandaloneStatement): Promise<void> {
  if (createsIndex !== null) await dropInvalidIndex(worker, createsIndex);
}

/** IF NOT EXISTS is content with an index that a dying session has just begun; the next try drops it and builds it. */
async function assertIndexIsWhole(worker: Client, statement: StandaloneStatement): Promise<void> {
  if ((await stateOfIndex(worker, statement)) !== 'invalid') return;
  throw new Transient('the index is INVALID: another session was still building it', null);
}

/** How the file's own row looks, to tell whether the file wrote there. Throws `Refused` when it took the history away. */
async function lookAtRow(
  keeper: Client,
  migration: Migration,
  { historySchema }: Origin,
): Promise<unknown> {
  try {
    const [rows] = await keeper.run(rowWitnessQuery(historySchema, isRow(migration)));
    return rows?.[0]?.['witness'];
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === null || !tellsOfTouch(said)) throw error;
    const { message } = historyTouched(historySchema, false);
    throw new Refused(`${migration.key}: ${message}`, said.sqlstate, { cause: error });
  }
}

function pieceOf({ start, end, data }: StandaloneStatement): Piece {
  const range = { start, end };
  return data === null ? { kind: 'sql', range } : { kind: 'copy', statement: range, data };
}
