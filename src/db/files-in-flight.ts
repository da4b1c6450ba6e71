import { randomBytes } from 'node:crypto';
import { Interrupted, lockLost, Transient } from '../core/errors.js';
import type { Work } from '../core/ports.js';
import type { TextRange } from '../core/sql-reading.js';
import { attempt } from './attempt.js';
import type { ChainEnd, ChainHooks } from './chain.js';
import {
  chainedRecordMessage,
  type ChainOptions,
  flushMessage,
  gateClosedMark,
  lockLostMark,
  nextMessage,
  openMessage,
  prepareAssertion,
} from './chain-messages.js';
import { type HistoryMark, markOf, markQuestion } from './chain-witness.js';
import type { Client, Rows } from './client.js';
import { isPassing, serverErrorOf } from './errors.js';
import { type MessageText, messageOf } from './long-messages.js';
import { tellsOfTouch } from './history-witness.js';
import type { Origin } from './history-row.js';
import { settingsOf } from './session-settings.js';
import { supervise, type Supervision, withBlockers } from './supervise.js';

/** Files in flight, and the characters of them. */
const mostInFlight = 64;
const mostCharacters = 1 << 20;

/** One file in flight. */
interface Link {
  readonly work: Work;
  readonly nth: number;
  /** Null for the first, which is answered before anything else is sent. */
  claim: Promise<void> | null;
  readonly pieces: { readonly range: TextRange; readonly answer: Promise<void> }[];
  record: Promise<void> | null;
  /** Known when the claim is answered. */
  transactionId: string | null;
  /** The file is done, and its record under way. */
  hasRun: boolean;
  supervision: Supervision | null;
  durationMs: number;
}

/** Files that were sent and are not answered yet, on one connection, and what became of them. */
export class FilesInFlight {
  #links: Link[] = [];
  #count = 0;
  #mark: HistoryMark | null = null;
  #broken: (() => ChainEnd) | null = null;
  #committed = 0;
  #tail: Promise<void> = Promise.resolve();
  #onAnswer: () => void = () => undefined;
  readonly #options: ChainOptions;

  constructor(
    readonly client: Client,
    readonly origin: Origin,
    readonly hooks: ChainHooks,
  ) {
    this.#options = {
      settings: settingsOf(client),
      waitMs: Math.round(client.patience.messageMs / 2),
      lockHolder: hooks.lockHolder(),
      tag: randomBytes(4).toString('hex'),
    };
  }

  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** False when the server refused, and nothing is under way. */
  async open(work: Work): Promise<boolean> {
    const { client, origin } = this;
    work.onStarted();
    try {
      const message = openMessage(work.migration, work.lockTimeoutMs, origin, this.#options);
      const results = await client.run(`${message};\n${markQuestion(origin.historySchema)}`);
      const row = Object.assign({}, ...results.flat()) as Record<string, unknown>;
      this.#mark = markOf(row);
      this.#begin(this.#add(work), row);
      return true;
    } catch (error) {
      if (serverErrorOf(error) === null) throw error;
      await this.#clear();
      return false;
    }
  }

  claim(work: Work): void {
    const link = this.#add(work);
    const message = nextMessage(work.migration, work.lockTimeoutMs, this.#options);
    link.claim = this.#post(message, (row) => {
      if (row['transaction_id'] === undefined) return;
      // It says so in the transaction behind the COMMIT of the file before.
      for (const before of this.#links.slice(0, this.#links.indexOf(link))) this.#applied(before);
      work.onStarted();
      this.#begin(link, row);
    });
  }

  /** Sends the file that was claimed last, and its record. */
  send({ migration, judgement }: Work, last: boolean): void {
    const link = this.#links.at(-1);
    if (link === undefined || this.#mark === null) return;
    if (judgement.kind !== 'transaction') return;
    if (link.nth === 0) void this.#post(prepareAssertion(this.#mark, this.origin, this.#options));
    for (const piece of judgement.pieces) {
      if (piece.kind !== 'sql') continue;
      const { range } = piece;
      const answer = this.#post(messageOf(migration, range));
      link.pieces.push({ range, answer });
    }
    const options = { nth: link.nth, last, tag: this.#options.tag };
    const message = chainedRecordMessage(migration, this.#mark, options);
    link.record = this.#post(message, (row) => {
      if (typeof row['duration_ms'] === 'number') link.durationMs = row['duration_ms'];
    });
    this.#tail = this.#tail.then(() => this.#answered(link));
  }

  /** Settles when another file may be sent. */
  async room(): Promise<void> {
    while (this.#broken === null && this.#isFull()) {
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
      this.#broken ??= () => {
        throw error;
      };
    });
    this.client.onNotice = () => undefined;
    if (this.#broken === null) return null;
    const end = this.#broken();
    await this.#clear();
    if (this.#committed > 0) await this.client.run(flushMessage(this.origin));
    return end;
  }

  #add(work: Work): Link {
    const link: Link = {
      ...{ work, nth: this.#count, claim: null, pieces: [], record: null },
      ...{ transactionId: null, hasRun: false, supervision: null, durationMs: 0 },
    };
    this.#count += 1;
    this.#links.push(link);
    return link;
  }

  #post(text: MessageText, onRow?: (row: Rows[number]) => void): Promise<void> {
    const answer = this.client.runDiscardingRows(text, onRow);
    // Behind one that failed nobody asks for it.
    answer.catch(() => undefined);
    return answer;
  }

  /** The last one is claimed and not sent; where it is the only one, there is no answer to wait for. */
  #isFull(): boolean {
    if (this.#links.length <= 1) return false;
    const characters = this.#links.reduce((sum, { work }) => sum + work.migration.sql.length, 0);
    return this.#links.length >= mostInFlight || characters > mostCharacters;
  }

  /** The server has come to this file: notices, and how it gets on, are its own from here. */
  #begin(link: Link, row: Rows[number]): void {
    link.transactionId = String(row['transaction_id']);
    const { client, hooks } = this;
    const { onNotice, onProgress, lockTimeoutMs } = link.work;
    client.onNotice = onNotice;
    const { pid } = client.facts;
    link.supervision = supervise({
      ...{ worker: client, pid, lockTimeoutMs, open: hooks.open, onProgress },
    });
  }

  async #answered(link: Link): Promise<void> {
    if (this.#broken !== null) return;
    try {
      const failed = await this.#outcome(link);
      if (failed === null) this.#applied(link);
      else this.#broken = () => failed;
    } catch (error) {
      this.#lost();
      this.#broken = () => {
        throw error;
      };
    } finally {
      link.supervision?.end();
      this.#onAnswer();
    }
  }

  /** Called as soon as it is known, which may be before the driver has said so. */
  #applied(link: Link): void {
    if (this.#links[0] !== link) return;
    this.#links.shift();
    link.supervision?.end();
    this.#committed += 1;
    link.work.onApplied(link.durationMs);
  }

  /** Null when it was applied. Throws what is not the file's. */
  async #outcome(link: Link): Promise<ChainEnd | null> {
    const { work, claim, pieces, record } = link;
    if (claim !== null && !(await this.#isClaimed(claim))) return { kind: 'unclear', work };
    for (const { range, answer } of pieces) {
      const sent = await attempt({ start: range.start, single: false }, () => answer);
      if (sent.kind === 'failed')
        return { kind: 'failed', work, outcome: withBlockers(sent, link.supervision) };
    }
    link.hasRun = true;
    const recorded = await attempt(null, () => record ?? Promise.resolve());
    if (recorded.kind === 'done') return null;
    const { error } = recorded;
    if (tellsOfTouch(error) || error.sqlstate === notPrepared) return { kind: 'unclear', work };
    return { kind: 'failed', work, outcome: recorded };
  }

  async #isClaimed(claim: Promise<void>): Promise<boolean> {
    try {
      await this.#inTime(claim);
      return true;
    } catch (error) {
      const said = serverErrorOf(error);
      if (said === null || isPassing(said) || said.sqlstate === cancelled) throw error;
      if (said.message.includes(gateClosedMark)) throw new Interrupted();
      if (said.message.includes(lockLostMark)) throw new Transient(lockLost, null);
      return false;
    }
  }

  /** For the answer to a message of ours, once all before it are answered. */
  async #inTime(answer: Promise<void>): Promise<void> {
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

const cancelled = '57014';
/** The file has done away with what the chain had prepared. */
const notPrepared = '26000';
