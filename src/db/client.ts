import postgres from 'postgres';
import { Transient } from '../core/errors.js';
import type { ServerNotice } from '../core/ports.js';
import type { ServerFacts } from '../core/report.js';
import { translate } from './errors.js';
import { refusalOf } from './refusal-of.js';

/** Rows of one statement of a message. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** What a client wants to hear of from the driver. */
export interface DriverHooks {
  readonly onNotice: (notice: postgres.Notice) => void;
  readonly onClose: () => void;
}

export interface ClientOptions {
  readonly openDriver: (hooks: DriverHooks) => postgres.Sql;
  /** `host:port`, for messages. */
  readonly target: string;
  readonly database: string;
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

/** How long silence is taken for work, in milliseconds. */
export interface Patience {
  /** For a message of our own bookkeeping. Files have no such bound: see `supervise`. */
  readonly messageMs: number;
  /** Between two looks at a file that runs. */
  readonly lookEveryMs: number;
  /** Between two tellings of what a file that runs is doing. */
  readonly tellEveryMs: number;
}

export const usualPatience: Patience = {
  messageMs: 30_000,
  lookEveryMs: 10_000,
  tellEveryMs: 30_000,
};

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
  #active: { cancel(): void } | null = null;
  #facts: Greeted = {
    version: '',
    inRecovery: false,
    pooled: false,
    pid: 0,
    backendStart: '',
    checksClients: false,
  };
  #isLost = false;
  /** Rejects what is under way when the client is given up. */
  readonly #waiting = new Set<(error: Error) => void>();

  readonly #onOrphan: ClientOptions['onOrphan'];

  constructor({ openDriver, target, database, patience, onOrphan }: ClientOptions) {
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

  /** True once the backend, or the way to it, is gone. */
  get lost(): boolean {
    return this.#isLost;
  }

  /** The first question opens the connection; behind a pooler the backend that answers is not the one that greeted. */
  async greet(withinMs: number): Promise<void> {
    const query = this.#sql.unsafe<GreetingRow[]>(greeting).simple();
    const rows = await this.#settle(query, withinMs);
    const [row] = rows as unknown as [GreetingRow];
    this.#facts = {
      version: row.version,
      inRecovery: row.in_recovery,
      pooled: rows.state.pid !== row.pid,
      pid: row.pid,
      backendStart: row.backend_start,
      checksClients: row.checks_clients,
    };
  }

  /**
   * Sends one message by the simple protocol and gives the rows of each of its statements that has columns. Throws what
   * the server said as the driver's own error, for the caller to judge; anything else, and silence, as `Transient`.
   */
  async run(
    text: string,
    withinMs: number | null = this.patience.messageMs,
  ): Promise<readonly Rows[]> {
    const query = this.#sql.unsafe(text).simple();
    this.#active = query;
    return rowsOf(await this.#settle(query, withinMs));
  }

  /** Sends one message that may take as long as it takes and whose rows nobody wants: they are dropped as they arrive. */
  async runDiscardingRows(text: string): Promise<void> {
    const query = this.#sql.unsafe(text).simple();
    this.#active = query;
    await this.#settle(
      query.forEach(() => undefined),
      null,
    );
  }

  /** Sends `statement`, a COPY … FROM STDIN, and then its data. */
  async copy(statement: string, data: string): Promise<void> {
    const query = this.#sql.unsafe(statement);
    this.#active = query;
    const refused = refusalOf(query);
    const stream = await this.#settle(query.writable(), null);
    this.#active = query;
    const sent = new Promise<void>((resolve, reject) => {
      refused.catch(reject);
      stream.once('error', reject);
      stream.once('finish', resolve);
      stream.end(data);
    });
    await this.#settle(sent, null);
  }

  /** Asks the server, on a connection of its own, to cancel the statement under way. */
  cancel(): void {
    this.#active?.cancel();
  }

  /** Gives the backend up because of `reason`: whatever waits for it is rejected with `Transient`. */
  abandon(reason: string): void {
    const { pid, backendStart, pooled } = this.#facts;
    if (!this.#isLost && !pooled && pid !== 0) this.#onOrphan({ pid, backendStart });
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
    for (const reject of this.#waiting) reject(this.#gone(reason));
  }

  #gone(reason: string): Transient {
    return new Transient(`${this.target}: ${reason}`, null);
  }

  async #settle<T>(work: PromiseLike<T>, withinMs: number | null): Promise<T> {
    const late = withinMs === null ? undefined : this.#deadline(withinMs);
    try {
      return await this.#unlessLost(work);
    } catch (error) {
      if (error instanceof postgres.PostgresError) throw error;
      this.#lose('the connection was closed');
      throw translate(error, this.target, this.database);
    } finally {
      clearTimeout(late);
      this.#active = null;
    }
  }

  #deadline(withinMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.abandon(`no answer within ${withinMs / 1_000} s`);
    }, withinMs);
  }

  /** Not a race against one long promise: each race would leave its mark on it, for as long as the client lives. */
  #unlessLost<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isLost) {
        // What the driver makes of the message is of no interest any more.
        work.then(undefined, () => undefined);
        reject(this.#gone('the connection was closed'));
        return;
      }
      this.#waiting.add(reject);
      const done = (): void => {
        this.#waiting.delete(reject);
      };
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}

/** What the server said of itself when it answered first, and what only this room needs of it. */
export interface Greeted extends ServerFacts {
  /** The backend's; behind a pooler, of the backend that happened to answer. */
  readonly pid: number;
  readonly backendStart: string;
  /** The server can look whether its client is still there while it works for it. */
  readonly checksClients: boolean;
}

interface GreetingRow {
  readonly version: string;
  readonly in_recovery: boolean;
  readonly pid: number;
  readonly backend_start: string;
  readonly checks_clients: boolean;
}

const greeting = `select pg_catalog.current_setting('server_version') as version,
  pg_catalog.pg_is_in_recovery() as in_recovery, pg_catalog.pg_backend_pid() as pid,
  (select backend_start::text from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()) as backend_start,
  pg_catalog.current_setting('client_connection_check_interval', true) is not null
    and pg_catalog.strpos(pg_catalog.version(), 'linux') > 0 as checks_clients`;

/** The driver gives one list for one statement, and a list of lists for several. */
function rowsOf(result: unknown): readonly Rows[] {
  const rows = result as Rows | readonly Rows[];
  return rows.length > 0 && Array.isArray(rows[0]) ? (rows as readonly Rows[]) : [rows as Rows];
}
