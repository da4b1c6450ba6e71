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
import { tlsPolicy, type TlsPolicy } from '../core/ssl-mode.js';
import { Client, type DriverHooks, type Orphan } from './client.js';
import { translate } from './errors.js';
import { FirstQuestion, type FirstQuestions } from './first-question.js';
import { LongMessages } from './long-messages.js';
import { openSocket, soleSocket, type Transport } from './open-socket.js';
import { carry } from './outlet.js';
import type { Patience } from './patience.js';

export interface DialOptions {
  readonly settings: ConnectionSettings;
  readonly database: string;
  /** See `ClientOptions`. */
  readonly historySchema: string;
  /** How `pg_stat_activity` shows us. */
  readonly applicationName: string;
  readonly patience: Patience;
  readonly firstQuestions: FirstQuestions;
  readonly onOrphan: (orphan: Orphan) => void;
  /** See `Client.greet`; null for nothing. */
  readonly ahead?: string | null;
}

/**
 * Opens one backend: tries each host, and each kind of transport that the TLS mode allows. Of several hosts the first that
 * can be written to is taken, a standby only when no other answers; names are looked up anew at each call.
 */
export async function dial(options: DialOptions): Promise<Client> {
  const { hosts } = options.settings;
  const failures: unknown[] = [];
  let standby: Client | null = null;
  for (const host of hosts) {
    try {
      const client = await dialHost(options, host);
      if (!client.facts.inRecovery || hosts.length === 1) {
        await standby?.close();
        return client;
      }
      if (standby === null) standby = client;
      else await client.close();
    } catch (error) {
      if (isFinal(error)) {
        await standby?.close();
        throw error;
      }
      failures.push(error);
    }
  }
  if (standby !== null) return standby;
  throw tellingOne(failures);
}

async function dialHost(options: DialOptions, host: HostPort): Promise<Client> {
  const failures: unknown[] = [];
  for (const transport of await transports(options.settings, host)) {
    const spoke = { tls: false };
    const onTls = (): void => {
      spoke.tls = true;
    };
    try {
      return await dialOnce(options, host, transport, onTls);
    } catch (error) {
      if (isFinal(error) || error instanceof DatabaseMissing) throw error;
      failures.push(error);
      // It was plain text already, or it came to none of the two.
      if (transport.orPlain && !spoke.tls) break;
    }
  }
  // The last: after a refusal of TLS alone, what happened without it.
  throw tellingOne(failures.reverse());
}

/** What a server said of itself tells more than that another, or another way to it, is not there; else the first. */
function tellingOne(failures: readonly unknown[]): Error {
  const missing = failures.find((error) => error instanceof DatabaseMissing);
  return (missing ?? failures.find(isAnswer) ?? failures[0]) as Error;
}

/** Has a SQLSTATE, which unlike the codes of the system holds a digit. */
function isAnswer(error: unknown): boolean {
  if (error instanceof Refused) return true;
  return error instanceof Transient && /^(?=.*\d)[\dA-Z]{5}$/.test(error.code ?? '');
}

/** Where the first question went ahead and was lost: once more, and there it waits for its turn. */
async function dialOnce(
  options: DialOptions,
  host: HostPort,
  transport: Transport,
  onTls: () => void,
): Promise<Client> {
  const { firstQuestions } = options;
  const firstQuestion = new FirstQuestion(firstQuestions.mayGoAhead);
  const way = { host, transport, onTls };
  try {
    return await dialWith(options, { ...way, firstQuestion });
  } catch (error) {
    if (!firstQuestion.isUnheard) throw error;
    const client = await dialWith(options, { ...way, firstQuestion: new FirstQuestion(false) });
    firstQuestions.mayGoAhead = false;
    return client;
  }
}

interface Way {
  readonly host: HostPort;
  readonly transport: Transport;
  readonly onTls: () => void;
  readonly firstQuestion: FirstQuestion;
}

async function dialWith(
  { settings, applicationName, ahead, ...own }: DialOptions,
  { host, transport, onTls, firstQuestion }: Way,
): Promise<Client> {
  const { database } = own;
  const target = describeHost(host);
  const timeoutMs = settings.connectTimeoutSeconds * 1_000;
  const attempt = new AbortController();
  const longMessages = new LongMessages();
  // Known before the server asks for it: where the connection closes while the driver waits for a password, the driver
  // writes its answer all the same, to nobody, and that error ends the process.
  const password = (await settings.readPassword(host, database)) ?? '';
  const openDriver = ({ onNotice, onClose }: DriverHooks): postgres.Sql =>
    postgres({
      host: host.host,
      port: host.port,
      socket: soleSocket(
        () => openSocket({ host, transport, signal: attempt.signal, onTls }),
        (socket) => {
          carry(socket, { longMessages, firstQuestion });
        },
      ),
      database,
      user: settings.user,
      password,
      ssl: false,
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
      // How many messages may be under way; who sends without waiting keeps to less.
      max_pipeline: 1_000,
      onnotice: onNotice,
      onclose: onClose,
      connection: { application_name: applicationName },
      // The driver's types leave `socket` out.
    } as postgres.Options<Record<string, postgres.PostgresType>>);
  const client = new Client({ ...own, openDriver, longMessages, firstQuestion, target });
  try {
    await client.greet(timeoutMs, ahead);
    return client;
  } catch (error) {
    attempt.abort();
    await client.close();
    throw translate(error, target, database);
  }
}

/**
 * Another host or transport would say the same; only a rule of pg_hba.conf (28000) may be about the transport. A missing
 * database may be there on another host: a standby knows of a new one a moment later.
 */
function isFinal(error: unknown): boolean {
  return error instanceof Refused && error.sqlstate !== '28000';
}

const plain: Transport = { tls: null, orPlain: false };

/** In the order in which they are tried. A Unix socket is never wrapped. */
async function transports(
  { tls }: ConnectionSettings,
  { host }: HostPort,
): Promise<readonly Transport[]> {
  if (host.startsWith('/') || tls.mode === 'disable') return [plain];
  const material = await tls.readMaterial();
  const policy = tlsPolicy(tls.mode, material);
  const orPlain = tls.mode === 'prefer';
  return policy.attempts.map((way) =>
    way === 'plain' ? plain : { tls: tlsOptions(host, policy, material), orPlain },
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
