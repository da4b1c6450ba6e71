import {
  type ConnectionSettings,
  type HostPort,
  currentSettings,
  describeHost,
} from '../../core/connection/connection.js';
import {
  DatabaseMissing,
  Refused,
  Transient,
  brokenOff,
  isWrongPassword,
} from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import { Client, type ClientOptions, type Orphan } from './client.js';
import { Driver } from './driver.js';
import { translate } from './errors.js';
import { lacksPrimary, ofAllHosts, tellingOne } from './no-server.js';
import { Sockets, type Transport, transports, withoutVariables } from './open-socket.js';
import type { Patience } from './patience.js';

export interface DialOptions {
  readonly settings: ConnectionSettings;
  readonly database: string;
  /** How we appear in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly patience: Patience;
  readonly onOrphan: (orphan: Orphan) => void;
  /** Those of the same server; default: no others. */
  readonly sockets?: Sockets;
  /** See `Client.greet`; default null. */
  readonly ahead?: string | null | undefined;
  /** Aborts the attempt: it throws `Transient` at once. A client that was already returned is not affected. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens one backend: tries each host, and each transport that the TLS mode allows. Of several hosts it takes the first that
 * can be written to, and a standby only if no other answers and `needsPrimary` is not set; each call resolves the names and
 * reads the login again.
 */
export async function dial(asked: DialOptions): Promise<Client> {
  const options = { ...asked, settings: await currentSettings(asked.settings) };
  const { hosts, needsPrimary = false } = options.settings;
  const failures: unknown[] = [];
  let standby: Client | null = null;
  for (const host of hosts) {
    try {
      const client = await dialHost(options, host);
      if (!client.facts.inRecovery || (hosts.length === 1 && !needsPrimary)) {
        await standby?.close();
        return client;
      }
      if (standby === null) standby = client;
      else await client.close();
    } catch (error) {
      if (isFinal(error) || options.signal?.aborted === true) {
        await standby?.close();
        throw error;
      }
      failures.push(error);
    }
  }
  if (standby === null) throw ofAllHosts(failures);
  if (!needsPrimary) return standby;
  await standby.close();
  throw lacksPrimary(hosts, failures);
}

async function dialHost(options: DialOptions, host: HostPort): Promise<Client> {
  const failures: unknown[] = [];
  const started = performance.now();
  for (const transport of await transports(options.settings, host)) {
    const spoke = { tls: false };
    const onTls = (): void => {
      spoke.tls = true;
    };
    try {
      return await dialOnce(options, { host, transport, onTls });
    } catch (error) {
      const isOver = options.signal?.aborted === true;
      if (isOver || isFinal(error) || error instanceof DatabaseMissing) throw error;
      failures.push(error);
      // It was plain text already, or it failed before either; and silence is not about the transport.
      const isSilent =
        performance.now() - started >= options.settings.connectTimeoutSeconds * 1_000;
      if (isSilent || (transport.orPlain && !spoke.tls)) break;
    }
  }
  // The last one first: after TLS alone was refused, what happened without it.
  throw tellingOne(failures.reverse());
}

interface Way {
  readonly host: HostPort;
  readonly transport: Transport;
  /** Called when the server has agreed to TLS. */
  readonly onTls: () => void;
}

/**
 * SCRAM needs the password prepared; md5 and external checks of the server (LDAP, PAM) need it as given: which one is not
 * known before the server asks.
 */
async function dialOnce(options: DialOptions, way: Way): Promise<Client> {
  const given = (await options.settings.readPassword(way.host, options.database)) ?? '';
  const prepared = await preparedPassword(given);
  try {
    return await dialWith(prepared, options, way);
  } catch (error) {
    if (prepared === given || !isWrongPassword(error)) throw error;
    return dialWith(given, options, way);
  }
}

async function dialWith(
  password: string,
  options: DialOptions,
  { host, transport, onTls }: Way,
): Promise<Client> {
  const { settings, database, patience, onOrphan, sockets = new Sockets(), signal } = options;
  const target = describeHost(host);
  const attempt = new AbortController();
  const own = {
    ...host,
    database,
    user: settings.user,
    // Known before the server asks for it: if the connection closes while the driver waits for a password, the driver
    // still writes its answer, to nobody, and that error ends the process.
    password,
    connectTimeoutSeconds: settings.connectTimeoutSeconds,
    applicationName: options.applicationName,
    openSocket: () =>
      sockets.open({ host, transport, signal: attempt.signal, onTls }, () => client.lost),
  };
  const openDriver: ClientOptions['openDriver'] = ({ onNotice, onSetting, onClose }) =>
    withoutVariables(() => new Driver({ ...own, onNotice, onSetting, onClose }));
  const client = new Client({ openDriver, target, database, patience, onOrphan });
  const breakOff = (): void => {
    client.abandon('the attempt to connect was broken off');
  };
  signal?.addEventListener('abort', breakOff);
  if (signal?.aborted === true) breakOff();
  try {
    await client.greet(settings.connectTimeoutSeconds * 1_000, options.ahead ?? null);
    return client;
  } catch (error) {
    attempt.abort();
    await client.close();
    if (signal?.aborted !== true) throw translate(error, target, database, settings.origins);
    throw new Transient(`${target}: it did not answer`, brokenOff, { cause: error });
  } finally {
    signal?.removeEventListener('abort', breakOff);
  }
}

/**
 * Another host or transport would give the same answer; only a rule of pg_hba.conf (28000) may depend on the transport. A
 * missing database may exist on another host: a standby learns of a new one a moment later.
 */
function isFinal(error: unknown): boolean {
  return error instanceof Refused && error.code !== sqlstates.invalidAuthorizationSpecification;
}

/**
 * The password as libpq would send it: if it is not ASCII, prepared by SASLprep (RFC 4013), and unchanged if that forbids it.
 * The server did the same when the password was set.
 */
async function preparedPassword(password: string): Promise<string> {
  if (/^[\x20-\x7e]*$/.test(password)) return password;
  const { default: saslprep } = await import('@mongodb-js/saslprep');
  try {
    // Nothing is left of a password of soft hyphens alone; PostgreSQL uses that one unchanged, too.
    return saslprep(password) || password;
  } catch {
    return password;
  }
}
