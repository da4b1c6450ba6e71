import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One GET of a probe. */
export async function get(port: number, path: string): Promise<Answer> {
  const response = await fetch(`http://localhost:${port}${path}`);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Why it is not ready, as the probe is told; undefined if it is. */
export async function unreadyReason(port: number): Promise<unknown> {
  return (await get(port, '/readiness')).body['reason'];
}

/** Asks until the status is as wanted; a probe does the same. */
export async function until(
  port: number,
  path: string,
  status: number,
  withinMs = 60_000,
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

/** Each worker of vitest has ports of its own, so that no two tests of a run choose the same. */
const portsOfWorker = 2_000;
const firstPort = 10_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 10) * portsOfWorker;
let portsGiven = randomInt(portsOfWorker);

/**
 * A port that is free and stays so until the test listens there: below those that the system gives to clients and to who
 * listens on port 0, and no other test gets it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    portsGiven += 1;
    const port = firstPort + (portsGiven % portsOfWorker);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '::', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
