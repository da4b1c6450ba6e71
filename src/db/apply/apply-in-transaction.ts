import { Transient } from '../../core/errors.js';
import type { ApplyOutcome, Work } from '../../core/ports.js';
import { isContended } from '../../core/failure/sqlstates.js';
import { refusedRecord, violatesNotNull, whyNot } from './not-recorded.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { serverErrorOf } from '../wire/errors.js';
import { hasRules, lacksTables } from '../history/found-layout.js';
import type { HistoryTables } from '../history/history-tables.js';
import { saysHistoryHasRules, saysHistoryIsGone } from '../history/history-witness.js';
import type { Origin } from '../history/history-row.js';
import { appliedMessage, claimMessage } from '../history/claim.js';
import { fileSettings } from '../backend/backends.js';
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

export function claimOf(
  client: Client,
  { migration, lockTimeoutMs }: Pick<Work, 'migration' | 'lockTimeoutMs'>,
  origin: Origin,
): string {
  return claimMessage(migration, origin, {
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

/** See `RefusedRecord`. */
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
    const refused = refusedRecord(recorded.reason, historySchema);
    if (refused.kind === 'failed') return refused;
    if (refused.kind === 'not recorded') return { ...refused, transactionId };
    onUnknownCommit(transactionId);
    throw recorded.reason;
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

/** In one round trip. After a failed COMMIT nothing is left to roll back, and the server would warn about that. */
async function clean(client: Client): Promise<void> {
  client.onNotice = () => undefined;
  await Promise.all([client.run('rollback'), client.run('discard all')]);
}
