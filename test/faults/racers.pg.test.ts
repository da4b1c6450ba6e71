import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database as DatabasePort, RunLock } from '../../src/core/ports.js';
import { createDatabase, type Database, emptyDatabaseName } from '../support/database.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { pgm } from '../support/pgm.js';
import {
  databasePort,
  migrateFiles,
  shortPatience,
  startFiles,
  type Target,
} from '../support/run.js';
import { connect } from '../support/server.js';
import { inCi } from '../support/sweep.js';
import { makeTree, type Tree } from '../support/tree.js';
import { advisoryWaiters } from '../support/waiting.js';

const racers = Array.from({ length: 8 }, (_, at) => at);
const rounds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Each round finds neither history nor tables, as names of its own are as good as a database of its own. */
let database: Database;
let tree: Tree;

beforeAll(async () => {
  database = await createDatabase();
  tree = await makeTree(countingFiles());
});

afterAll(async () => {
  await tree.remove();
  await database.drop();
});

/** Names of a round's own. */
function ownTarget(name: string) {
  const own = { table: `effects_${name}`, historySchema: `pgm_${name}`, host: name };
  return { ...own, database: database.name };
}

/** All start before any has begun; each file is applied by exactly one of them, and all end with everything applied. */
async function race(
  name: string,
  portOf: (target: Target) => DatabasePort = databasePort,
): Promise<void> {
  const target = ownTarget(name);
  const files = countingFiles(target.table);
  const runs = racers.map(() => startFiles(files, target, { database: portOf(target) }).finished);
  const reports = await Promise.all(runs);
  for (const { statuses } of reports) {
    expect(statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
  }
  const applied = reports.flatMap((report) => report.applied.map(({ key }) => key));
  expect(applied.sort()).toEqual(Object.keys(files));
  await expectWhole(database.sql, target);
  await expectNobodyLeft(database.sql, target.host);
}

/** The history has a row for each file, of an earlier content that failed: what is left to take is the row itself. */
async function failBefore(name: string): Promise<void> {
  const broken = Object.keys(countingFiles()).map((path) => [path, 'select nonsense;'] as const);
  const { report } = await migrateFiles(Object.fromEntries(broken), ownTarget(name));
  expect(report.statuses.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
}

/** What a transaction pooler makes of the run lock: everybody is told that they have it. */
function everybodyHasTheLock(target: Target): DatabasePort {
  const real = databasePort(target);
  return {
    target: real.target,
    name: real.name,
    ensure: () => real.ensure(),
    bystanders: () => real.bystanders(),
    connect: () => real.connect(),
    observe: () => real.observe(),
    look: () => real.look(),
    openLock: () => Promise.resolve(lockOfEverybody),
    breakOff: () => {
      real.breakOff();
    },
  };
}

const lockOfEverybody: RunLock = {
  tryAcquire: () => Promise.resolve(true),
  holder: () => Promise.resolve(null),
  isHeld: () => true,
  release: () => Promise.resolve(),
};

describe('eight runners at once where nothing is yet', () => {
  test.each(rounds(1, inCi ? 17 : 5))(
    'round %i: all succeed, each effect once, with its row, in order, and nobody left',
    (round) => race(`r${round}`),
  );

  test.each(rounds(18, inCi ? 20 : 18))(
    'round %i, as processes, not even the database there: all exit with 0, each effect once',
    async () => {
      const empty = emptyDatabaseName();
      const args = ['migrate', '--dir', tree.directory];
      const ends = await Promise.all(racers.map(() => pgm(args, { DATABASE_URL: empty.url })));
      expect(ends.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
        racers.map(() => ({ exitCode: 0, stderr: '' })),
      );
      const sql = connect(empty.name);
      await expectWhole(sql).finally(() => sql.end({ timeout: 0 }));
      await empty.drop();
    },
  );
});

describe('eight runners at once, and a run lock that does not hold', () => {
  test.each(rounds(1, 5))(
    'round %i: the claim on the history row alone lets each file be applied once',
    (round) => race(`unlocked${round}`, everybodyHasTheLock),
  );

  test.each(rounds(6, 10))(
    'round %i, over rows that are there already: the same',
    async (round) => {
      await failBefore(`again${round}`);
      await race(`again${round}`, everybodyHasTheLock);
    },
  );

  test('who comes to a file that another is in stays outside, also where the row was there before', async () => {
    // How long the second one stands before the row of the first is half of its patience with a message.
    const target = { ...ownTarget('inside'), patience: shortPatience };
    await failBefore('inside');
    const gate = connect(database.name);
    await gate`select pg_advisory_lock(4711)`;
    const last = 'a/003_three.sql';
    const wait = '-- pgm:lock-timeout 0\nselect pg_advisory_xact_lock(4711);';
    const counting = countingFiles(target.table);
    const files = { ...counting, [last]: `${wait} ${String(counting[last])}` };
    const start = () => startFiles(files, target, { database: everybodyHasTheLock(target) });
    const [first, second] = [start(), start()];
    const toldOff = () =>
      [...first.events, ...second.events].filter(
        (event) =>
          event.kind === 'waiting-for-postgres' && event.reason.includes('inside the same'),
      );
    await expect.poll(() => toldOff().length).toBeGreaterThan(0);
    expect(await advisoryWaiters(database.sql)).toHaveLength(1);
    await gate.end({ timeout: 0 });
    await Promise.all([first.finished, second.finished]);
    await expectWhole(database.sql, target);
  });
});
