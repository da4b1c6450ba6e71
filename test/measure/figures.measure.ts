import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSource } from '../../src/source/read-source.js';
import { memoryOf } from '../soak/sidecar.js';
import { get, until } from '../support/http.js';
import type { Payload } from '../support/kubelet.js';
import { mountedCount, mountedFiles } from '../support/mounted-files.js';
import { type Bench, openBench, processorMs } from './bench.js';

/** Of an hour in which somebody saves a file every half minute. */
const swaps = 120;
/** Each of a new file, which stays. */
const moreSwaps = 200;
const restSeconds = 30;
/** More than which no figure may be: what the machine gives is not what pgm takes, so these leave room. */
const most = { residentMiB: 128, processorShare: 0.1 };

let bench: Bench;

beforeAll(async () => {
  const args = process.env['PGM_MEASURE_ARGS']?.split(' ').filter((word) => word !== '');
  bench = await openBench(args);
  weigh('alive, nothing done yet');
});

afterAll(() => bench.close());

test(`resident memory through the first run of ${mountedCount} files and ${swaps + moreSwaps} swaps`, async () => {
  await until(bench.port, '/readiness', 200);
  weigh(`after the first run, ${mountedCount} files applied`);
  for (let n = 0; n < swaps; n += 1) {
    await swapAndWait({ ...mountedFiles, 'b_001_x.sql': `select ${n};\n` });
    if (n % 10 === 0) await look();
  }
  weigh(`after ${swaps} swaps, the page looked at and the metrics scraped each tenth`);
  const more: Record<string, string> = {};
  for (let n = 0; n < moreSwaps; n += 1) {
    more[`c_${String(n).padStart(4, '0')}_x.sql`] = `select ${n};\n`;
    await swapAndWait({ ...mountedFiles, ...more });
  }
  weigh(`after ${moreSwaps} more swaps, each of a new file`);
  expect(memoryOf(bench.pid).peakMiB).toBeLessThan(most.residentMiB);
});

test(`processor time at rest, ${restSeconds} s each`, async () => {
  const alone = await shareOf(() => delay(restSeconds * 1_000));
  const probed = await shareOf(async () => {
    for (let second = 0; second < restSeconds; second += 5) {
      await Promise.all(['/liveness', '/readiness'].map((path) => get(bench.port, path)));
      await delay(5_000);
    }
  });
  row('processor at rest, of one core', percent(alone));
  row('processor at rest, both probes each 5 s', percent(probed));
  expect(Math.max(alone, probed)).toBeLessThan(most.processorShare);
});

/** One swap, and until pgm is ready with it. */
async function swapAndWait(payload: Payload): Promise<void> {
  const { kubelet, port } = bench;
  kubelet.swap(payload);
  const { revision } = await readSource(kubelet.directory, { schemas: null, reserved: ['pgm'] });
  await until(port, `/readiness?revision=${revision}`, 200);
}

async function look(): Promise<void> {
  for (const path of ['/metrics', '/', '/status']) {
    await (await fetch(`http://localhost:${bench.port}${path}`)).text();
  }
}

async function shareOf(work: () => Promise<void>): Promise<number> {
  const before = processorMs(bench.pid);
  const since = performance.now();
  await work();
  return (processorMs(bench.pid) - before) / (performance.now() - since);
}

function weigh(when: string): void {
  const { nowMiB, peakMiB } = memoryOf(bench.pid);
  row(`resident memory ${when}`, `${nowMiB.toFixed(1)} MiB (peak ${peakMiB.toFixed(1)})`);
}

function row(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(84)} ${figure}\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
