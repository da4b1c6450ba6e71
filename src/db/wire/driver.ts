import type { Socket } from 'node:net';
import postgres from 'postgres';
import { Answers } from './answers.js';
import { type BackendKey, CancelRequests } from './cancel-request.js';
import { copyIn, type CopyQuery } from './copy-in.js';

/** Rows of one statement in a message. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

export interface DriverOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly connectTimeoutSeconds: number;
  /** How we appear in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Opens a connection that is ready for the first message of the protocol. */
  readonly openSocket: () => Promise<Socket>;
  readonly onNotice: (notice: { readonly severity: string; readonly message: string }) => void;
  readonly onSetting: (name: string, value: string) => void;
  /** Called when the connection is closed, whoever closed it. */
  readonly onClose: () => void;
}

/** An error from the server itself, and how many statements of the message were completed before it. */
type DriverError = postgres.PostgresError & { readonly statementsDone?: number };

export function isServerError(error: unknown): error is DriverError {
  return error instanceof postgres.PostgresError;
}

/**
 * One connection of postgres.js 3.4.9: nothing else knows the driver. It uses three undocumented parts of it, and
 * `test/db/wire/client.pg.test.ts` fails when another version does not have them:
 *
 * - the option `socket`, a function that opens the connection. It returns one, once only: the driver would reconnect
 *   silently, and what it has left to send would run without the locks and the transaction it was meant for;
 * - `query.active`, true from the moment the server has no earlier query of ours left until it has answered;
 * - `query.resolve` and `query.reject`: the stream of a COPY may fail before its awaiter can listen, and the
 *   server's error after the last row reaches neither the query, which counts as settled, nor the stream.
 * Rejects with the error of the server, the system or the driver.
 */
export class Driver {
  readonly #sql: postgres.Sql;
  readonly #openSocket: () => Promise<Socket>;
  #cancelRequests: CancelRequests | null = null;
  #socket: Socket | null = null;
  #backend: BackendKey | null = null;
  #answers: Answers | null = null;
  #asked = 0;
  /** Those not answered yet, in the order sent, with what rejects them. */
  readonly #underWay = new Map<Query, (error: Error) => void>();

  constructor(options: DriverOptions) {
    this.#openSocket = options.openSocket;
    this.#sql = postgres({
      host: options.host,
      port: options.port,
      socket: () => this.#open(),
      database: options.database,
      user: options.user,
      password: options.password,
      // Whoever opens the socket handles TLS.
      ssl: false,
      // One backend per purpose: a pool would spread a session's locks and settings over several.
      max: 1,
      // The driver replaces idle and old connections on its own, and silently loses every session lock with them.
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: options.connectTimeoutSeconds,
      keep_alive: 10,
      // We do not need type names, and asking for them is one more query.
      fetch_types: false,
      prepare: false,
      // How many messages may be in flight; no file has as many.
      max_pipeline: 1_000,
      onnotice: (notice) => {
        options.onNotice({ severity: notice['severity'] ?? '', message: notice['message'] ?? '' });
      },
      onparameter: options.onSetting,
      onclose: () => {
        this.#passOnLastWords();
        options.onClose();
      },
      connection: { application_name: options.applicationName },
      // The driver's types omit `socket`.
    } as postgres.Options<Record<string, postgres.PostgresType>>);
  }

  /** Sends one message by the simple protocol; returns the rows of each of its statements that has columns. */
  async run(text: string): Promise<readonly Rows[]> {
    const lists = rowsOf(await this.#ask(text, (query) => query.simple()));
    this.#backend ??= lists[0]?.state ?? null;
    return lists;
  }

  /** The pid of the backend that accepted the connection, as it reported itself; null before it answered. */
  get backendPid(): number | null {
    return this.#backend?.pid ?? null;
  }

  /** The same, but the rows are not kept. */
  discard(text: string): Promise<unknown> {
    return this.#ask(text, (query) => query.simple().forEach(() => undefined));
  }

  /** Sends a COPY … FROM STDIN and its rows. Settles when the server has taken all of them. */
  copy(statement: string, rows: string): Promise<void> {
    return this.#ask(statement, (query) => copyIn(query, rows));
  }

  get isWorking(): boolean {
    return this.#underWay.size > 0;
  }

  /** True until the system has taken all that was written: the server cannot have started on the last message. */
  get isSending(): boolean {
    return (this.#socket?.writableLength ?? 0) > 0;
  }

  /** Asks the server to cancel what it is working on; settles when that is answered. Null when it is working on nothing. */
  cancel(): Promise<void> | null {
    for (const query of this.#underWay.keys()) {
      if (!query.active || this.#backend === null) continue;
      this.#cancelRequests ??= new CancelRequests(this.#openSocket);
      this.#cancelRequests.send(this.#backend);
      return query.then(ignore, ignore);
    }
    return null;
  }

  /** Rejects everything in flight, each with an error of its own. The driver may leave it unsettled forever. */
  rejectAll(reason: () => Error): void {
    for (const reject of this.#underWay.values()) reject(reason());
  }

  /** Closes the connection at once; never throws. */
  async close(): Promise<void> {
    // A Terminate in the middle of a message would become part of it, and would wait until the system has taken the rest.
    if (this.isSending) this.#socket?.destroy();
    await this.#sql.end({ timeout: 0 }).catch(ignore);
  }

  async #open(): Promise<Socket> {
    if (this.#socket !== null) {
      throw Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' });
    }
    const socket = (this.#socket = await this.#openSocket());
    this.#answers = new Answers(socket);
    return socket;
  }

  /** The driver keeps an error until the server is ready again; after one that ends the session it never is. */
  #passOnLastWords(): void {
    const [reject] = this.#underWay.values();
    const fields = this.#answers?.lastWords ?? null;
    if (reject === undefined || fields === null) return;
    const statementsDone = this.#answers?.completedOf(this.#asked - this.#underWay.size);
    reject(Object.assign(new postgres.PostgresError(''), fields, { statementsDone }));
  }

  /** Not a race against one long promise: each race would add a handler to it that stays as long as the connection lives. */
  #ask<T>(text: string, answerTo: (query: Query) => PromiseLike<T>): Promise<T> {
    const query = this.#sql.unsafe(text) as Query;
    const at = this.#asked;
    this.#asked += 1;
    return new Promise<T>((resolve, reject) => {
      this.#underWay.set(query, reject);
      answerTo(query).then(
        (value) => {
          this.#underWay.delete(query);
          this.#answers?.completedOf(at);
          resolve(value);
        },
        (error: unknown) => {
          this.#underWay.delete(query);
          if (isServerError(error)) {
            Object.assign(error, { statementsDone: this.#answers?.completedOf(at) });
          }
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}

type Query = postgres.PendingQuery<postgres.Row[]> & CopyQuery & { readonly active: boolean };

const ignore = (): void => undefined;

/** The driver returns one list for one statement, and a list of lists for several. */
function rowsOf(result: unknown): readonly Result[] {
  const rows = result as Result | readonly Result[];
  return rows.length > 0 && Array.isArray(rows[0]) ? (rows as readonly Result[]) : [rows as Result];
}

/** The rows of one statement, with the backend that accepted the connection. */
type Result = Rows & { readonly state: BackendKey };
