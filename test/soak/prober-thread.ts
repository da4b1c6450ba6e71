import { get } from 'node:http';
import { parentPort } from 'node:worker_threads';

/** What the thread of a `Prober` tells. Times are milliseconds since 1970. */
export type Said =
  | {
      readonly kind: 'sample';
      readonly from: number;
      readonly to: number;
      readonly outcome: number | string;
    }
  | { readonly kind: 'blind'; readonly from: number; readonly to: number };

const everyMs = 100;
/** A probe that has no answer by then counts as one that took this long. */
const patienceMs = process.env['CI'] === undefined ? 5_000 : 60_000;
const tickMs = 5;
/** From when on a late tick is worth telling: less is how timers are. */
const lateMs = 15;

const now = (): number => performance.timeOrigin + performance.now();

/** Probes until the thread is ended; for a thread of its own. */
export function probe(port: number): void {
  let due = now() + tickMs;
  setInterval(() => {
    const at = now();
    if (at - due > lateMs) say({ kind: 'blind', from: due, to: at });
    due = at + tickMs;
  }, tickMs);
  setInterval(() => {
    ask(port);
  }, everyMs);
}

function ask(port: number): void {
  const from = now();
  const tell = (outcome: number | string): void => {
    say({ kind: 'sample', from, to: now(), outcome });
  };
  const request = get(
    { host: '127.0.0.1', port, path: '/liveness', agent: false, timeout: patienceMs },
    (response) => {
      response.resume();
      response.once('end', () => {
        tell(response.statusCode ?? 'no status');
      });
    },
  );
  request.once('timeout', () => request.destroy(new Error('no answer')));
  request.once('error', (error: NodeJS.ErrnoException) => {
    tell(error.code ?? error.message);
  });
}

function say(said: Said): void {
  parentPort?.postMessage(said);
}
