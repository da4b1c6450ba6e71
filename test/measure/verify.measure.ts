import { afterAll, expect, test } from 'vitest';
import { memoryOf } from '../soak/sidecar.js';
import { RunningPgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';

/** What `pgm verify` may take, its server's start included. */
const most = { secondsOf42: 10, secondsOf1000: 60, residentMiB: 256 };

const trees: Tree[] = [];
afterAll(() => Promise.all(trees.map((tree) => tree.remove())));

test('42 files, the migrations of this repository', async () => {
  const { seconds } = await verified('42 files', 'migrations');
  expect(seconds).toBeLessThan(most.secondsOf42);
});

test('1,000 files of one CREATE TABLE IF NOT EXISTS each', async () => {
  const files = Array.from({ length: 1_000 }, (_, at) => [
    `app/${at + 1}_create_t${at}.sql`,
    `CREATE TABLE IF NOT EXISTS t${at} (id bigint PRIMARY KEY, name text NOT NULL, made timestamptz NOT NULL DEFAULT now());\n`,
  ]);
  const tree = await makeTree(Object.fromEntries(files) as Record<string, string>);
  trees.push(tree);
  const { seconds, peakMiB } = await verified('1,000 files', tree.directory);
  expect(seconds).toBeLessThan(most.secondsOf1000);
  expect(peakMiB).toBeLessThan(most.residentMiB);
});

/** One `pgm verify` of a directory in which everything is fit. */
async function verified(
  what: string,
  directory: string,
): Promise<{ readonly seconds: number; readonly peakMiB: number }> {
  const since = performance.now();
  const running = new RunningPgm(['verify', '--dir', directory]);
  let peakMiB = 0;
  const watched = setInterval(() => {
    // A process that has just ended has none.
    peakMiB = Math.max(peakMiB, memoryOf(running.child.pid!).peakMiB || 0);
  }, 200);
  const { exitCode } = await running.finished;
  clearInterval(watched);
  const seconds = (performance.now() - since) / 1_000;
  process.stdout.write(
    `${`verify, ${what}`.padEnd(60)} ${seconds.toFixed(1)} s, ${peakMiB.toFixed(0)} MiB at most\n`,
  );
  expect(exitCode).toBe(0);
  return { seconds, peakMiB };
}
