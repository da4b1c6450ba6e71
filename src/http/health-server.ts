import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../core/errors.js';
import { answer, type AnswerOptions } from './answer.js';
import { limitIdleConnections } from './limit-connections.js';
import { sendJson } from './send.js';

export interface HealthServerOptions extends AnswerOptions {
  readonly port: number;
  /** Addresses to listen on: the first that the machine has. */
  readonly addresses: readonly string[];
  /** Which command needs the port, for the message when it is taken. */
  readonly owner: string;
  /** Told of what should never happen: an answer that threw. The client gets a 500. */
  readonly onBug: (error: unknown) => void;
  /** What a client may take; shorter in tests only. */
  readonly limits?: Partial<ClientLimits>;
}

/** What one client may take: bytes, and milliseconds until it is let go. */
export interface ClientLimits {
  readonly maxHeaderSize: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly connectionsCheckingInterval: number;
}

export interface HealthServer {
  /** `http://host:port` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the probes and the metrics to everyone, the status to who is on this machine. What is open holds no SQL, no
 * server messages, no host or user names. Throws `ConfigurationError` when the port cannot be had.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  let lacking: string | null = null;
  for (const host of options.addresses) {
    const server = create(options);
    const problem = await listen(server, options.port, host);
    if (problem === null) return running(server);
    if (!noSuchFamily.has(problem)) throw notHad(options, host, problem);
    lacking = problem;
  }
  throw notHad(options, options.addresses.join(' or '), lacking ?? 'no address given');
}

/** A client that is slow, or sends much, is let go within seconds; a probe needs a few hundred bytes and is quick. */
const usualLimits: ClientLimits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const mostIdle = 256;
/** Including those that are being answered; containers often have no more than 1,024 descriptors in all. */
const mostConnections = 768;

/** Connections that wait to be accepted. Where a burst fills the queue, a probe's next try comes after a second. */
const backlog = 4_096;

/** Machines without IPv6 say one of these to `::`. */
const noSuchFamily: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

function create(options: HealthServerOptions): Server {
  const server = createServer({ ...usualLimits, ...options.limits }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onBug(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'a bug in pgm; its log says more' });
    });
  });
  server.maxConnections = mostConnections;
  limitIdleConnections(server, mostIdle);
  return server;
}

/** Null when it listens, else the errno. */
async function listen(server: Server, port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    // It stays on: a connection that cannot be accepted (no descriptor left) is an error of the server too.
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ port, host, backlog }, () => {
      resolve(null);
    });
  });
}

function running(server: Server): HealthServer {
  const { address, family, port } = server.address() as AddressInfo;
  const anywhere = address === '::' || address === '0.0.0.0';
  const host = anywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return {
    address: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function notHad(
  { port, owner }: HealthServerOptions,
  host: string,
  code: string,
): ConfigurationError {
  const why = {
    EADDRINUSE: 'another process has it; end that process or choose another port',
    EACCES: 'this user may not open it; choose a port above 1023',
    EADDRNOTAVAIL: 'this machine has no such address; choose one of its own with --health-host',
  }[code];
  const where = host === '' ? '' : ` on ${host}`;
  return new ConfigurationError([
    `--health-port (HEALTH_PORT): ${owner} needs port ${port}${where} for its probes, and ` +
      `${why ?? 'it cannot be opened; choose another port'} (${code})`,
  ]);
}
