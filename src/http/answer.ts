import type { IncomingMessage, ServerResponse } from 'node:http';
import { fleetViewDocument } from './fleet-document.js';
import { statusViewDocument } from './status-document.js';
import type { FleetView } from '../core/watch/fleet-view.js';
import type { Pulse } from '../core/watch/heartbeat.js';
import type { Health } from '../core/watch/readiness.js';
import type { StatusView } from '../core/watch/status-view.js';
import { isLoopback } from './loopback.js';
import { targetOf } from './target.js';
import { type Content, send, sendJson } from './send.js';

/** Where the answers come from. None of the functions throws. */
export interface AnswerOptions {
  readonly version: string;
  readonly pulse: () => Pulse;
  readonly check: (wantedRevision: string | null) => Promise<Health>;
  readonly metrics: () => Promise<Content>;
  /** Null before there is anything to show. */
  readonly view: () => Promise<StatusView | FleetView | null>;
  /** Show the status to everyone, not only to requests from this machine. */
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
    sendJson(response, 405, { error: 'only GET and HEAD are supported' });
    return;
  }
  const { check, version } = options;
  const { path, query } = targetOf(request.url ?? '/');
  const revision = new URLSearchParams(query).get('revision');
  switch (path) {
    case '/liveness':
      answerLiveness(response, options);
      return;
    case '/readiness': {
      const health = await check(revision);
      sendJson(response, health.ready ? 200 : 503, bodyOf(health, version));
      return;
    }
    case '/health':
    case '/healthz':
      sendJson(response, 200, bodyOf(await check(revision), version));
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

function answerLiveness(response: ServerResponse, { pulse, version }: AnswerOptions): void {
  const now = pulse();
  if (now.kind === 'beating') {
    sendJson(response, 200, { status: 'alive', version });
    return;
  }
  const reason = `the ${now.loop} loop has not been active for ${Math.round(now.silentMs / 1_000)} s`;
  sendJson(response, 503, { status: 'stalled', reason, version });
}

async function answerStatus(
  path: '/' | '/status',
  request: IncomingMessage,
  response: ServerResponse,
  { view, exposeStatus }: AnswerOptions,
): Promise<void> {
  if (!exposeStatus && !isLoopback(request)) {
    const error =
      'only for requests from this machine, such as kubectl port-forward, unless pgm runs with --expose-status';
    sendJson(response, 403, { error });
    return;
  }
  const shown = await view();
  if (shown === null) {
    sendJson(response, 503, { error: 'pgm is starting; try again in a second' });
    return;
  }
  if (path === '/status') {
    const document = 'kind' in shown ? fleetViewDocument(shown) : statusViewDocument(shown);
    sendJson(response, 200, document);
    return;
  }
  send(response, 200, await pageOf(shown));
}

async function pageOf(shown: StatusView | FleetView): Promise<Content> {
  if ('kind' in shown) {
    const { fleetPageContent } = await import('./page/fleet-page.js');
    return fleetPageContent(shown);
  }
  const { pageContent } = await import('./page/page.js');
  return pageContent(shown);
}

/** Field by field, so that an open endpoint shows nothing that is not listed here. */
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
