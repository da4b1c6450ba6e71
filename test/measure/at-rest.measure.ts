import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryOf } from '../soak/sidecar.js';
import { until } from '../support/http.js';
import { mountedCount, mountedFiles } from '../support/mounted-files.js';
import { type Bench, openBench, processorMs, serverMs } from './bench.js';
import { tableStatements } from './tables.js';

const tables = 500;
const seconds = Number(process.env['PGM_MEASURE_SECONDS'] ?? '60');
/** How often it looks by default. */
const looksADay = (24 * 60) / 5;
const dayMs = 24 * 60 * 60 * 1_000;

const benches: Record<string, Bench> = {};

beforeAll(async () => {
  // The shortest interval there is: what a look takes does not depend on when the next one comes.
  benches['looking'] = await openBench(['--drift-interval', '1s']);
  benches['not looking'] = await openBench(['--drift-interval', 'off']);
  const made = Array.from({ length: tables }, (_, n) => tableStatements(n));
  for (const { kubelet, port } of Object.values(benches)) {
    kubelet.swap({ ...mountedFiles, 'b_001_tables.sql': apart(made) });
    await until(port, '/readiness', 200);
  }
});

afterAll(async () => {
  for (const bench of Object.values(benches)) await bench.close();
});

test(`what looking for drift takes, ${mountedCount} files and ${tables} tables, ${seconds} s`, async () => {
  await expect.poll(() => checkedAt(benches['looking'] as Bench)).not.toBe('');
  const shares: Record<string, number> = {};
  for (const [name, bench] of Object.entries(benches)) {
    const server = await postmasterOf(bench);
    const before = {
      pgm: processorMs(bench.pid),
      server: serverMs(server),
      since: performance.now(),
    };
    const looks = await looksIn(bench, seconds);
    const pgm = processorMs(bench.pid) - before.pgm;
    const postgres = serverMs(server) - before.server;
    const spentMs = performance.now() - before.since;
    row(`${name}: ${looks} looks, resident memory`, `${memoryOf(bench.pid).nowMiB.toFixed(1)} MiB`);
    row(`${name}: processor time, pgm and PostgreSQL`, `${pgm}, ${postgres} ms`);
    shares[name] = (pgm + postgres) / spentMs;
    if (looks > 0) shares['looks'] = looks / spentMs;
  }
  const { looking = 0, 'not looking': not = 0, looks = 0 } = shares;
  const perLook = (looking - not) / looks;
  row('processor time of a look that finds nothing new', `${perLook.toFixed(1)} ms`);
  row('… of one core, each 5 minutes', `${((perLook * looksADay * 100) / dayMs).toFixed(4)} %`);
  expect((perLook * looksADay) / dayMs).toBeLessThan(0.001);
});

/** How many looks there are within so many seconds; it asks ten times a second, which costs the same without looks. */
async function looksIn(bench: Bench, within: number): Promise<number> {
  const seen = new Set<string>();
  for (let tenth = 0; tenth < within * 10; tenth += 1) {
    seen.add(await checkedAt(bench));
    await delay(100);
  }
  return seen.size - 1;
}

/** The mounted files make tables of the same names. */
function apart(statements: readonly string[]): string {
  return ['create schema apart;', 'set search_path = apart;', ...statements].join('\n');
}

async function checkedAt({ port }: Bench): Promise<string> {
  const body = await (await fetch(`http://localhost:${port}/metrics`)).text();
  return /^pgm_drift_checked_timestamp_seconds (\S+)/m.exec(body)?.[1] ?? '';
}

async function postmasterOf({ database }: Bench): Promise<number> {
  const [row] = await database.sql<{ directory: string }[]>`
    select current_setting('data_directory') as directory`;
  return Number(readFileSync(`${row?.directory ?? ''}/postmaster.pid`, 'utf8').split('\n')[0]);
}

function row(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(84)} ${figure}\n`);
}
