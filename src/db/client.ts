import postgres from 'postgres';
import { Transient } from '../core/errors.js';
import type { ServerNotice } from '../core/ports.js';
import { copyIn } from './copy-in.js';
import { translate } from './errors.js';
import { dueWithinMs, type FirstQuestion } from './first-question.js';
import {
  type Greeted,
  greetedBy,
  greeting,
  type GreetingRows,
  notGreeted,
  withQuestion,
} from './greeting.js';
import {
  longLength,
  type LongMessage,
  type LongMessages,
  type MessageText,
} from './long-messages.js';
import type { Patience } from './patience.js';
import { type DriverQuery, UnderWay } from './under-way.js';

/** Rows of one statement of a message. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** What a client wants to hear of from the driver. */
export interface DriverHooks {
  readonly onNotice: (notice: postgres.Notice) => void;
  readonly onClose: () => void;
}

export interface ClientOptions {
  readonly openDriver: (hooks: DriverHooks) => postgres.Sql;
  /** The socket of that driver puts them in place of their stand-ins. */
  readonly longMessages: LongMessages;
  /** The socket of that driver sends it ahead, where it may. */
  readonly firstQuestion: FirstQuestion;
  /** `host:port`, for messages. */
  readonly target: string;
  readonly database: string;
  /** Where a history may be; the server is asked with its greeting. */
  readonly historySchema: string;
  readonly patience: Patience;
  /** Called when the backend was given up without its having said goodbye: it may live on, and hold what it held. */
  readonly onOrphan: (orphan: Orphan) => void;
}

/** A backend of ours that we cannot reach any more. */
export interface Orphan {
  readonly pid: number;
  /** When it was born, as the server writes it: a pid alone may be another's by now. */
  readonly backendStart: string;
}

/**
 * One backend, for one purpose, for as long as it lives. The driver would reconnect in silence, losing locks and
 * settings, and after a reset may leave a query unsettled for ever; so the first sign of trouble makes this client `lost`
 * for good, whatever is under way is rejected, and whoever used it opens another.
 */
export class Client {
  readonly target: string;
  readonly database: string;
  readonly patience: Patience;
  onNotice: (notice: ServerNotice) => void = () => undefined;
  readonly #sql: postgres.Sql;
  readonly #greeting: string;
  readonly #underWay = new UnderWay();
  readonly #longMessages: LongMessages;
  readonly #first: FirstQuestion;
  /** Of the queries that have one. */
  readonly #longOf = new WeakMap<DriverQuery, LongMessage>();
  #facts: Greeted = notGreeted;
  #aheadRows: Rows | null = null;
  #isLost = false;
  readonly #onOrphan: ClientOptions['onOrphan'];

  constructor(options: ClientOptions) {
    const { openDriver, target, database, historySchema, patience, onOrphan } = options;
    this.#longMessages = options.longMessages;
    this.#first = options.firstQuestion;
    this.#greeting = greeting(historySchema);
    this.#onOrphan = onOrphan;
    this.target = target;
    this.database = database;
    this.patience = patience;
    this.#sql = openDriver({
      onNotice: (notice) => {
        this.onNotice({ severity: notice['severity'] ?? '', message: notice['message'] ?? '' });
      },
      onClose: () => {
        this.#lose('the connection was closed');
      },
    });
  }

  /** What the server said of itself when it answered first. */
  get facts(): Greeted {
    return this.#facts;
  }

  /** What was asked ahead; null where nothing was, or the server refused it, and will say why when it is asked alone. */
  get aheadRows(): Rows | null {
    return this.#aheadRows;
  }

  /** True once the backend, or the way to it, is gone. */
  get lost(): boolean {
    return this.#isLost;
  }

  /** Grows while a long message is being sent. */
  get partsSent(): number {
    return this.#longMessages.partsTaken;
  }

  /** What the backend is, should it outlive us; null as long as nobody answered, and behind a pooler, whose it is. */
  get orphan(): Orphan | null {
    const { pid, backendStart, pooled } = this.#facts;
    return pooled || pid === 0 ? null : { pid, backendStart };
  }

  /**
   * The first question opens the connection; behind a pooler the backend that answers is not the one that greeted. `ahead`
   * is another that goes with it, so that its answer costs no round trip: see `aheadRows`.
   */
  async greet(withinMs: number, ahead: string | null = null): Promise<void> {
    try {
      await this.#greetWith(ahead, withinMs);
    } catch (error) {
      if (ahead === null || !isRefusal(error)) throw error;
      await this.#greetWith(null, withinMs);
    }
  }

  async #greetWith(ahead: string | null, withinMs: number): Promise<void> {
    const aheadMs = Math.min(withinMs, dueWithinMs);
    const message = ahead === null ? this.#greeting : withQuestion(this.#greeting, ahead, aheadMs);
    const results = await this.#askFirst(message, withinMs);
    this.#facts = greetedBy(results[0] as unknown as GreetingRows);
    this.#aheadRows = ahead === null ? null : (results.at(-1) ?? null);
  }

  async #askFirst(message: string, withinMs: number): Promise<readonly Rows[]> {
    let due: NodeJS.Timeout | undefined;
    this.#first.onDue = () => {
      due = this.expectWithin(Math.min(dueWithinMs, withinMs));
    };
    this.#first.ask(message);
    try {
      const results = await this.run(message, withinMs);
      this.#first.answered();
      return results;
    } catch (error) {
      if (error instanceof postgres.PostgresError && error.code !== notUnderstood) {
        this.#first.answered();
      }
      throw error;
    } finally {
      clearTimeout(due);
    }
  }

  /**
   * Sends one message by the simple protocol and gives the rows of each of its statements that has columns. Throws what
   * the server said as the driver's own error, for the caller to judge; anything else, and silence, as `Transient`.
   */
  async run(
    text: string,
    withinMs: number | null = this.patience.messageMs,
  ): Promise<readonly Rows[]> {
    return rowsOf(await this.#ask(text, withinMs, (query) => query.simple()));
  }

  /**
   * Sends one message that may take as long as it takes, behind those that are not answered yet. Its rows are not kept;
   * `onRow` gets each as it arrives, before anything that the server says behind it.
   */
  runDiscardingRows(
    text: MessageText,
    onRow: (row: Rows[number]) => void = ignore,
  ): Promise<unknown> {
    return this.#ask(text, null, (query) => query.simple().forEach(onRow));
  }

  /** Sends `statement`, a COPY … FROM STDIN, and then its rows. */
  async copy(statement: string, rows: string): Promise<void> {
    await this.#ask(statement, null, (query) => copyIn(query, rows));
  }

  /**
   * Asks the server, on a connection of its own, to cancel the statement under way. One that it has not been told all of
   * is broken off with the backend.
   */
  cancel(): void {
    const query = this.#underWay.active;
    if (query === null) return;
    // A server that is still being told what to do takes no notice of such a request, and would do it in the end.
    if (this.#longOf.get(query)?.isWritten === false) this.abandon('broken off in a message');
    else query.cancel();
  }

  /** Gives the backend up because of `reason`: whatever waits for it is rejected with `Transient`. */
  abandon(reason: string): void {
    const { orphan } = this;
    if (!this.#isLost && orphan !== null) this.#onOrphan(orphan);
    this.#lose(reason);
    void this.close();
  }

  /** Gives the backend up at once; never throws, never waits for an answer. */
  async close(): Promise<void> {
    this.#lose('the connection was closed');
    await this.#sql.end({ timeout: 0 }).catch(() => undefined);
  }

  #lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#underWay.giveUp(() => this.#gone(reason));
  }

  #gone(reason: string): Transient {
    return new Transient(`${this.target}: ${reason}`, null);
  }

  /** Gives the backend up unless the timer is cleared within `withinMs`. */
  expectWithin(withinMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.abandon(`no answer within ${withinMs / 1_000} s`);
    }, withinMs);
  }

  /**
   * Nothing is handed to the driver once the backend is gone: it would send it by a connection of its own making. No
   * async function, as ten thousand files ask twenty thousand times.
   */
  #ask<T>(
    text: MessageText,
    withinMs: number | null,
    answerTo: (query: DriverQuery) => PromiseLike<T>,
  ): Promise<T> {
    if (this.#isLost) return Promise.reject(this.#gone('the connection was closed'));
    const query = this.#queryOf(text);
    const answer = this.#underWay.answerTo(query, answerTo(query), this.#judge);
    return withinMs === null ? answer : this.#within(withinMs, answer);
  }

  #queryOf(text: MessageText): DriverQuery {
    if (typeof text === 'string' && text.length < longLength) return this.#sql.unsafe(text);
    const message = this.#longMessages.make(text);
    const query: DriverQuery = this.#sql.unsafe(message.standIn);
    this.#longOf.set(query, message);
    return query;
  }

  async #within<T>(withinMs: number, answer: Promise<T>): Promise<T> {
    const late = this.expectWithin(withinMs);
    try {
      return await answer;
    } finally {
      clearTimeout(late);
    }
  }

  /** What the server said is for the caller to judge; anything else is the end of this client. */
  readonly #judge = (error: unknown): Error => {
    if (error instanceof postgres.PostgresError) return error;
    this.#lose('the connection was closed');
    return translate(error, this.target, this.database);
  };
}

const ignore = (): void => undefined;

/** What somebody in between may say who expected nothing behind the password. */
const notUnderstood = '08P01';

/** Of one statement; after anything worse the server hangs up. */
function isRefusal(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR';
}

/** The driver gives one list for one statement, and a list of lists for several. */
function rowsOf(result: unknown): readonly Rows[] {
  const rows = result as Rows | readonly Rows[];
  return rows.length > 0 && Array.isArray(rows[0]) ? (rows as readonly Rows[]) : [rows as Rows];
}
