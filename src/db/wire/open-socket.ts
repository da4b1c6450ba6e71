import { once, setMaxListeners } from 'node:events';
import { type Socket, connect as connectTcp, isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls';
import {
  type ConnectionSettings,
  type HostPort,
  type TlsMaterial,
  type TlsPolicy,
  describeHost,
  tlsPolicy,
} from '../../core/connection/connection.js';
import { Transient } from '../../core/errors.js';

/** How one connection is transported. */
export interface Transport {
  /** Null for plain text. */
  readonly tls: ConnectionOptions | null;
  /** With a server without TLS, go on in plain text on the connection that was opened to ask it. */
  readonly orPlain: boolean;
}

interface OpenSocketOptions {
  readonly host: HostPort;
  readonly transport: Transport;
  /** Aborts the attempt; a socket that was already returned is not affected. */
  readonly signal: AbortSignal;
  /** Called when the server has agreed to TLS. */
  readonly onTls: () => void;
}

/**
 * Opens a connection that is ready for the first message of the protocol. The driver could do it, but after a "no" to TLS it
 * goes on with TLS anyway, the server hangs up, and a second connection is needed. Throws the error of the system or of TLS.
 */
export async function openSocket(options: OpenSocketOptions): Promise<Socket> {
  const { host, transport, signal } = options;
  const socket = connectTcp({ ...address(host), ...own });
  const giveUp = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', giveUp);
  try {
    await once(socket, 'connect', { signal });
    return transport.tls === null ? socket : await secure(socket, transport.tls, options);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/**
 * The connections to one server. It counts a backend until that has ended, and then closes the connection: the next one waits
 * for those that are being closed, or a role with a CONNECTION LIMIT would be refused a free slot.
 */
export class Sockets {
  /** Those that are open, and whether we are done with them. */
  readonly #open = new Map<Socket, () => boolean>();

  /** `isOver`: true once nobody uses the connection any more. */
  async open(options: OpenSocketOptions, isOver: () => boolean): Promise<Socket> {
    await this.#untilClosed(options.signal);
    const socket = await openSocket(options);
    this.#open.set(socket, isOver);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  }

  /** From now on open connections and pending answers do not keep the process alive. */
  unref(): void {
    for (const socket of this.#open.keys()) socket.unref();
  }

  async #untilClosed(signal: AbortSignal): Promise<void> {
    const closing = [...this.#open].filter(([, isOver]) => isOver());
    if (closing.length === 0) return;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(closingMs)]);
    // A busy server may be closing any number of them.
    setMaxListeners(0, enough);
    const closed = closing.map(([socket]) => once(socket, 'close', { signal: enough }));
    await Promise.allSettled(closed);
    for (const [socket] of closing) socket.destroy();
  }
}

/** Milliseconds for a server to close a connection. An unreachable one never does, and is not waited for again. */
const closingMs = 1_000;

/** Node's types omit the second one. */
const own = {
  // A file and its record are two messages: the second would wait until the server's system has acknowledged the first.
  noDelay: true,
  // The driver holds a message back while the socket has more than this left to send; a ConfigMap has 1 MiB at most.
  writableHighWaterMark: 2 << 20,
  // If a name has several addresses (localhost has two), the first that answers within this is taken. Node's 250 ms are over
  // before a busy machine has read the answer, or a distant server has sent it; then none is left.
  autoSelectFamilyAttemptTimeout: 2_000,
};

/** A host, or the Unix socket in a directory. */
function address({ host, port }: HostPort): { path: string } | { host: string; port: number } {
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** "May I speak TLS?": length and code of the request in PostgreSQL's protocol. */
const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

async function secure(
  socket: Socket,
  tls: ConnectionOptions,
  { host, transport, signal, onTls }: OpenSocketOptions,
): Promise<Socket> {
  socket.write(tlsRequest);
  const answer = await firstAnswer(socket);
  if (answer === 'N' && transport.orPlain) return socket;
  if (answer !== 'S') throw refusal(host, answer);
  onTls();
  const wrapped = connectTls({ ...tls, socket });
  await once(wrapped, 'secureConnect', { signal });
  return wrapped;
}

/** If more than one byte arrives before TLS starts, a man in the middle injected it to pass as encrypted data. */
async function firstAnswer(socket: Socket): Promise<string> {
  const closed = new AbortController();
  const onClose = (): void => {
    closed.abort();
  };
  socket.once('close', onClose).once('end', onClose);
  try {
    const [bytes] = (await once(socket, 'data', { signal: closed.signal })) as [Buffer];
    return bytes.toString('latin1');
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    const wording = 'the connection was closed before the server said whether it speaks TLS';
    throw Object.assign(new Error(wording), { code: 'CONNECTION_CLOSED' });
  } finally {
    socket.off('close', onClose).off('end', onClose);
  }
}

function refusal(host: HostPort, answer: string): Transient {
  const target = describeHost(host);
  return answer === 'N'
    ? new Transient(
        `${target}: the server does not offer TLS; set ssl = on in its postgresql.conf, or allow connections without TLS with sslmode=prefer`,
        null,
      )
    : new Transient(`${target}: what answers there is not PostgreSQL; check host and port`, null);
}

const plain: Transport = { tls: null, orPlain: false };

/** In the order in which we try them. A Unix socket never uses TLS. */
export async function transports(
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

/** The driver checks a certificate against an IP address as if it were "localhost"; we compare the name that the user gave. */
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

/**
 * The driver reads libpq's variables for whatever it is not given: PGPASSWORD where there is no password, and it throws on
 * PGTARGETSESSIONATTRS=any. All of that is already decided, so these variables are hidden while the driver is created, which
 * is synchronous.
 */
export function withoutVariables<T>(make: () => T): T {
  // eslint-disable-next-line no-restricted-globals -- restored before anything else can run; the driver has no option for it
  const { env } = process;
  const variables = Object.entries(env).filter(([name]) => name.startsWith('PG'));
  for (const [name] of variables) Reflect.deleteProperty(env, name);
  try {
    return make();
  } finally {
    for (const [name, value] of variables) env[name] = value;
  }
}
