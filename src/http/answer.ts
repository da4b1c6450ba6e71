import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from '../core/readiness.js';

export interface AnswerOptions {
  /** Never throws. */
  readonly check: (wantedRevision: string | null) => Promise<Health>;
  readonly version: string;
}

/** Answers one request. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { check, version }: AnswerOptions,
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

/** Field by field: an open endpoint shows what is written here and nothing else. */
function bodyOf(health: Health, version: string): object {
  const { ready, reason, postgres, revision, migrations } = health;
  return {
    status: ready ? 'ready' : 'not ready',
    ready,
    reason,
    postgres,
    revision,
    migrations,
    version,
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  // For HEAD, node leaves the body out by itself.
  response.end(text);
}
