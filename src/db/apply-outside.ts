import { Transient } from '../core/errors.js';
import type { StandaloneStatement } from '../core/judge-file.js';
import type { ApplyOutcome, Work } from '../core/ports.js';
import type { Failed } from './attempt.js';
import type { Client } from './client.js';
import type { Origin } from './history-row.js';
import { Progress } from './progress.js';
import { literal } from './quote.js';
import { progressQuery } from './record-progress.js';
import { appliedOutsideMessage } from './record.js';
import { runStatements, type StatementRun } from './run-statements.js';
import { fileSettings, forIdleSession, withoutTimeouts } from './session-settings.js';

export interface OutsideHooks {
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  /** Called with the client that is going to work on the file. */
  readonly onWorker: (worker: Client) => void;
  /** Whether the run lock was ours without a break. */
  readonly holdsRunLock: () => Promise<boolean>;
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
  hooks: OutsideHooks,
): Promise<ApplyOutcome> {
  const { open, holdsRunLock } = hooks;
  const { migration, lockTimeoutMs } = work;
  const claim = await open();
  const progress = new Progress({ keeper, open, migration, origin, statements: statements.length });
  try {
    await claimFile(claim, work, origin);
    // Behind a pooler no session is ours to set, and none is idle for us.
    const settings = keeper.facts.pooled ? '' : `${forIdleSession}; `;
    const row = (await keeper.run(settings + progressQuery(migration, origin))).at(-1)?.[0];
    if (row?.['is_applied'] === true) return { kind: 'already-applied' };
    const started = performance.now();
    const stopped = await runRest(work, hooks, {
      migration,
      statements,
      done: Number(row?.['statements_done'] ?? 0),
      indexWasAbsent: row?.['index_was_absent'] === true,
      lockTimeoutMs,
      historySchema: origin.historySchema,
      progress,
      assertClaimed: () => {
        if (claim.lost) throw new Transient(claimLost, null);
      },
      holdsRunLock,
    });
    if (stopped !== null) return stopped;
    const durationMs = performance.now() - started;
    await progress.keeper.run(appliedOutsideMessage(migration, origin, durationMs));
    return { kind: 'applied', durationMs };
  } finally {
    await progress.close();
    await claim.close();
  }
}

const claimLost = 'the connection that keeps other runners out of the migration was lost';

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
  const results = await claim.run(`begin; ${withoutTimeouts};
select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(${key}, 0)) as held`);
  if (results.at(-1)?.[0]?.['held'] === true) return;
  throw new Transient('another runner is inside the same migration', '55P03');
}

async function runRest(
  { lockTimeoutMs, onNotice }: Work,
  { open, onWorker }: OutsideHooks,
  run: Omit<StatementRun, 'worker'>,
): Promise<Failed | null> {
  const worker = await open();
  try {
    worker.onNotice = onNotice;
    onWorker(worker);
    // Behind a pooler they would stay in a backend that other programs have next, and need not be where our statement runs.
    if (!worker.facts.pooled) await worker.run(fileSettings(worker, lockTimeoutMs, 'session'));
    return await runStatements({ ...run, worker });
  } finally {
    await worker.close();
  }
}
