import type { ServerResponse } from 'node:http';

export interface Content {
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the whole response at once. For HEAD, Node omits the body. */
export function send(response: ServerResponse, status: number, content: Content): void {
  const { type, text, headers } = content;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  send(response, status, { type: 'application/json; charset=utf-8', text });
}
