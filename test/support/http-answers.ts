import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HealthServer, HealthServerOptions } from '../../src/http/health-server.js';
import { notReady } from '../../src/core/watch/readiness.js';

/** A health server's options of which a test replaces what it is about. On a free port of the loopback address. */
export function serverOptions(options: Partial<HealthServerOptions> = {}): HealthServerOptions {
  return {
    port: 0,
    addresses: ['127.0.0.1'],
    owner: 'pgm watch',
    version: '1.2.3',
    exposeStatus: false,
    pulse: () => ({ kind: 'beating' }),
    check: () => Promise.resolve(notReady('starting', 'unknown', null)),
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    view: () => Promise.resolve(null),
    onBug: (error) => {
      throw error;
    },
    ...options,
  };
}

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly hostname?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request; the path goes out as it is, `..` and all. */
export async function ask(server: HealthServer, asked: Asked): Promise<Answered> {
  const { path, method = 'GET', hostname = '127.0.0.1', headers = {} } = asked;
  const sent = request({ hostname, port: portOf(server), path, method, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers: received } = response;
  return { status: statusCode, headers: received, text: await text(response) };
}

/** A connection to the server, on which nothing was sent yet. */
export async function openSocket(server: HealthServer): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1');
  await once(socket, 'connect');
  return socket.on('error', () => undefined);
}

/** All that comes until the server closes the connection. */
export async function untilClosed(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

export function portOf({ address }: HealthServer): number {
  return Number(new URL(address).port);
}
