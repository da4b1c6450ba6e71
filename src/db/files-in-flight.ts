import { randomBytes } from 'node:crypto';
import type { Work } from '../core/ports.js';
import type { ChainEnd, ChainHooks } from './chain.js';
import { type Broken, type FailedTurn, reasonOf, settleTurn } from './chain-failure.js';
import {
  beginMessage,
  type ChainedFile,
  type ChainOptions,
  claimMessage,
  flushMessage,
  prepareClaim,
  prepareRecords,
  turnMessage,
} from './chain-messages.js';
import { type HistoryMark, markOf, markQuestion } from './chain-witness.js';
import type { Client, Rows } from './client.js';
import { serverErrorOf } from './errors.js';
import { type MessageText, messageOf } from './long-messages.js';
import type { Origin } from './history-row.js';
import { type Link, linkOf } from './link.js';
import { settingsOf } from './session-settings.js';
import { supervise } from './supervise.js';

/** Files in flight, and the characters of them. */
const mostInFlight = 64;
const mostCharacters = 1 << 20;

/** Files that were sent and are not answered yet, on one connection, and what became of them. */
export class FilesInFlight {
  #links: Link[] = [];
  /** Of all of them. */
  #characters = 0;
  #count = 0;
  #mark: HistoryMark | null = null;
  /** Settles when it is known what `#broken` is. */
  #failure: Promise<void> | null = null;
  #broken: Broken | null = null;
  #committed = 0;
  #tail: Promise<void> = Promise.resolve();
  #onAnswer: () => void = () => undefined;
  readonly #options: ChainOptions;

  constructor(
    readonly client: Client,
    origin: Origin,
    readonly hooks: ChainHooks,
  ) {
    this.#options = {
      settings: settingsOf(client),
      waitMs: Math.round(client.patience.messageMs / 2),
      gate: hooks.gate(),
      tag: randomBytes(4).toString('hex'),
      origin,
    };
  }

  get isBroken(): boolean {
    return this.#failure !== null;
  }

  /** False when the server refused, and nothing is under way. */
  async open(work: Work): Promise<boolean> {
    work.onStarted();
    try {
      const [mark, claimed] = await this.#begin({ ...work, nth: 0 });
      this.#mark = mark;
      for (const message of prepareRecords(mark, this.#options)) void this.#post(message);
      this.#enter(this.#add(work), claimed);
      return true;
    } catch (error) {
      if (serverErrorOf(error) === null) throw error;
      await this.#clear();
      return false;
    }
  }

  /** In a clean session, whatever ran before. One round trip: each message is sent before the one in front of it is answered. */
  async #begin(first: ChainedFile): Promise<readonly [HistoryMark, Rows[number]]> {
    const { client } = this;
    const options = this.#options;
    void this.#post('discard all');
    const began = client.run(
      `${beginMessage(options)};\n${markQuestion(options.origin.historySchema)}`,
    );
    void this.#post(prepareClaim(options));
    const claimed = client.run(claimMessage(first, options));
    // Where both fail, the first says why.
    claimed.catch(() => undefined);
    const mark = markOf((await began).flat()[0] ?? {});
    return [mark, (await claimed).flat()[0] ?? {}];
  }

  /** Sends the file that was claimed last, its record, and the claim of `next`; without one the chain ends. */
  send(next: Work | null): void {
    const link = this.#links.at(-1);
    const mark = this.#mark;
    if (link?.work.judgement.kind !== 'transaction' || mark === null) return;
    const { migration, judgement } = link.work;
    for (const piece of judgement.pieces) {
      if (piece.kind !== 'sql') continue;
      const { range } = piece;
      const answer = this.#post(messageOf(migration, range));
      link.pieces.push({ range, answer });
    }
    const follower = next === null ? null : this.#add(next);
    const message = turnMessage(fileOf(link), follower && fileOf(follower), mark, this.#options);
    const onCommitted = (): void => {
      this.#applied(link);
    };
    const turn = this.#post(message, (row) => {
      this.#hear(row, link, follower);
    });
    this.#tail = turn.then(
      () => {
        this.#applied(link);
        this.#onAnswer();
      },
      // Nothing is asked of those behind one that failed.
      (error: unknown) =>
        (this.#failure ??= this.#failed({ link, next: follower, error, onCommitted })),
    );
  }

  /** Settles when another file may be sent. */
  async room(): Promise<void> {
    while (!this.isBroken && this.#isFull()) {
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
      });
    }
  }

  /** Waits for all answers and leaves the session clean; null when all were applied. */
  async end(): Promise<ChainEnd | null> {
    const discarded = this.#post('discard all');
    await this.#tail;
    await this.#inTime(discarded).catch((error: unknown) => {
      this.#broken ??= { kind: 'thrown', error };
    });
    this.client.onNotice = () => undefined;
    const broken = this.#broken;
    if (broken === null) return null;
    if (broken.kind === 'thrown') throw broken.error;
    await this.#clear();
    const end = broken.kind === 'ended' ? broken.end : await settleTurn(this.client, broken.turn);
    if (this.#committed > 0) await this.client.run(flushMessage(this.#options));
    return end;
  }

  #add(work: Work): Link {
    const link = linkOf(work, this.#count);
    this.#count += 1;
    this.#links.push(link);
    this.#characters += work.migration.sql.length;
    return link;
  }

  #post(text: MessageText, onRow?: (row: Rows[number]) => void): Promise<unknown> {
    const answer = this.client.runDiscardingRows(text, onRow);
    // Behind one that failed nobody asks for it.
    answer.catch(() => undefined);
    return answer;
  }

  /** The last one is claimed and not sent; where it is the only one, there is no answer to wait for. */
  #isFull(): boolean {
    if (this.#links.length <= 1) return false;
    return this.#links.length >= mostInFlight || this.#characters > mostCharacters;
  }

  #hear(row: Rows[number], link: Link, follower: Link | null): void {
    if (follower === null) {
      link.durationMs = Number(row['duration_ms']);
      return;
    }
    // It says so in the transaction behind the COMMIT of the file before.
    link.durationMs = Number(wordOf(row, 1));
    this.#applied(link);
    follower.work.onStarted();
    this.#enter(follower, row);
  }

  /** The server has come to this file: notices, and how it gets on, are its own from here. */
  #enter(link: Link, row: Rows[number]): void {
    link.transactionId = wordOf(row, 0);
    const { client, hooks } = this;
    const { onNotice, onProgress, lockTimeoutMs } = link.work;
    client.onNotice = onNotice;
    const { pid } = client.facts;
    link.supervision = supervise({
      ...{ worker: client, pid, lockTimeoutMs, open: hooks.open, onProgress },
    });
  }

  async #failed(turn: FailedTurn): Promise<void> {
    try {
      this.#broken = await reasonOf(turn, this.#options.gate);
    } catch (error) {
      this.#lost();
      this.#broken = { kind: 'thrown', error };
    } finally {
      turn.link.supervision?.end();
      this.#onAnswer();
    }
  }

  /** Called as soon as it is known, which may be before the driver has said so. */
  #applied(link: Link): void {
    if (this.#links[0] !== link) return;
    this.#links.shift();
    this.#characters -= link.work.migration.sql.length;
    link.supervision?.end();
    this.#committed += 1;
    link.work.onApplied(link.durationMs);
  }

  /** For the answer to a message of ours, once all before it are answered. */
  async #inTime(answer: Promise<unknown>): Promise<void> {
    const late = this.client.expectWithin(this.client.patience.messageMs);
    try {
      await answer;
    } finally {
      clearTimeout(late);
    }
  }

  /**
   * What became of the files in flight is for the history to tell, once the server is done with them. A file whose answer
   * did not reach us may be in its COMMIT all the same: that was sent with it.
   */
  #lost(): void {
    for (const { transactionId } of this.#links) {
      if (transactionId !== null) this.hooks.onUnknownCommit(transactionId);
    }
    if (this.client.orphan !== null) this.hooks.onUnknownChain(this.client.orphan);
  }

  async #clear(): Promise<void> {
    await this.client.run('rollback');
    await this.client.run('discard all');
  }
}

/** Of what a claim gave. */
function wordOf(row: Rows[number], at: 0 | 1): string {
  return String(row['claim']).split(' ', 2)[at] ?? '';
}

function fileOf({ work: { migration, lockTimeoutMs }, nth }: Link): ChainedFile {
  return { migration, lockTimeoutMs, nth };
}
