import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusViewDocument } from './status-document.js';
import type { Pulse } from '../core/heartbeat.js';
import type { Health } from '../core/readiness.js';
import type { StatusView } from '../core/status-view.js';
import { isLoopback } from './loopback.js';
import { type Content, send, sendJson } from './send.js';

/** Where the answers come from. None of them throws. */
export interface AnswerOptions {
  readonly version: string;
  readonly pulse: () => Pulse;
  readonly check: (wantedRevision: string | null) => Promise<Health>;
  readonly metrics: () => Promise<Content>;
  /** Null before there is anything to show. */
  readonly view: () => Promise<StatusView | null>;
  /** Shows the status to everyone, not only to who comes through `kubectl port-forward`. */
  readonly exposeStatus: boolean;
}

/** Answers one request. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AnswerOptions,
): Promise<void> {
  response.on('error', () => undefined);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    sendJson(response, 405, { error: 'only GET and HEAD' });
    return;
  }
  const { check, version } = options;
  const { path, query } = split(request.url ?? '/');
  switch (path) {
    case '/liveness':
      answerLiveness(response, options);
      return;
    case '/readiness': {
      const health = await check(query.get('revision'));
      sendJson(response, health.ready ? 200 : 503, bodyOf(health, version));
      return;
    }
    case '/health':
    case '/healthz':
      sendJson(response, 200, bodyOf(await check(query.get('revision')), version));
      return;
    case '/metrics':
      send(response, 200, await options.metrics());
      return;
    case '/':
    case '/status':
      await answerStatus(path, request, response, options);
      return;
    default:
      sendJson(response, 404, { error: 'not found' });
  }
}

/** The path as it was sent: resolving `..` is for servers that have files. */
function split(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark === -1) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function answerLiveness(response: ServerResponse, { pulse, version }: AnswerOptions): void {
  const now = pulse();
  if (now.kind === 'beating') {
    sendJson(response, 200, { status: 'alive', version });
    return;
  }
  const reason = `no sign of life of the ${now.loop} loop for ${Math.round(now.silentMs / 1_000)} s`;
  sendJson(response, 503, { status: 'stalled', reason, version });
}

async function answerStatus(
  path: '/' | '/status',
  request: IncomingMessage,
  response: ServerResponse,
  { view, exposeStatus }: AnswerOptions,
): Promise<void> {
  if (!exposeStatus && !isLoopback(request)) {
    const error = 'shown through kubectl port-forward only, unless pgm has --expose-status';
    sendJson(response, 403, { error });
    return;
  }
  const shown = await view();
  if (shown === null) {
    sendJson(response, 503, { error: 'starting; try again in a second' });
    return;
  }
  if (path === '/status') {
    sendJson(response, 200, statusViewDocument(shown));
    return;
  }
  const { pageContent } = await import('./page/page.js');
  send(response, 200, pageContent(shown));
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
