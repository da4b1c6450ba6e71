import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { type OwnServer, startServer } from '../support/server.js';
import { makeTree } from '../support/tree.js';

const many = 330;
const sizeKiB = 5;
/** How many times what working files cost the same number of failing ones may cost. */
const most = { wall: 3, processor: 3, peak: 1.1 };
/** Of each, the best counts: what disturbs a run only makes it longer. */
const rounds = 3;

let server: OwnServer;

beforeAll(async () => {
  server = await startServer({ settings: { fsync: 'on' } });
});

afterAll(() => server.remove());

type End = 'work' | 'fail';
type Layout = 'each in a schema of its own' | 'all in one schema';

/** A table and rows for it, whose last statement fails if it is to. */
function textOf(n: number, end: End): string {
  const rows = [`create table t${n} (id bigint, name text, note text);\n`];
  for (let length = 0, id = 1; length < sizeKiB * 1_000; id += 1) {
    const row = `insert into t${n} values (${id}, 'name of ${id}', 'the note number ${id} of table ${n}');\n`;
    rows.push(row);
    length += row.length;
  }
  return `${rows.join('')}insert into t${n} (${end === 'work' ? 'name' : 'nam'}) values ('x');\n`;
}

function filesOf(end: End, layout: Layout): Record<string, string> {
  const schemaOf = (n: number): string => (layout === 'all in one schema' ? 's' : `s${n}`);
  const names = Array.from({ length: many }, (_, n): [string, string] => [
    `${schemaOf(n)}/${1_000 + n}_x.sql`,
    textOf(n, end),
  ]);
  return Object.fromEntries(names);
}

interface Cost {
  readonly wallMs: number;
  readonly processorMs: number;
  readonly peakMiB: number;
}

/** What one `pgm migrate` of the files costs; the processor's is that of pgm. */
async function costOf(end: End, layout: Layout): Promise<Cost> {
  const database = await createDatabase(server);
  const tree = await makeTree(filesOf(end, layout));
  const program = fileURLToPath(new URL('../../bin/pgm.js', import.meta.url));
  const args = ['-f', '%e %U %S %M', process.execPath, program, 'migrate', '--dir', tree.directory];
  const child = spawn('/usr/bin/time', args, {
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  await once(child, 'close');
  await tree.remove();
  await database.drop();
  const [wall = 0, user = 0, system = 0, peak = 0] = (told.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return {
    wallMs: wall * 1_000,
    processorMs: (user + system) * 1_000,
    peakMiB: peak / 1_024,
  };
}

async function bestOf(end: End, layout: Layout): Promise<Cost> {
  let best: Cost = { wallMs: Infinity, processorMs: Infinity, peakMiB: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    const { wallMs, processorMs, peakMiB } = await costOf(end, layout);
    best = {
      wallMs: Math.min(best.wallMs, wallMs),
      processorMs: Math.min(best.processorMs, processorMs),
      peakMiB: Math.min(best.peakMiB, peakMiB),
    };
  }
  return best;
}

test.each<Layout>(['each in a schema of its own', 'all in one schema'])(
  `${many} files of ${sizeKiB} KB that fail cost at most three times those that work, and as much memory, %s`,
  async (layout) => {
    const working = await bestOf('work', layout);
    const failing = await bestOf('fail', layout);
    row(`${many} files that work, ${layout}`, working);
    row(`${many} files that fail, ${layout}`, failing);
    expect(failing.wallMs).toBeLessThan(most.wall * working.wallMs);
    expect(failing.processorMs).toBeLessThan(most.processor * working.processorMs);
    expect(failing.peakMiB).toBeLessThan(most.peak * working.peakMiB);
  },
);

function row(what: string, { wallMs, processorMs, peakMiB }: Cost): void {
  const figures = `${wallMs.toFixed(0)} ms, processor ${processorMs.toFixed(0)} ms, peak ${peakMiB.toFixed(0)} MiB`;
  process.stdout.write(`${what.padEnd(84)} ${figures}\n`);
}
