/** How long `pgm watch` takes from a swap of its mount to the row of a new small file. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';
import { stageNames } from './stages.mjs';
import { openMount } from './swapped-mount.mjs';

/**
 * @typedef {object} Latency
 * @property {readonly number[]} all Milliseconds from the rename of `..data` to the commit, in the order of the swaps.
 * @property {readonly Stage[]} stages In the order in which they are reached.
 * @property {string | null} problem Why there are no figures: pgm failed, or did something other than asked.
 *
 * @typedef {object} Stage
 * @property {string} name
 * @property {readonly number[]} all Milliseconds from the rename until it was logged.
 *
 * @typedef {Awaited<ReturnType<typeof openMount>>} Mount
 * @typedef {{ readonly swaps: number, readonly warmUp: number }} Counts
 */

/** `warmUp`: swaps before the first that counts; what a process does for the first time takes longer. */
const counts = { full: { swaps: 200, warmUp: 50 }, short: { swaps: 5, warmUp: 1 } };

const program = fileURLToPath(new URL('../../bin/pgm.js', import.meta.url));

/**
 * On a server of its own, which keeps the time of each commit.
 * @param {{ readonly short: boolean, readonly limitMs: number }} options @param {(line: string) => void} say
 * @returns {Promise<Latency>}
 */
export async function measureLatency({ short, limitMs }, say) {
  const server = await startServer({ track_commit_timestamp: 'on' });
  try {
    const mount = await openMount(server, { program, database: 'bench_swaps', limitMs });
    try {
      return await measureOn(mount, counts[short ? 'short' : 'full'], say);
    } finally {
      await mount.close();
    }
  } finally {
    await server.stop();
  }
}

/** @param {Mount} mount @param {Counts} counts @param {(line: string) => void} say @returns {Promise<Latency>} */
async function measureOn(mount, { swaps, warmUp }, say) {
  try {
    await mount.start();
    for (let n = 0; n < warmUp + swaps; n += 1) {
      await mount.swap();
      // Each on its own, and not always at the same point of the second in which pgm looks round.
      await delay(100 + ((n * 37) % 100));
    }
    return latencyOf((await mount.measured()).slice(warmUp));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    say(`  ${problem}`);
    return { all: [], stages: [], problem };
  }
}

/** @param {readonly import('./swapped-mount.mjs').Swap[]} swaps @returns {Latency} */
export function latencyOf(swaps) {
  const stages = stageNames.map((name) => ({
    name,
    all: swaps.flatMap((swap) => swap.stages[name] ?? []),
  }));
  return { all: swaps.map(({ ms }) => ms), stages, problem: null };
}
