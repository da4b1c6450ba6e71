import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { RunningPgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';
import { type Footprint, footprintOf } from './footprint.js';
import { repeatableChance } from '../support/memory/chance.js';
import { applicationsTable, expectNoneTorn, generationOf, storm } from './swap-storm.js';

const seed = Number(process.env['PGM_SOAK_SEED'] ?? randomInt(2 ** 31));
const swaps = 2_000;
/** The first swaps make the heap what it will be; the rest must not make it more. */
const warmUp = 300;
/** What a heap may swing by between two collections, in MiB. A leak of 10 kB a swap would be 20. */
const swingMiB = 16;

let database: Database;
let home: Tree;
let running: RunningPgm;

beforeAll(async () => {
  database = await createDatabase();
  await database.sql.unsafe(applicationsTable);
  home = await makeTree();
});

afterAll(async () => {
  await running.stop('SIGKILL');
  await home.remove();
  await database.drop();
});

test(
  `${swaps} swaps under load: none is read torn, the last one wins, nothing grows (PGM_SOAK_SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const random = repeatableChance(seed);
    const port = await freePort();
    const kubelet = Kubelet.mount(`${home.directory}/mount`, generationOf(0));
    running = new RunningPgm(['watch', '--dir', kubelet.directory, '--health-port', String(port)], {
      DATABASE_URL: database.url,
    });
    await until(port, '/readiness', 200);
    const rounds: Footprint[] = [];
    for (const [from, to] of [
      [1, warmUp],
      [warmUp + 1, swaps],
    ] as const) {
      const revision = await underLoad(port, () =>
        storm(kubelet, { from, to, mostMs: 60, random }),
      );
      await until(port, `/readiness?revision=${revision}`, 200, 2_000);
      rounds.push(footprintOf(running.child.pid!));
    }
    process.stdout.write(`after ${warmUp} and ${swaps} swaps: ${JSON.stringify(rounds)}\n`);
    await expectNoneTorn(database.sql, swaps);
    const [before, after] = rounds as [Footprint, Footprint];
    expect(after.watches).toBe(before.watches);
    // One connection to the server, or of a probe, may be there in one of the two moments and not in the other.
    expect(Math.abs(after.descriptors - before.descriptors)).toBeLessThanOrEqual(2);
    expect(after.residentMiB).toBeLessThan(before.residentMiB + swingMiB);
  },
);

/** Somebody looks at the page and scrapes all the time. */
async function underLoad<T>(port: number, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const look = async (path: string): Promise<void> => {
    while (!over.signal.aborted) {
      await (await fetch(`http://localhost:${port}${path}`)).text();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const looks = Promise.all(['/metrics', '/', '/readiness'].map(look));
  try {
    return await work();
  } finally {
    over.abort();
    await looks;
  }
}
