import { Transient } from '../../core/errors.js';
import type { ServerNotice } from '../../core/ports.js';
import { type Driver, type DriverOptions, isServerError, type Rows } from './driver.js';
import { translate } from './errors.js';
import type { Patience } from './patience.js';
import {
  type Greeted,
  ReportedSettings,
  greetedBy,
  greeting,
  notGreeted,
  withQuestion,
} from './greeting.js';

export interface ClientOptions {
  readonly openDriver: (hooks: Pick<DriverOptions, 'onNotice' | 'onSetting' | 'onClose'>) => Driver;
  /** `host:port`, for messages. */
  readonly target: string;
  readonly database: string;
  readonly patience: Patience;
  /** Called when the backend was lost while working, or given up, without a Terminate: it may go on and keep its locks. */
  readonly onOrphan: (orphan: Orphan) => void;
}

/** A backend of ours that we can no longer reach: by now its pid alone may belong to another one. */
export type Orphan = Pick<Greeted, 'pid' | 'backendStart'>;

/**
 * One backend, for one purpose, for its whole life. The driver would reconnect silently, losing locks and settings, and
 * after a reset may leave a query unsettled forever; so the first sign of trouble makes this client `lost` for good,
 * pending work is rejected, and the caller opens another.
 */
export class Client {
  readonly target: string;
  readonly database: string;
  readonly patience: Patience;
  readonly settings = new ReportedSettings();
  onNotice: (notice: ServerNotice) => void = () => undefined;
  readonly #driver: Driver;
  readonly #onOrphan: ClientOptions['onOrphan'];
  #facts: Greeted = notGreeted;
  #aheadRows: readonly Rows[] = [];
  #isLost = false;

  constructor({ openDriver, target, database, patience, onOrphan }: ClientOptions) {
    this.#onOrphan = onOrphan;
    this.target = target;
    this.database = database;
    this.patience = patience;
    this.#driver = openDriver({
      onNotice: (notice) => {
        this.onNotice(notice);
      },
      onSetting: this.settings.note,
      onClose: () => {
        if (this.#driver.isWorking) this.#leaveBehind();
        this.#lose(closed);
      },
    });
  }

  /** What the server said about itself in its first answer. */
  get facts(): Greeted {
    return this.#facts;
  }

  /** The answers to the question sent with the greeting; none if nothing was asked, or the server refused it. */
  get aheadRows(): readonly Rows[] {
    return this.#aheadRows;
  }

  /** True once the backend, or the connection to it, is gone. */
  get lost(): boolean {
    return this.#isLost;
  }

  /** True while we are still sending the server its work. */
  get isSending(): boolean {
    return this.#driver.isSending;
  }

  /** Identifies the backend, should it outlive us; null until it answers, and behind a pooler, which owns it. */
  get orphan(): Orphan | null {
    const { pid, backendStart, pooled } = this.#facts;
    return pooled || pid === 0 ? null : { pid, backendStart };
  }

  /**
   * The first query opens the connection; behind a pooler the backend that answers is not the one that greeted. `ahead` is a
   * question sent with it, so that its answer costs no round trip. If the server refuses that, the error is dropped: asking
   * it again on its own gives the reason.
   */
  async greet(withinMs: number, ahead: string | null): Promise<void> {
    try {
      const message = ahead === null ? greeting : withQuestion(ahead, withinMs);
      const [first = [], ...others] = await this.run(message, withinMs);
      this.#facts = greetedBy(first, this.#driver.backendPid);
      this.#aheadRows = others;
    } catch (error) {
      if (ahead === null || !isServerError(error) || error.severity !== 'ERROR') throw error;
      await this.greet(withinMs, null);
    }
  }

  /**
   * Sends one message by the simple protocol and returns the rows of each of its statements that has columns. Throws the
   * server's error as the driver's own, for the caller to judge; anything else, and a timeout, as `Transient`.
   */
  run(text: string, withinMs: number | null = this.patience.messageMs): Promise<readonly Rows[]> {
    return this.#within(withinMs, () => this.#driver.run(text));
  }

  /** Sends one message with no time limit. Its rows are not kept. */
  runDiscardingRows(text: string): Promise<unknown> {
    return this.#within(null, () => this.#driver.discard(text));
  }

  /** Sends `statement`, a COPY … FROM STDIN, and then its rows. */
  copy(statement: string, rows: string): Promise<void> {
    return this.#within(null, () => this.#driver.copy(statement, rows));
  }

  /**
   * Asks the server to cancel the running statement. A server that is still reading a message ignores such a request and
   * would run the message in the end: in that case the backend is given up.
   */
  cancel(): void {
    if (this.#driver.isWorking && this.isSending) {
      this.abandon('cancelled while a message was being sent');
      return;
    }
    const answered = this.#driver.cancel();
    if (answered === null) return;
    const late = this.expectWithin(cancelMs);
    void answered.then(() => {
      clearTimeout(late);
    });
  }

  /** Gives the backend up because of `reason`: everything waiting for it is rejected with `Transient`. */
  abandon(reason: string): void {
    this.#leaveBehind();
    this.#lose(reason);
    void this.close();
  }

  /** Gives the backend up at once; never throws, never waits for an answer. */
  async close(): Promise<void> {
    this.#lose(closed);
    await this.#driver.close();
  }

  /** Gives the backend up unless the timer is cleared within `withinMs`. */
  expectWithin(withinMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.abandon(`no answer within ${withinMs / 1_000} s`);
    }, withinMs);
  }

  /** For all we know, its work continues on the server. */
  #leaveBehind(): void {
    const { orphan } = this;
    if (!this.#isLost && orphan !== null) this.#onOrphan(orphan);
  }

  #lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#driver.rejectAll(() => this.#gone(reason));
  }

  #gone(reason: string): Transient {
    return new Transient(`${this.target}: ${reason}`, null);
  }

  /** Nothing is passed to the driver once the backend is gone. */
  async #within<T>(withinMs: number | null, ask: () => Promise<T>): Promise<T> {
    if (this.#isLost) throw this.#gone(closed);
    const late = withinMs === null ? undefined : this.expectWithin(withinMs);
    try {
      return await ask();
    } catch (error) {
      throw this.#judge(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** The server's errors are for the caller to judge; anything else is the end of this client. */
  #judge(error: unknown): Error {
    if (isServerError(error) || error instanceof Transient) return error;
    this.#leaveBehind();
    this.#lose(closed);
    return translate(error, this.target, this.database);
  }
}

const closed = 'the connection was closed';

const cancelMs = 5_000;
