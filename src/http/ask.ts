import { get, type IncomingMessage } from 'node:http';
import { errnoOrText } from '../core/errors.js';

interface Question {
  /** Addresses to try in this order until one answers. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Including the query. */
  readonly path: string;
  /** Milliseconds for all attempts together. */
  readonly timeoutMs: number;
}

type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** `reason` is an errno name, or says that the time is up. `url` is the first one that was tried. */
  | { readonly kind: 'silence'; readonly reason: string; readonly url: string };

/** Asks a health server once. Never rejects. */
export async function ask({ hosts, port, path, timeoutMs }: Question): Promise<Reply> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let silence: Reply | null = null;
  for (const host of hosts) {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
    const reply = await tryHost(url, deadline, timeoutMs);
    if (reply.kind === 'answer') return reply;
    silence ??= reply;
    if (deadline.aborted) break;
  }
  return silence ?? { kind: 'silence', reason: 'no address to ask', url: path };
}

async function tryHost(url: string, deadline: AbortSignal, timeoutMs: number): Promise<Reply> {
  try {
    return await request(url, deadline);
  } catch (error) {
    const code = errnoOrText(error);
    const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : code;
    return { kind: 'silence', reason, url };
  }
}

function request(url: string, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    get(url, { signal, agent: false, headers: { connection: 'close' } }, (response) => {
      readBody(response).then((body) => {
        resolve({ kind: 'answer', status: response.statusCode ?? 0, body });
      }, reject);
    }).on('error', reject);
  });
}

/** Far more than a health server sends; another program on the port may send more. */
const mostBody = 64 * 1024;

async function readBody(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > mostBody) break;
  }
  return body.slice(0, mostBody);
}
