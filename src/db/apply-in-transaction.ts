import type { ServerError } from '../core/explain-failure.js';
import { Transient } from '../core/errors.js';
import type { ApplyOutcome, Work } from '../core/ports.js';
import type { Piece } from '../core/sql-reading.js';
import { attempt, failed, send } from './attempt.js';
import type { Client, Rows } from './client.js';
import { serverErrorOf } from './errors.js';
import { type Claimed, historyTouched, tellsOfTouch } from './history-witness.js';
import type { Origin } from './history-row.js';
import { appliedMessage, claimMessage } from './record.js';
import { fileSettings } from './session-settings.js';

export interface TransactionHooks {
  /** Called with the backend that works on the file, which behind a pooler is known only inside the transaction. */
  readonly onBackend: (pid: number) => void;
  /** Called when the answer to COMMIT did not come: whether the transaction happened is not known. */
  readonly onUnknownCommit: (transactionId: string) => void;
  /** Whether the run lock was ours without a break. */
  readonly holdsRunLock: () => Promise<boolean>;
}

/** Both the effects and the row, or neither: claim, file, record, commit. */
export async function applyInTransaction(
  client: Client,
  { migration, lockTimeoutMs }: Work,
  pieces: readonly Piece[],
  origin: Origin,
  { onBackend, onUnknownCommit, holdsRunLock }: TransactionHooks,
): Promise<ApplyOutcome> {
  const claim = await claimRow(
    client,
    claimMessage(migration, origin, {
      settings: fileSettings(client, lockTimeoutMs, 'local'),
      // Half of what silence may last: so the server's "no" comes before our own.
      waitMs: Math.round(client.patience.messageMs / 2),
    }),
  );
  if (claim.appliedChecksum === migration.checksum)
    return abandon(client, { kind: 'already-applied' });
  onBackend(claim.pid);
  for (const piece of pieces) {
    const place =
      piece.kind === 'sql'
        ? { start: piece.range.start, single: false }
        : { start: piece.statement.start, single: true };
    const sent = await attempt(place, () => send(client, migration, piece));
    if (sent.kind === 'failed') return abandon(client, sent);
  }
  const message = appliedMessage(migration, origin, claim);
  const recorded = await attempt(null, () => client.run(message, null)).catch((error: unknown) => {
    onUnknownCommit(claim.transactionId);
    throw error;
  });
  if (recorded.kind === 'failed') {
    await client.run('rollback');
    if (!tellsOfTouch(recorded.error)) return recorded;
    if (!claim.counted && !(await holdsRunLock())) throw new Transient(perhapsOthers, null);
    return failed(historyTouched(origin.historySchema, true));
  }
  const durationMs = lastRow(recorded.value)?.['duration_ms'];
  if (typeof durationMs !== 'number') return failed(transactionEnded);
  return { kind: 'applied', durationMs };
}

interface Claim extends Claimed {
  readonly appliedChecksum: string | null;
  readonly pid: number;
}

const perhapsOthers =
  'the history changed under a file, and the run lock was lost, so that it may have been another runner';

/** Codes of somebody else having the row: another runner is inside this very file. */
const taken: ReadonlySet<string> = new Set(['55P03', '40P01', '40001']);

/** The claim says nothing about the file, so no error of it is the file's. */
async function claimRow(client: Client, message: string): Promise<Claim> {
  try {
    const [[row], [look]] = (await client.run(message)).filter((rows) => rows.length > 0) as [
      Rows,
      Rows,
    ];
    const checksum = row?.['applied_checksum'];
    return {
      appliedChecksum: typeof checksum === 'string' ? checksum : null,
      transactionId: String(row?.['transaction_id']),
      witness: String(look?.['witness']),
      counted: look?.['counted'] === true,
      pid: Number(row?.['pid']),
    };
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === null) throw error;
    await client.run('rollback');
    if (!taken.has(said.sqlstate)) throw error;
    throw new Transient('another runner is inside the same migration', said.sqlstate, {
      cause: error,
    });
  }
}

async function abandon<T>(client: Client, outcome: T): Promise<T> {
  await client.run('rollback');
  return outcome;
}

function lastRow(results: readonly Rows[]): Rows[number] | undefined {
  return results.findLast((rows) => rows.length > 0)?.[0];
}

/** The judge refuses transaction control, so this takes a way round it that we do not know. */
const transactionEnded: ServerError = {
  sqlstate: '2D000',
  message: 'the file ended the transaction that pgm had begun; part of it may be committed',
  detail: null,
  hint: null,
  where: null,
  position: null,
  internalQuery: null,
  schema: null,
  table: null,
  column: null,
  constraint: null,
  atCommit: false,
};
