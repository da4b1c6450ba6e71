import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import postgres from 'postgres';
import {
  type ConnectionSettings,
  describeHost,
  type HostPort,
  type TlsMaterial,
} from '../core/connection.js';
import { DatabaseMissing, Refused, Transient } from '../core/errors.js';
import type { ServerNotice } from '../core/ports.js';
import type { ServerFacts } from '../core/report.js';
import { tlsPolicy, type TlsPolicy } from '../core/ssl-mode.js';
import { translate } from './errors.js';

/** Rows of one statement of a message. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

export interface OpenOptions {
  readonly settings: ConnectionSettings;
  readonly database: string;
  /** How `pg_stat_activity` shows us. */
  readonly applicationName: string;
}

/**
 * One backend, for one purpose, for as long as it lives. The driver would reconnect in silence, losing locks and
 * settings; so the first sign of trouble makes this client `lost` for good, and whoever used it opens another.
 */
export class Client {
  #lost = false;
  #active: { cancel(): void } | null = null;
  #facts: ServerFacts = { version: '', inRecovery: false, pooled: false };
  onNotice: (notice: ServerNotice) => void = () => undefined;

  private constructor(
    readonly sql: postgres.Sql,
    readonly target: string,
    readonly database: string,
  ) {}

  /** Tries each host, and each kind of transport the TLS mode allows, until one answers. */
  static async open({ settings, database, applicationName }: OpenOptions): Promise<Client> {
    let failure: unknown = null;
    for (const host of settings.hosts) {
      for (const transport of await transports(settings, host)) {
        try {
          return await Client.#dial({ settings, database, applicationName }, host, transport);
        } catch (error) {
          if (isFinal(error)) throw error;
          failure ??= error;
        }
      }
    }
    throw failure as Error;
  }

  static async #dial(
    { settings, database, applicationName }: OpenOptions,
    host: HostPort,
    ssl: ConnectionOptions | false,
  ): Promise<Client> {
    const target = describeHost(host);
    let client: Client | null = null;
    const sql = postgres({
      ...place(host),
      database,
      user: settings.user,
      password: async () => (await settings.readPassword(host, database)) ?? '',
      ssl,
      // One backend a purpose: a pool would spread a session's locks and settings over several.
      max: 1,
      // The driver renews idle and old connections on its own, and with them loses every session lock, silently.
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: settings.connectTimeoutSeconds,
      keep_alive: 10,
      // Type names are of no interest here, and asking for them is a query more.
      fetch_types: false,
      prepare: false,
      onnotice: (notice) => {
        client?.onNotice({ severity: notice['severity'] ?? '', message: notice['message'] ?? '' });
      },
      onclose: () => {
        if (client !== null) client.#lost = true;
      },
      connection: { application_name: applicationName },
    } as postgres.Options<Record<string, postgres.PostgresType>>);
    client = new Client(sql, target, database);
    try {
      const greeting = client.#greet();
      client.#facts = await withDeadline(greeting, settings.connectTimeoutSeconds * 1_000, target);
      return client;
    } catch (error) {
      await client.close();
      throw translate(error, target, database);
    }
  }

  /** What the server said of itself when it answered first. */
  get facts(): ServerFacts {
    return this.#facts;
  }

  /** The first question opens the connection; behind a pooler the backend that answers is not the one that greeted. */
  async #greet(): Promise<ServerFacts> {
    const rows = await this.#guard(this.sql.unsafe<Greeting[]>(greeting).simple());
    const [{ version, in_recovery, pid }] = rows as unknown as [Greeting];
    return { version, inRecovery: in_recovery, pooled: rows.state.pid !== pid };
  }

  /** True once the backend, or the way to it, is gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /**
   * Sends one message by the simple protocol and gives the rows of each of its statements that has columns. Throws what
   * the server said as the driver's own error, for the caller to judge; anything else as `Transient`.
   */
  async run(text: string): Promise<readonly Rows[]> {
    return rowsOf(await this.#guard(this.sql.unsafe(text).simple()));
  }

  /** Sends one message whose rows nobody wants: they are dropped as they arrive. */
  async runDiscardingRows(text: string): Promise<void> {
    const query = this.sql.unsafe(text).simple();
    this.#active = query;
    await this.#guard(query.forEach(() => undefined)).finally(() => {
      this.#active = null;
    });
  }

  /** Sends `statement`, a COPY … FROM STDIN, and then its data. */
  async copy(statement: string, data: string): Promise<void> {
    const stream = await this.#guard(this.sql.unsafe(statement).writable());
    await this.#guard(
      new Promise<void>((resolve, reject) => {
        stream.once('error', reject);
        stream.once('finish', resolve);
        stream.end(data);
      }),
    );
  }

  /** Asks the server, on a connection of its own, to cancel the statement under way. */
  cancel(): void {
    this.#active?.cancel();
  }

  /** Gives the backend up at once; never throws, never waits for an answer. */
  async close(): Promise<void> {
    this.#lost = true;
    await this.sql.end({ timeout: 0 }).catch(() => undefined);
  }

  async #guard<T>(work: PromiseLike<T>): Promise<T> {
    if (this.#lost) throw new Transient(`${this.target}: the connection was closed`, null);
    try {
      return await work;
    } catch (error) {
      if (error instanceof postgres.PostgresError) throw error;
      this.#lost = true;
      throw translate(error, this.target, this.database);
    }
  }
}

/** The driver gives one list for one statement, and a list of lists for several. */
function rowsOf(result: unknown): readonly Rows[] {
  const rows = result as Rows | readonly Rows[];
  return rows.length > 0 && Array.isArray(rows[0]) ? (rows as readonly Rows[]) : [rows as Rows];
}

interface Greeting {
  readonly version: string;
  readonly in_recovery: boolean;
  readonly pid: number;
}

const greeting = `select pg_catalog.current_setting('server_version') as version,
  pg_catalog.pg_is_in_recovery() as in_recovery, pg_catalog.pg_backend_pid() as pid`;

/** Another host or transport would say the same; only a rule of pg_hba.conf (28000) may be about the transport. */
function isFinal(error: unknown): boolean {
  if (error instanceof Refused) return error.sqlstate !== '28000';
  return error instanceof DatabaseMissing;
}

/** Where the driver dials: a host, or the socket in a directory. */
function place({ host, port }: HostPort): object {
  return host.startsWith('/') ? { host, port, path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** TLS options, or false for plain, in the order in which they are tried. A Unix socket is never wrapped. */
async function transports(
  { tls }: ConnectionSettings,
  { host }: HostPort,
): Promise<readonly (ConnectionOptions | false)[]> {
  if (host.startsWith('/') || tls.mode === 'disable') return [false];
  const material = await tls.readMaterial();
  const policy = tlsPolicy(tls.mode, material);
  return policy.attempts.map((way) =>
    way === 'plain' ? false : tlsOptions(host, policy, material),
  );
}

/** The driver checks an address as if it were "localhost"; we compare the name that the person gave. */
function tlsOptions(host: string, policy: TlsPolicy, material: TlsMaterial): ConnectionOptions {
  const { ca, cert, key, keyPassphrase } = material;
  return {
    rejectUnauthorized: policy.verifyChain,
    checkServerIdentity: (_name, certificate) =>
      policy.verifyName ? checkServerIdentity(host, certificate) : undefined,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(keyPassphrase === null ? {} : { passphrase: keyPassphrase }),
  };
}

/** The driver redials for ever when a server closes during start-up without a word; this ends it. */
async function withDeadline<T>(work: Promise<T>, ms: number, target: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Transient(`${target}: no answer within ${ms / 1_000} s`, 'CONNECT_TIMEOUT'));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
