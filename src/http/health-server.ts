import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../core/errors.js';
import { answer, type AnswerOptions } from './answer.js';
import { limitIdleConnections } from './limit-connections.js';
import { refuseMalformed } from './refuse-malformed.js';
import { sendJson } from './send.js';

export interface HealthServerOptions extends AnswerOptions {
  readonly port: number;
  /** Addresses to listen on; the first one that the machine has is used. */
  readonly addresses: readonly string[];
  /** The command that needs the port, for the message when it is in use. */
  readonly owner: string;
  /** Called when an answer throws, which is a bug. The client gets a 500. */
  readonly onBug: (error: unknown) => void;
  /** What one client may send, in bytes, and how long it may take, in milliseconds. Only tests set it. */
  readonly limits?: typeof usualLimits;
}

export interface HealthServer {
  /** `http://host:port` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves probes and metrics to everyone, and the status to requests from this machine. What is open to everyone contains no
 * SQL, no server messages, and no names of hosts or users. Throws `ConfigurationError` if it cannot listen.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  let lacking: string | null = null;
  for (const host of options.addresses) {
    const server = create(options);
    const problem = await listen(server, options.port, host);
    if (problem === null) return running(server);
    if (!noSuchFamily.has(problem)) throw cannotListen(options, host, problem);
    lacking = problem;
  }
  throw cannotListen(options, options.addresses.join(' or '), lacking ?? 'no address given');
}

/** Disconnects slow clients and large requests within seconds; a probe is quick and needs a few hundred bytes. */
export const usualLimits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const mostIdle = 256;
/** Including connections with a request; containers often have only 1,024 descriptors in total. */
const mostConnections = 768;

/** Connections waiting to be accepted. When a burst fills the queue, a probe retries only after a second. */
const backlog = 4_096;

/** Errors of listening on `::` on machines without IPv6. */
const noSuchFamily: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

function create(options: HealthServerOptions): Server {
  const server = createServer(options.limits ?? usualLimits, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onBug(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'this is a bug in pgm; see its log' });
    });
  });
  server.maxConnections = mostConnections;
  limitIdleConnections(server, mostIdle);
  refuseMalformed(server);
  return server;
}

/** Null when it listens, otherwise the errno name. */
async function listen(server: Server, port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    // The listener stays: accepting a connection can fail later (no descriptor left), which is an error event too.
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

function cannotListen(
  { port, owner }: HealthServerOptions,
  host: string,
  code: string,
): ConfigurationError {
  const why = {
    EADDRINUSE: 'another process uses it; stop that process or choose another port',
    EACCES: 'this user may not listen on it; choose a port above 1023',
    EADDRNOTAVAIL: 'this machine has no such address; choose one of its own with --health-host',
  }[code];
  const where = host === '' ? '' : ` on ${host}`;
  return new ConfigurationError([
    `--health-port (HEALTH_PORT): ${owner} needs port ${port}${where} for its probes, and ` +
      `${why ?? 'pgm cannot listen on it; choose another port'} (${code})`,
  ]);
}
