import { get, type IncomingMessage } from 'node:http';

export interface Question {
  /** Addresses to try, one after the other, as long as nobody listens there. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** With the query. */
  readonly path: string;
  /** Milliseconds for all of it. */
  readonly timeoutMs: number;
}

export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** `reason` is an errno name, or says that time is up. `url` is what was asked first. */
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reason = deadline.aborted ? `not within ${timeoutMs} ms` : code;
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

/** Far more than a health server says; whatever else has the port may say more. */
const mostBody = 64 * 1024;

async function readBody(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > mostBody) break;
  }
  return body.slice(0, mostBody);
}
