import type { ServerError } from '../core/explain-failure.js';
import type { Migration } from '../core/migration.js';
import type { ApplyOutcome } from '../core/ports.js';
import type { Piece } from '../core/sql-reading.js';
import type { Client } from './client.js';
import { isPassing, serverErrorOf } from './errors.js';
import { messageOf } from './long-messages.js';

export type Failed = Extract<ApplyOutcome, { kind: 'failed' }>;
export type Attempted<T> = { readonly kind: 'done'; readonly value: T } | Failed;

/** Where in the file a message begins, and whether it is one statement. */
export interface MessagePlace {
  readonly start: number;
  readonly single: boolean;
}

/**
 * What the server says of the SQL is an answer; what it says of itself is thrown. `place` is null for a message of ours,
 * whose positions mean nothing to anybody.
 */
export async function attempt<T>(
  place: MessagePlace | null,
  work: () => Promise<T>,
): Promise<Attempted<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (thrown) {
    const said = serverErrorOf(thrown);
    if (said === null || isPassing(said)) throw thrown;
    if (place !== null) return failed(said, place);
    // Of our own messages only COMMIT can break a constraint or run a trigger: one that was deferred.
    const atCommit = said.sqlstate.startsWith('23') || said.where !== null;
    return failed({ ...said, position: null, atCommit });
  }
}

export function failed(error: ServerError, { start, single }: MessagePlace = nowhere): Failed {
  return { kind: 'failed', error, pieceStart: start, singleStatement: single };
}

const nowhere: MessagePlace = { start: 0, single: false };

/** Sends one piece of a file. */
export async function send(client: Client, migration: Migration, piece: Piece): Promise<void> {
  if (piece.kind === 'sql') {
    await client.runDiscardingRows(messageOf(migration, piece.range));
    return;
  }
  const { sql } = migration;
  const { statement, data } = piece;
  await client.copy(sql.slice(statement.start, statement.end), sql.slice(data.start, data.end));
}
