import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One GET of a probe. */
export async function get(port: number, path: string): Promise<Answer> {
  const response = await fetch(`http://localhost:${port}${path}`);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Asks until the status is as wanted; a probe does the same. */
export async function until(
  port: number,
  path: string,
  status: number,
  withinMs = 20_000,
): Promise<Answer> {
  const started = performance.now();
  for (;;) {
    const answer = await get(port, path).catch(() => null);
    if (answer?.status === status) return answer;
    if (performance.now() - started > withinMs) {
      throw new Error(`${path} did not answer ${status} in time: ${JSON.stringify(answer)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '::', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
