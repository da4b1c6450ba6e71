import type { ServerError } from '../core/explain-failure.js';
import type { StandaloneStatement } from '../core/judge-file.js';
import type { Piece } from '../core/sql-reading.js';
import type { ApplyOutcome, Work } from '../core/ports.js';
import type { Client, Rows } from './client.js';
import { isPassing, serverErrorOf } from './errors.js';
import { appliedMessage, appliedOutsideMessage, claimMessage, type Origin } from './record.js';

/** Runs one file in a clean session and records it. Throws `Transient` when the trouble is not the file's. */
export async function applyFile(client: Client, work: Work, origin: Origin): Promise<ApplyOutcome> {
  client.onNotice = work.onNotice;
  try {
    await client.run('discard all');
    return work.judgement.kind === 'transaction'
      ? await applyInTransaction(client, work, work.judgement.pieces, origin)
      : await applyOutside(client, work, work.judgement.statements, origin);
  } finally {
    client.onNotice = () => undefined;
  }
}

/** Both the effects and the row, or neither: claim, file, record, commit. */
async function applyInTransaction(
  client: Client,
  { migration, lockTimeoutMs }: Work,
  pieces: readonly Piece[],
  origin: Origin,
): Promise<ApplyOutcome> {
  const begun = await attempt(null, () =>
    client.run(claimMessage(migration, origin, lockTimeoutMs)),
  );
  if (begun.kind === 'failed') return abandon(client, begun);
  const claim = lastRow(begun.value);
  if (claim?.['applied_checksum'] === migration.checksum) {
    return abandon(client, { kind: 'already-applied' });
  }
  for (const piece of pieces) {
    const place = { start: startOf(piece), single: piece.kind === 'copy' };
    const sent = await attempt(place, () => send(client, migration.sql, piece));
    if (sent.kind === 'failed') return abandon(client, sent);
  }
  const transactionId = String(claim?.['transaction_id']);
  const recorded = await attempt(null, () =>
    client.run(appliedMessage(migration, origin, transactionId)),
  );
  if (recorded.kind === 'failed') return abandon(client, recorded);
  const durationMs = lastRow(recorded.value)?.['duration_ms'];
  if (typeof durationMs !== 'number') return failed(transactionEnded);
  return { kind: 'applied', durationMs };
}

/** Statement by statement, each committed on its own; recorded after the last. */
async function applyOutside(
  client: Client,
  { migration, lockTimeoutMs }: Work,
  statements: readonly StandaloneStatement[],
  origin: Origin,
): Promise<ApplyOutcome> {
  const started = performance.now();
  await client.run(`set lock_timeout = ${lockTimeoutMs}`);
  for (const { start, end, data } of statements) {
    const range = { start, end };
    const piece: Piece =
      data === null ? { kind: 'sql', range } : { kind: 'copy', statement: range, data };
    const place = { start, single: true };
    const sent = await attempt(place, () => send(client, migration.sql, piece));
    if (sent.kind === 'failed') return sent;
  }
  const durationMs = performance.now() - started;
  await client.run('discard all');
  await client.run(appliedOutsideMessage(migration, origin, durationMs));
  return { kind: 'applied', durationMs };
}

async function send(client: Client, sql: string, piece: Piece): Promise<void> {
  if (piece.kind === 'sql') {
    await client.runDiscardingRows(sql.slice(piece.range.start, piece.range.end));
    return;
  }
  const { statement, data } = piece;
  await client.copy(sql.slice(statement.start, statement.end), sql.slice(data.start, data.end));
}

function startOf(piece: Piece): number {
  return piece.kind === 'sql' ? piece.range.start : piece.statement.start;
}

type Failed = Extract<ApplyOutcome, { kind: 'failed' }>;
type Attempted<T> = { readonly kind: 'done'; readonly value: T } | Failed;

/** Where in the file a message begins, and whether it is one statement. */
interface MessagePlace {
  readonly start: number;
  readonly single: boolean;
}

/**
 * What the server says of the SQL is an answer; what it says of itself is thrown. `place` is null for a message of ours,
 * whose positions mean nothing to anybody.
 */
async function attempt<T>(
  place: MessagePlace | null,
  work: () => Promise<T>,
): Promise<Attempted<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (thrown) {
    const said = serverErrorOf(thrown);
    if (said === null || isPassing(said)) throw thrown;
    if (place !== null) return failed(said, place);
    // Of our own messages only COMMIT can break a constraint: one that was deferred.
    return failed({ ...said, position: null, atCommit: said.sqlstate.startsWith('23') });
  }
}

function failed(error: ServerError, { start, single }: MessagePlace = nowhere): Failed {
  return { kind: 'failed', error, pieceStart: start, singleStatement: single };
}

const nowhere: MessagePlace = { start: 0, single: false };

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
