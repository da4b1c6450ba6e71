import type { Migration } from '../../core/files/migration.js';
import type { Work, ApplyOutcome } from '../../core/ports.js';
import type { Piece } from '../../core/statements/sql-reading.js';
import { textOfPiece } from '../../core/statements/judge-file.js';
import { misreading } from '../wire/greeting.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { afterClaim } from '../history/claim.js';
import { runDeferred } from './run-deferred.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { isOwnEnd, isPassingInFile, serverErrorOf } from '../wire/errors.js';

export type Failed = Extract<ApplyOutcome, { kind: 'failed' }>;
export type Attempted<T> = { readonly kind: 'done'; readonly value: T } | Failed;

/** Where a message is in the file. */
interface MessagePlace {
  readonly start: number;
  /** Where each of its statements begins. */
  readonly starts: readonly number[];
  /** A statement of our own before it, in ASCII; empty for none. */
  readonly prefix: string;
  /** Of a COMMIT of the file. */
  readonly isCommit?: boolean;
}

/**
 * Errors about the SQL are returned; errors about the server itself are thrown. `place` is null for a message of our own,
 * whose positions are of no use.
 */
export async function attempt<T>(
  place: MessagePlace | null,
  work: () => Promise<T>,
  mayEndSession = false,
): Promise<Attempted<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (thrown) {
    const said = serverErrorOf(thrown);
    if (said === null || (isPassingInFile(said) && !isOwnEnd(said, mayEndSession))) throw thrown;
    return place === null ? failedOutside(said) : failedAt(said, place);
  }
}

/** The place of a piece of a file in the message that sends it, after a `prefix` of our own. */
export function placeOf(piece: Piece, prefix: string): MessagePlace {
  return piece.kind === 'sql'
    ? { start: piece.range.start, starts: piece.starts, prefix }
    : { ...placeOfOne(piece.statement.start), isCommit: piece.kind === 'commit' };
}

/** The place of a statement that is a message of its own. */
export function placeOfOne(start: number): MessagePlace {
  return { start, starts: [start], prefix: '' };
}

/** A failure that has no place in the file. */
export function failed(error: ServerError): Failed {
  return { kind: 'failed', error, pieceStart: 0, statementStart: null };
}

/** Of our own messages only COMMIT can violate a constraint or fire a trigger: a deferred one. */
export function failedOutside(said: ServerError): Failed {
  const atCommit = said.sqlstate.startsWith('23') || said.where !== null;
  return failed({ ...said, position: null, atCommit });
}

/** If the text cannot be parsed, no statement of it was completed, not even our own. */
export function failedAt(
  said: ServerError,
  { start, starts, prefix, ...at }: MessagePlace,
): Failed {
  const position = Math.max(0, (said.position ?? 0) - prefix.length) || null;
  const error = { ...said, position, atCommit: at.isCommit === true };
  const done = starts.length === 1 ? 0 : said.statementsDone - (prefix === '' ? 0 : 1);
  return { kind: 'failed', error, pieceStart: start, statementStart: starts[done] ?? null };
}

/** One file to apply. */
export interface FileWork extends Work {
  /** Treat termination of its session (57P01) as the file's own fault. */
  readonly mayEndSession: boolean;
}

/** The messages for one file; `clean` is for the session after it. */
interface FileMessages extends Readonly<Record<'claim' | 'record' | 'clean', string>> {
  readonly pieces: readonly Piece[];
}

/** The answers to them, all received. */
export interface FileAnswers {
  readonly claimed: PromiseSettledResult<readonly Rows[]>;
  /** One for each piece. */
  readonly ran: readonly PromiseSettledResult<Attempted<void>>[];
  readonly recorded: PromiseSettledResult<readonly Rows[]>;
  readonly cleaned: PromiseSettledResult<unknown>;
}

/**
 * Writes all messages of a file without waiting for an answer, and returns the answers. Only a file with rows of COPY, which
 * the server has to request, or with a COMMIT goes message by message, and stops if the claim is refused or the server would
 * misread what follows. `onClaimed` is called when the server has reached the file.
 */
export async function writeTogether(
  client: Client,
  work: FileWork,
  { claim, pieces, record, clean }: FileMessages,
  onClaimed: (rows: readonly Rows[]) => void,
): Promise<FileAnswers> {
  const claiming = client.run(claim);
  const claimed = settled(claiming);
  claiming.then(onClaimed, () => undefined);
  const waits = pieces.some(({ kind }) => kind !== 'sql');
  if (waits) {
    const first = await claimed;
    if (first.status === 'rejected')
      return { claimed: first, ran: [], recorded: first, cleaned: first };
  }
  const ran: Promise<PromiseSettledResult<Attempted<void>>>[] = [];
  for (const [at, piece] of pieces.entries()) {
    const misread = waits ? misreading(client) : null;
    if (misread !== null) {
      const failure = failedAt(misread, placeOf(piece, ''));
      return stopped(await claimed, [...(await Promise.all(ran)), failure]);
    }
    const answer = settled(sendOne(client, work, piece, at === 0 ? afterClaim : ''));
    ran.push(answer);
    if (waits) await answer;
  }
  const recorded = settled(client.run(record, null));
  const cleaned = settled(client.run(clean, null));
  return {
    claimed: await claimed,
    ran: await Promise.all(ran),
    recorded: await recorded,
    cleaned: await inTime(client, cleaned),
  };
}

function sendOne(
  client: Client,
  { migration, mayEndSession }: FileWork,
  piece: Piece,
  prefix: string,
): Promise<Attempted<void>> {
  const place = placeOf(piece, prefix);
  return attempt(place, () => sendPiece(client, migration, piece, prefix), mayEndSession);
}

/** The answers for a file whose rest and record were not sent. */
function stopped(
  claimed: FileAnswers['claimed'],
  ran: readonly (PromiseSettledResult<Attempted<void>> | Failed)[],
): FileAnswers {
  const none = { status: 'rejected', reason: new Error('not sent') } as const;
  return {
    claimed,
    ran: ran.map((each) => ('status' in each ? each : { status: 'fulfilled', value: each })),
    recorded: none,
    cleaned: none,
  };
}

/** Sends one piece of a file; `prefix` is a statement of our own before a piece of SQL. */
export async function sendPiece(
  client: Client,
  { sql }: Pick<Migration, 'sql'>,
  piece: Piece,
  prefix: string,
): Promise<void> {
  if (piece.kind === 'commit') {
    await runDeferred(client);
    return;
  }
  if (piece.kind === 'sql') {
    await client.runDiscardingRows(prefix + textOfPiece(sql, piece));
    return;
  }
  const { statement, data } = piece;
  await client.copy(sql.slice(statement.start, statement.end), sql.slice(data.start, data.end));
}

/** For the answer to a message of our own, once all earlier ones are answered. */
async function inTime<T>(client: Client, answer: Promise<T>): Promise<T> {
  const late = client.expectWithin(client.patience.messageMs);
  try {
    return await answer;
  } finally {
    clearTimeout(late);
  }
}

function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  return work.then(
    (value) => ({ status: 'fulfilled', value }),
    (reason: unknown) => ({ status: 'rejected', reason }),
  );
}
