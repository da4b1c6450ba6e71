import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../core/errors.js';
import type { Health } from '../core/readiness.js';

export interface HealthServerOptions {
  readonly port: number;
  /** Addresses to listen on: the first that the machine has. */
  readonly addresses: readonly string[];
  /** Never throws. */
  readonly check: (wantedRevision: string | null) => Promise<Health>;
  readonly version: string;
  /** Which command needs the port, for the message when it is taken. */
  readonly owner: string;
}

export interface HealthServer {
  /** `http://host:port` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `/liveness`, `/readiness`, `/health` and `/healthz` as JSON. The bodies hold no SQL, no server messages, no
 * host or user names. Throws `ConfigurationError` when the port cannot be had.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  let lacking: string | null = null;
  for (const host of options.addresses) {
    const server = createServer(limits, (request, response) => {
      void answer(request, response, options);
    });
    server.maxConnections = mostConnections;
    const problem = await listen(server, options.port, host);
    if (problem === null) return running(server, options.port);
    if (!noSuchFamily.has(problem)) throw notHad(options, host, problem);
    lacking = problem;
  }
  throw notHad(options, options.addresses.join(' or '), lacking ?? 'no address given');
}

/** A client that is slow, or sends much, is let go within seconds; a probe needs a few hundred bytes and is quick. */
const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const mostConnections = 2_000;

/** Machines without IPv6 say one of these to `::`. */
const noSuchFamily: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** Null when it listens, else the errno. */
async function listen(server: Server, port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ port, host }, () => {
      server.removeAllListeners('error');
      resolve(null);
    });
  });
}

function running(server: Server, port: number): HealthServer {
  const { address, family } = server.address() as AddressInfo;
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
    EADDRINUSE: 'another process has it',
    EACCES: 'this user may not open it',
  }[code];
  return new ConfigurationError([
    `--health-port (HEALTH_PORT): ${owner} needs port ${port}${host === '' ? '' : ` on ${host}`} for its probes, ` +
      `and ${why ?? 'it cannot be opened'} (${code}); end that process or choose another port`,
  ]);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { check, version }: HealthServerOptions,
): Promise<void> {
  response.on('error', () => undefined);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    send(response, 405, { error: 'only GET and HEAD' });
    return;
  }
  const { path, query } = split(request.url ?? '/');
  switch (path) {
    case '/liveness':
      send(response, 200, { status: 'alive', version });
      return;
    case '/readiness': {
      const health = await check(query.get('revision'));
      send(response, health.ready ? 200 : 503, bodyOf(health, version));
      return;
    }
    case '/health':
    case '/healthz':
      send(response, 200, bodyOf(await check(query.get('revision')), version));
      return;
    default:
      send(response, 404, { error: 'not found' });
  }
}

/** The path as it was sent: resolving `..` is for servers that have files. */
function split(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark === -1) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function bodyOf(health: Health, version: string): object {
  return { status: health.ready ? 'ready' : 'not ready', ...health, version };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
