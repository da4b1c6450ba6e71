import { Transient } from '../../core/errors.js';
import type { ApplyOutcome, Work } from '../../core/ports.js';
import { ownError, type ServerError } from '../../core/failure/server-error.js';
import { isContended, sqlstates } from '../../core/failure/sqlstates.js';
import { failed, failedOutside } from './write-together.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { isPassingInFile, isTimeLimit, serverErrorOf } from '../wire/errors.js';
import { hasRules, lacksTables } from '../history/found-layout.js';
import type { HistoryTables } from '../history/history-tables.js';
import {
  historyTouched,
  saysHistoryHasRules,
  saysHistoryIsGone,
} from '../history/history-witness.js';
import type { Origin } from '../history/history-row.js';
import { appliedMessage, claimMessage } from '../history/claim.js';
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
 * COMMIT, and DISCARD ALL. If one of them fails, the transaction is aborted and the later ones fail too. The session must
 * be clean before, and is clean afterwards. The commit does not wait for the disk.
 */
export async function applyInTransaction(
  tables: HistoryTables,
  work: TransactionWork,
  origin: Origin,
  { onBackend, onUnknownCommit }: TransactionHooks,
): Promise<ApplyOutcome> {
  const { client } = tables;
  client.settings.takeMisread();
  const messages = {
    claim: claimOf(client, work, origin),
    pieces: work.judgement.pieces,
    record: appliedMessage(work.migration, origin),
  };
  const answers = await writeTogether(client, work, messages, (rows) => {
    onBackend(claimIn(rows).pid);
  });
  const outcome = judge(answers, origin.historySchema, onUnknownCommit);
  // A session that the server ended for the file's sake has nothing left to clean.
  if (outcome.kind !== 'applied' && !client.lost) await clean(client);
  return outcome.kind === 'not recorded' ? whyNot(tables, outcome.transactionId) : outcome;
}

function claimOf(client: Client, work: Work, origin: Origin): string {
  return claimMessage(work.migration, origin, {
    settings: fileSettings(client, 'local'),
    // Half of our own timeout, so that the server refuses before we give up.
    waitMs: Math.round(client.patience.messageMs / 2),
    lockTimeoutMs: work.lockTimeoutMs,
  });
}

interface Claim {
  readonly transactionId: string;
  readonly pid: number;
}

function claimIn(results: readonly Rows[]): Claim {
  const row = results.find((rows) => rows.length > 0)?.[0];
  return { transactionId: String(row?.['transaction_id']), pid: Number(row?.['pid']) };
}

/** The record was refused: the history changed since the claim, or this is not the transaction of the claim. */
interface NotRecorded {
  readonly kind: 'not recorded';
  readonly transactionId: string;
}

/** Turns the answers into an outcome; the first error gives the reason. Throws errors that the file did not cause. */
function judge(
  { claimed, ran, recorded, cleaned }: FileAnswers,
  historySchema: string,
  onUnknownCommit: TransactionHooks['onUnknownCommit'],
): ApplyOutcome | NotRecorded {
  if (claimed.status === 'rejected') return refusedClaim(claimed.reason, historySchema);
  for (const answer of ran) {
    if (answer.status === 'rejected') throw answer.reason;
    if (answer.value.kind === 'failed') return answer.value;
  }
  const { transactionId } = claimIn(claimed.value);
  if (recorded.status === 'rejected') {
    const said = serverErrorOf(recorded.reason);
    if (said === null || (isPassingInFile(said) && !isTimeLimit(said))) {
      onUnknownCommit(transactionId);
      throw recorded.reason;
    }
    const isRefusal = violatesNotNull(said, `${historySchema}.attempts.outcome`);
    if (isRefusal || saysHistoryIsGone(said)) return { kind: 'not recorded', transactionId };
    if (saysHistoryHasRules(said)) throw hasRules(said, historySchema);
    return failedOutside(said);
  }
  if (cleaned.status === 'rejected') throw cleaned.reason;
  return { kind: 'applied', durationMs: durationIn(recorded.value) };
}

function durationIn(results: readonly Rows[]): number {
  return Number(results.flat().find((row) => 'duration_ms' in row)?.['duration_ms']);
}

/** The claim contains nothing of the file, so none of its errors is the file's fault. */
function refusedClaim(error: unknown, historySchema: string): ApplyOutcome {
  const said = serverErrorOf(error);
  if (said === null) throw error;
  if (violatesNotNull(said, `${historySchema}.migrations.checksum`))
    return { kind: 'already-applied' };
  if (saysHistoryIsGone(said)) throw lacksTables(historySchema);
  if (saysHistoryHasRules(said)) throw hasRules(said, historySchema);
  // The row is locked: another runner is inside this very file.
  if (!isContended(said.sqlstate)) throw error;
  throw new Transient('another runner is inside the same migration', said.sqlstate, {
    cause: error,
  });
}

/** True for a violation of NOT NULL on `name`, a column with its schema and table. */
function violatesNotNull({ sqlstate, schema, table, column }: ServerError, name: string): boolean {
  return sqlstate === sqlstates.notNullViolation && `${schema}.${table}.${column}` === name;
}

/** In one round trip. After a failed COMMIT nothing is left to roll back, and the server would warn about that. */
async function clean(client: Client): Promise<void> {
  client.onNotice = () => undefined;
  await Promise.all([client.run('rollback'), client.run('discard all')]);
}

/** Throws `Refused` if the tables were dropped by another session, not by the file. */
async function whyNot(tables: HistoryTables, transactionId: string): Promise<ApplyOutcome> {
  if (await isCommitted(tables.client, transactionId)) return failed(transactionEnded());
  const misread = tables.client.settings.takeMisread();
  if (misread !== null) return failed(leftBehind(misread));
  await tables.assertWhole();
  return failed(historyTouched(tables.schema, true));
}

/** Set by a DO block or a function; the judge refuses a plain SET. */
function leftBehind(setting: string): ServerError {
  return ownError(
    sqlstates.invalidParameterValue,
    `the file changes ${setting} in a function or a DO block, and the server would misread what follows; all of it was rolled back`,
  );
}

/** The judge refuses transaction control, so the file found a way around it that we do not know. */
function transactionEnded(): ServerError {
  return ownError(
    sqlstates.invalidTransactionTermination,
    'the file ended the transaction that pgm had begun; part of it may be committed',
  );
}
