import { Interrupted, lockLost, Transient } from '../core/errors.js';
import { attempt } from './attempt.js';
import type { ChainEnd } from './chain.js';
import { gateMark } from './chain-messages.js';
import type { Client } from './client.js';
import { isPassing, serverErrorOf } from './errors.js';
import { tellsOfTouch } from './history-witness.js';
import type { Link } from './link.js';
import type { Gate } from './lock.js';
import { isCommitted } from './settle-commit.js';
import { withBlockers } from './supervise.js';

/** A turn that failed: the message that records `link` and claims `next`, if there is one. */
export interface FailedTurn {
  readonly link: Link;
  readonly next: Link | null;
  readonly error: unknown;
  /** Called when it turns out that the file was committed. */
  readonly onCommitted: () => void;
}

/** Why nothing more is sent. */
export type Broken =
  | { readonly kind: 'ended'; readonly end: ChainEnd }
  /** When the file was recorded and committed, or when the next one was claimed: the server has to be asked. */
  | { readonly kind: 'in-turn'; readonly turn: FailedTurn }
  | { readonly kind: 'thrown'; readonly error: unknown };

const cancelled = '57014';
/** What the file prepares is there, perhaps from another file. */
const leftPrepared = '42P05';
/** The file has done away with what the chain had prepared; or that could not be prepared. */
const undoing = ['26000', '25P02'];

/** Why a turn failed: mostly because its file did. Throws what is not the file's. */
export async function reasonOf(turn: FailedTurn, gate: Gate | null): Promise<Broken> {
  const { link, error, onCommitted } = turn;
  const { work, pieces, supervision } = link;
  for (const { range, answer } of pieces) {
    const sent = await attempt({ start: range.start, single: false }, () => answer);
    if (sent.kind !== 'failed') continue;
    return sent.error.sqlstate === leftPrepared
      ? ended({ kind: 'unclear', work })
      : ended({ kind: 'failed', work, outcome: withBlockers(sent, supervision) });
  }
  const said = serverErrorOf(error);
  if (said === null) throw error;
  if (tellsOfTouch(said) || undoing.includes(said.sqlstate))
    return ended({ kind: 'unclear', work });
  if (!said.message.includes(gateMark)) return { kind: 'in-turn', turn };
  // The claim of the next file said so, which is behind the COMMIT of this one.
  onCommitted();
  throw gate?.isClosed() === true ? new Interrupted() : new Transient(lockLost, null);
}

/** To be asked in a clean session. Throws what is not a file's. */
export async function settleTurn(
  client: Client,
  { link, next, error, onCommitted }: FailedTurn,
): Promise<ChainEnd> {
  const { transactionId, work } = link;
  if (transactionId === null || !(await isCommitted(client, transactionId))) {
    const outcome = await attempt(null, () => Promise.reject(error as Error));
    return outcome.kind === 'failed'
      ? { kind: 'failed', work, outcome }
      : { kind: 'unclear', work };
  }
  onCommitted();
  const said = serverErrorOf(error);
  if (next === null || said === null || isPassing(said) || said.sqlstate === cancelled) throw error;
  return { kind: 'unclear', work: next.work };
}

function ended(end: ChainEnd): Broken {
  return { kind: 'ended', end };
}
