import { Transient } from '../../core/errors.js';
import type { ApplyOutcome, Work } from '../../core/ports.js';
import { isContended } from '../../core/failure/sqlstates.js';
import { refusedRecord, violatesNotNull, whyNot } from './not-recorded.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { serverErrorOf } from '../wire/errors.js';
import { hasRules, lacksTables } from '../history/found-layout.js';
import type { HistoryTables } from '../history/history-tables.js';
import {
  saysHistoryHasRules,
  saysHistoryIsGone,
  saysStatementIsGone,
} from '../history/history-witness.js';
import type { Origin } from '../history/history-row.js';
import { appliedMessage, claimMessage, cleanKeeping, type Way } from '../history/claim.js';
import { fileSettings } from '../backend/backends.js';
import { isCommitted } from '../backend/settle-commit.js';
import { type FileAnswers, type FileWork, writeTogether } from './write-together.js';

export interface TransactionHooks {
  /** Called with the backend that runs the file; behind a pooler it is known only inside the transaction. */
  readonly onBackend: (pid: number) => void;
  /** Called when COMMIT got no answer: whether the transaction committed is unknown. */
  readonly onUnknownCommit: (transactionId: string) => void;
}

/** A file that runs in a transaction. */
interface TransactionWork extends FileWork {
  readonly judgement: Extract<Work['judgement'], { kind: 'transaction' }>;
}

/**
 * Commits both the effects and the row, or neither, in one round trip: BEGIN with the claim, the file, the record with
 * COMMIT, and what cleans the session. If one of them fails, the transaction is aborted and the later ones fail too. The
 * session must be clean before, and is clean afterwards, but for our own prepared statements. A file that gets rid of those is
 * rolled back, and runs once more. The commit does not wait for the disk.
 */
export async function applyInTransaction(
  tables: HistoryTables,
  work: TransactionWork,
  origin: Origin,
  hooks: TransactionHooks,
): Promise<ApplyOutcome> {
  const { client } = tables;
  client.settings.takeMisread();
  if (tables.isPrepared && dropsPrepared.test(work.migration.sql)) await discardAll(tables);
  const { isPrepared } = tables;
  const answers = await send(tables, work, origin, hooks.onBackend);
  const outcome = judge(answers, origin.historySchema, hooks.onUnknownCommit);
  if (outcome.kind === 'applied') {
    tables.isPrepared = outcome.isPrepared && !client.facts.pooled;
    if (!outcome.isPrepared && !client.facts.pooled) await discardAll(tables);
    return { kind: 'applied', durationMs: outcome.durationMs };
  }
  // A session that the server ended for the file's sake has nothing left to clean.
  if (!client.lost) await clean(tables);
  if (outcome.kind === 'failed' || outcome.kind === 'already-applied') return outcome;
  const { kind, transactionId } = outcome;
  const isUndone = kind === 'unprepared' && !(await isCommitted(client, transactionId));
  return isUndone && isPrepared
    ? applyInTransaction(tables, work, origin, hooks)
    : whyNot(tables, transactionId);
}

/** In the code of a file. What a function does shows in the answer. */
const dropsPrepared = /\b(?:deallocate|discard)\b/i;

function send(
  { client, isPrepared }: HistoryTables,
  work: TransactionWork,
  origin: Origin,
  onBackend: TransactionHooks['onBackend'],
): Promise<FileAnswers> {
  const { pooled } = client.facts;
  // Behind a pooler the next file may get another session, and what is prepared would stay with somebody else's.
  const way = pooled ? 'in full' : isPrepared ? 'execute' : 'prepare';
  const messages = {
    claim: claimOf(client, work, origin, way),
    pieces: work.judgement.pieces,
    record: appliedMessage(work.migration, origin, way),
    clean: pooled ? 'discard all' : cleanKeeping,
  };
  return writeTogether(client, work, messages, (rows) => {
    onBackend(claimIn(rows).pid);
  });
}

export function claimOf(
  client: Client,
  { migration, lockTimeoutMs }: Pick<Work, 'migration' | 'lockTimeoutMs'>,
  origin: Origin,
  way: Way,
): string {
  return claimMessage(migration, origin, {
    way,
    settings: fileSettings(client, 'local'),
    // Half of our own timeout, so that the server refuses before we give up.
    waitMs: Math.round(client.patience.messageMs / 2),
    lockTimeoutMs,
  });
}

interface Claim {
  readonly transactionId: string;
  readonly pid: number;
}

/** What the answer to a claim says. */
export function claimIn(results: readonly Rows[]): Claim {
  const row = results.find((rows) => rows.length > 0)?.[0];
  return { transactionId: String(row?.['transaction_id']), pid: Number(row?.['pid']) };
}

/** See `RefusedRecord`; `unprepared`: the session did not have our prepared statements any more. */
interface NotRecorded {
  readonly kind: 'not recorded' | 'unprepared';
  /** Null if there was none. */
  readonly transactionId: string | null;
}

interface Applied {
  readonly kind: 'applied';
  readonly durationMs: number;
  /** Whether the session still has our prepared statements, and no others. */
  readonly isPrepared: boolean;
}

/** Turns the answers into an outcome; the first error gives the reason. Throws errors that the file did not cause. */
function judge(
  { claimed, ran, recorded, cleaned }: FileAnswers,
  historySchema: string,
  onUnknownCommit: TransactionHooks['onUnknownCommit'],
): Exclude<ApplyOutcome, { kind: 'applied' }> | Applied | NotRecorded {
  if (claimed.status === 'rejected') return refusedClaim(claimed.reason, historySchema);
  for (const answer of ran) {
    if (answer.status === 'rejected') throw answer.reason;
    if (answer.value.kind === 'failed') return answer.value;
  }
  const { transactionId } = claimIn(claimed.value);
  if (recorded.status === 'rejected') {
    const refused = refusedRecord(recorded.reason, historySchema);
    if (refused.kind === 'failed') return refused;
    if (refused.kind !== 'not answered') return { kind: refused.kind, transactionId };
    onUnknownCommit(transactionId);
    throw recorded.reason;
  }
  if (cleaned.status === 'rejected') throw cleaned.reason;
  return appliedIn(recorded.value);
}

function appliedIn(results: readonly Rows[]): Applied {
  const row = results.flat().find((each) => 'duration_ms' in each);
  const durationMs = Number(row?.['duration_ms']);
  return { kind: 'applied', durationMs, isPrepared: row?.['is_prepared'] === true };
}

/** The claim contains nothing of the file, so none of its errors is the file's fault. */
function refusedClaim(
  error: unknown,
  historySchema: string,
): Extract<ApplyOutcome, { kind: 'already-applied' }> | NotRecorded {
  const said = serverErrorOf(error);
  if (said === null) throw error;
  if (violatesNotNull(said, `${historySchema}.migrations.checksum`))
    return { kind: 'already-applied' };
  if (saysStatementIsGone(said)) return { kind: 'unprepared', transactionId: null };
  if (saysHistoryIsGone(said)) throw lacksTables(historySchema);
  if (saysHistoryHasRules(said)) throw hasRules(said, historySchema);
  // The row is locked: another runner is inside this very file.
  if (!isContended(said.sqlstate)) throw error;
  throw new Transient('another runner is inside the same migration', said.sqlstate, {
    cause: error,
  });
}

/** In one round trip. After a failed COMMIT nothing is left to roll back, and the server would warn about that. */
async function clean(tables: HistoryTables): Promise<void> {
  const { client } = tables;
  client.onNotice = () => undefined;
  await Promise.all([client.run('rollback'), discardAll(tables)]);
}

async function discardAll(tables: HistoryTables): Promise<void> {
  tables.isPrepared = false;
  await tables.client.run('discard all');
}
