import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { HostPort } from '../core/connection.js';
import { describeHost } from '../core/connection.js';
import { Transient } from '../core/errors.js';

/** How one connection is carried. */
export interface Transport {
  /** Null for plain text. */
  readonly tls: ConnectionOptions | null;
  /** A server without TLS is talked to in plain text, on the connection that was opened to ask it. */
  readonly orPlain: boolean;
}

export interface OpenSocketOptions {
  readonly host: HostPort;
  readonly transport: Transport;
  /** Gives the attempt up; a socket that was handed over is not touched any more. */
  readonly signal: AbortSignal;
  /** Called when the server has agreed to TLS. */
  readonly onTls: () => void;
}

/**
 * Opens a connection that is ready for the first message of the protocol. The driver could do it, but after a "no" to TLS
 * it goes on with TLS all the same, is hung up on, and a second connection is needed. Throws what the system or TLS said.
 */
export async function openSocket(options: OpenSocketOptions): Promise<Socket> {
  const { host, transport, signal } = options;
  // A file and its record are two messages: the second would wait until the server's system has confirmed the first.
  const socket = connectTcp({ ...address(host), noDelay: true });
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
 * `open` for a driver that must not connect anew by itself: once the first socket is closed it gets no other, as what the
 * driver has left to send would run in a session without the locks, the settings and the transaction it was meant for.
 * While the first is open it gets more: a request to cancel needs one of its own. `onFirst` gets the first.
 */
export function soleSocket(
  open: () => Promise<Socket>,
  onFirst: (socket: Socket) => void,
): () => Promise<Socket> {
  let first: Socket | null = null;
  return async () => {
    if (first?.closed === true || first?.destroyed === true) {
      throw Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' });
    }
    const socket = await open();
    if (first === null) onFirst(socket);
    first ??= socket;
    return socket;
  };
}

/** A host, or the socket in a directory. */
function address({ host, port }: HostPort): { path: string } | { host: string; port: number } {
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** "May I speak TLS?": length and code of the request, by PostgreSQL's protocol. */
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

/** More than one byte before TLS begins was put there by somebody in between, to pass for what comes inside it. */
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
        `${target}: the server does not offer TLS; set ssl = on in its postgresql.conf, or do without TLS by sslmode=prefer`,
        null,
      )
    : new Transient(`${target}: what answers there is no PostgreSQL; check host and port`, null);
}
