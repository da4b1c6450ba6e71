import { afterEach, beforeEach, expect, test } from 'vitest';
import { Relay } from '../../support/relay.js';
import { createDatabase, type Database } from '../../support/database.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../../support/invariants.js';
import { shortPatience, startFiles } from '../../support/run.js';
import { connect, testServer } from '../../support/server.js';
import { waitsForLock } from '../../support/waiting.js';

let database: Database;
let network: Relay;
let blocker: ReturnType<typeof connect>;

beforeEach(async () => {
  database = await createDatabase();
  network = await Relay.open(testServer());
  blocker = connect(database.name);
  await blocker`select pg_advisory_lock(4711)`;
});

afterEach(async () => {
  await blocker.end({ timeout: 0 });
  await network.close();
  await database.drop();
});

const wait = 'do $$ begin perform pg_advisory_xact_lock(4711); end $$;';
const last = 'a/003_three.sql';

test.each([
  ['in one transaction', `-- pgm:lock-timeout 0\n${wait}\n${countingFiles()[last] ?? ''}`],
  [
    'without a transaction',
    `-- pgm:no-transaction\n-- pgm:lock-timeout 0\n${wait}\n${countingFiles()[last] ?? ''}`,
  ],
])(
  'the whole network goes dark in a file %s: once it is there again the next try does not wait for the locks of the dead',
  async (_, text) => {
    const files = { ...countingFiles(), [last]: text };
    const target = { database: database.name, port: network.port, patience: shortPatience };
    const run = startFiles(files, target);
    await waitsForLock(database.sql);
    network.goDark();
    await expect.poll(() => run.events.map(({ kind }) => kind)).toContain('waiting-for-postgres');
    network.light();
    await blocker`select pg_advisory_unlock(4711)`;
    // Here the dead are never told that they are: the network answers the server's keepalives, and stays open.
    const { statuses } = await run.finished;
    expect(statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    await expectWhole(database.sql);
    await expectNobodyLeft(database.sql, 'test');
  },
);
