import type { Feed, Work } from '../core/ports.js';
import { isFoundIn } from '../core/sql-text.js';
import type { Failed } from './attempt.js';
import type { Client, Orphan } from './client.js';
import { FilesInFlight } from './files-in-flight.js';
import type { Origin } from './history-row.js';
import type { Gate } from './lock.js';

export interface ChainHooks {
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  /** Called when the answer to a COMMIT did not come. */
  readonly onUnknownCommit: (transactionId: string) => void;
  /** Called when the way to the backend was lost with files in flight: it may go on with them. */
  readonly onUnknownChain: (backend: Orphan) => void;
  /** Of the run lock; null when there is none. */
  readonly gate: () => Gate | null;
}

export type ChainEnd =
  /** All were applied. `next`: what the feed gave or is about to give, that has to begin anew. */
  | { readonly kind: 'over'; readonly next: Promise<Work | null> }
  | { readonly kind: 'failed'; readonly work: Work; readonly outcome: Failed }
  /** Something is wrong with the history or the claim; this file has to be applied by itself, which tells what. */
  | { readonly kind: 'unclear'; readonly work: Work };

/** Milliseconds for which a file in the server may wait for us to read the one behind it. */
const feedPatienceMs = 100;

/** True for a file that can be one of several in flight. */
export function fitsChain({ facts }: Client, { judgement }: Work): boolean {
  if (facts.pooled || !facts.countsWrites || judgement.kind !== 'transaction') return false;
  return judgement.pieces.every(({ kind }) => kind === 'sql');
}

/**
 * True for a file that might undo, for itself, that a session of ours can only read outside of a transaction. It is sent
 * only when the server is known to be in one.
 */
export function mustBeFirst({ migration }: Pick<Work, 'migration'>): boolean {
  return isFoundIn(migration.sql, readOnly, longestReadOnly);
}

/** A row of blanks that is longer than anybody's is taken for it too, as what is looked for has to have a longest form. */
const readOnly = /read(?:[_\s]{1,99}(?:only|write)|[_\s]{100})/i;
const longestReadOnly = 'read'.length + 99 + 'write'.length;

/**
 * Applies `first` and the files behind it, and sends each without waiting for the answers of those before: the file, and
 * then in one message its record, COMMIT AND CHAIN, and the claim of the next, so that the server is never outside of a
 * transaction. When anything of a file fails, all that was sent behind it fails too, as its transaction is aborted. Throws
 * `Transient` when the connection is lost.
 */
export async function applyChain(
  client: Client,
  first: Work,
  feed: Feed,
  origin: Origin,
  hooks: ChainHooks,
): Promise<ChainEnd> {
  const chain = new FilesInFlight(client, origin, hooks);
  if (!(await chain.open(first))) return { kind: 'unclear', work: first };
  const patience = new FeedPatience();
  for (;;) {
    await chain.room();
    const upcoming = feed();
    const next = chain.isBroken ? null : await patience.soon(upcoming);
    const follower = next !== null && fitsChain(client, next) && !mustBeFirst(next) ? next : null;
    chain.send(follower);
    if (follower !== null) continue;
    patience.end();
    const broken = await chain.end();
    if (broken === null) return { kind: 'over', next: upcoming };
    // Whoever feeds is not to be left in the middle of it.
    await upcoming;
    return broken;
  }
}

/**
 * Waits for the next file, but not for long: null also when that is over, or fails; the chain ends then, and nothing is kept
 * waiting in it. One timer for all files, as most are there at once.
 */
class FeedPatience {
  #giveUp: () => void = () => undefined;
  readonly #timer = setTimeout(() => {
    this.#giveUp();
  }, feedPatienceMs);

  soon(upcoming: Promise<Work | null>): Promise<Work | null> {
    this.#timer.refresh();
    return new Promise((resolve) => {
      this.#giveUp = () => {
        resolve(null);
      };
      upcoming.then(resolve, this.#giveUp);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
