import { Transient } from '../../core/errors.js';
import type { ApplyOutcome, Work } from '../../core/ports.js';
import { withoutComments } from '../../core/text/code.js';
import { isContended, sqlstates } from '../../core/failure/sqlstates.js';
import type { Failed, FileWork } from './write-together.js';
import type { Client } from '../wire/client.js';
import type { Origin } from '../history/history-row.js';
import { Progress } from './progress.js';
import { literal } from '../wire/quote.js';
import { appliedOutsideMessage, progressQuery } from '../history/record.js';
import { restoreSession, runStatements, type StatementRun } from './run-statements.js';
import { hidesSettings } from './hidden-settings.js';
import { type LeftSession, mayHaveMore, sessionState } from './session-state.js';
import { fileSettings } from '../backend/backends.js';
import { forIdleSession, withoutTimeouts } from '../backend/lock.js';

export interface OutsideHooks {
  /** The backend beside the one that runs the file; a new one if the last was lost. */
  readonly side: () => Promise<Client>;
  /** Opens another backend: for a transaction behind a pooler. */
  readonly open: () => Promise<Client>;
  /** Asks whether we have held the run lock without interruption: then no other runner can have written to the history. */
  readonly holdsRunLock: () => Promise<boolean>;
  /** What an earlier file has left in the session. */
  readonly left: () => LeftSession;
}

/** A file that runs outside a transaction. */
interface OutsideWork extends FileWork {
  readonly judgement: Extract<Work['judgement'], { kind: 'no-transaction' }>;
}

/**
 * Runs statement by statement, each committed on its own, in the session of `worker`, and keeps count on the side. The number
 * of finished statements is stored, so that the same content continues there after a failure or a crash, if a new session can
 * be set up like the one they ran in; otherwise, and for different content, it starts at the first.
 */
export async function applyOutside(
  worker: Client,
  work: OutsideWork,
  origin: Origin,
  hooks: OutsideHooks,
): Promise<ApplyOutcome> {
  const { migration, judgement } = work;
  const statements = judgement.statements.length;
  const claim = await claimFile(work, origin, hooks);
  const progress = new Progress({ side: hooks.side, migration, origin, statements });
  try {
    return await runClaimed({ claim: claim.client, worker, progress }, work, origin, hooks);
  } finally {
    await claim.release();
  }
}

interface Sessions {
  /** Keeps other runners out of the file. */
  readonly claim: Client;
  readonly worker: Client;
  /** Stores how many statements are done. */
  readonly progress: Progress;
}

async function runClaimed(
  { claim, worker, progress }: Sessions,
  work: OutsideWork,
  origin: Origin,
  hooks: OutsideHooks,
): Promise<ApplyOutcome> {
  const { migration, mayEndSession } = work;
  const row = (await progress.run(progressQuery(migration, origin)))[0]?.[0];
  if (row?.['is_applied'] === true) return { kind: 'already-applied' };
  const started = performance.now();
  progress.session = row?.['session'] === undefined ? null : (row['session'] as string | null);
  const stopped = await runRest(work, hooks, {
    worker,
    migration,
    mayEndSession,
    statements: work.judgement.statements,
    done: Number(row?.['statements_done'] ?? 0),
    indexWasAbsent: row?.['index_was_absent'] === true,
    lockTimeoutMs: work.lockTimeoutMs,
    historySchema: origin.historySchema,
    progress,
    assertClaimed: () => {
      if (claim.lost) throw new Transient(claimLost, null);
    },
    holdsRunLock: hooks.holdsRunLock,
  });
  if (stopped !== null) return stopped;
  const durationMs = performance.now() - started;
  await progress.run(appliedOutsideMessage(migration, origin, durationMs));
  return { kind: 'applied', durationMs };
}

const claimLost = 'the connection that keeps other runners out of the migration was lost';

interface Claim {
  readonly client: Client;
  readonly release: () => Promise<unknown>;
}

/**
 * Keeps other runners out of the file. A row lock would block our own progress updates; this one has no snapshot, so that
 * CREATE INDEX CONCURRENTLY does not wait for it. Behind a pooler only a transaction keeps its backend.
 */
async function claimFile(
  { migration }: Work,
  { historySchema }: Origin,
  { side, open }: OutsideHooks,
): Promise<Claim> {
  const own = await side();
  const { pooled } = own.facts;
  const client = pooled ? await open() : own;
  const name = literal(`pgm file ${historySchema} ${migration.key}`);
  const key = `pg_catalog.hashtextextended(${name}, 0)`;
  const message = pooled
    ? `begin; ${withoutTimeouts}; select pg_catalog.pg_try_advisory_xact_lock(${key}) as held`
    : `${forIdleSession}; select pg_catalog.pg_try_advisory_lock(${key}) as held`;
  const unlock = `select pg_catalog.pg_advisory_unlock(${key})`;
  const release = () => (pooled ? client.close() : client.run(unlock).catch(ignore));
  const results = await client.run(message);
  if (results.at(-1)?.[0]?.['held'] === true) return { client, release };
  if (pooled) await client.close();
  throw new Transient('another runner is inside the same migration', sqlstates.lockNotAvailable);
}

/** A lost client has released it. */
const ignore = (): void => undefined;

async function runRest(
  work: Work,
  hooks: OutsideHooks,
  rest: StatementRun,
): Promise<Failed | null> {
  const { migration, worker, progress, done } = rest;
  const left = hooks.left();
  const isNextTry = left.isBy(migration, done);
  if (!isNextTry) await left.clean(worker);
  left.leave(migration, -1);
  let stopped: Failed | null = null;
  try {
    stopped = await runStatements(isNextTry ? rest : await begin(work, rest));
    return stopped;
  } finally {
    const tryAgain = stopped !== null && isContended(stopped.error.sqlstate);
    if (tryAgain) left.leave(migration, progress.done);
    else await left.clean(worker);
  }
}

/** A new session in which the rest of the file can run, or else one in which all of it runs. */
async function begin(work: Work, run: StatementRun): Promise<StatementRun> {
  const { statements, done, worker, progress } = run;
  await prepare(worker, work);
  if (done === 0 || done === statements.length) return run;
  if (await isRestored(run, withoutComments(run.migration.sql, work.literals()))) return run;
  work.onNotice({
    severity: 'NOTE',
    message:
      `starts again at statement 1 of ${statements.length}: ${done} were done, but the session in which they ran is gone, ` +
      'and a new one may lack what they set up there (settings, role, temporary tables, prepared statements, cursors or locks)',
  });
  progress.session = null;
  await worker.run('discard all');
  await prepare(worker, work);
  return { ...run, done: 0, indexWasAbsent: false };
}

/** Applies the settings of the finished statements again, and compares. `code`: the file without its comments. */
async function isRestored(run: StatementRun, code: string): Promise<boolean> {
  const { statements, done, worker, progress } = run;
  if (progress.session === null) return false;
  if (statements.slice(0, done).some((each) => hidesSettings(code, each))) return false;
  const at = statements[done]?.start;
  if (mayHaveMore(code.slice(0, at), code.slice(at))) return false;
  const failure = await restoreSession(run);
  return failure === null && (await sessionState(worker, null)) === progress.session;
}

/** Gives a session the settings with which such a file begins. */
export async function prepare(
  worker: Client,
  { lockTimeoutMs }: Pick<Work, 'lockTimeoutMs'>,
): Promise<void> {
  // Behind a pooler they would stay in a backend that other programs use next, and our statement might run on another
  // one.
  if (worker.facts.pooled) return;
  await worker.run(`${fileSettings(worker, 'session')} set lock_timeout = ${lockTimeoutMs}`);
}
