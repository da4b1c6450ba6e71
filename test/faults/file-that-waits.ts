import type postgres from 'postgres';
import { afterEach, beforeEach, expect } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { Relay } from '../support/relay.js';
import { type Ran, watchfulPatience } from '../support/run.js';
import { connect, testServer } from '../support/server.js';

export const last = 'a/003_three.sql';
export const lock = 4711;

/** The last file stands still in its middle, or in its COMMIT, as long as somebody holds the lock. */
export function filesThatWait(
  where: 'in the file' | 'at commit',
  setting = '',
): Record<string, string> {
  const wait = `perform pg_advisory_xact_lock(${lock})`;
  const middle = `do $$ begin ${wait}; end $$;`;
  const atCommit = `
    create function wait() returns trigger language plpgsql as $$ begin ${wait}; return null; end $$;
    create constraint trigger wait after insert on effects deferrable initially deferred
      for each row execute function wait();`;
  const text = `-- pgm:lock-timeout 0
    select nextval('tries'); ${setting}
    ${where === 'at commit' ? atCommit : ''}
    insert into effects values (3);
    ${where === 'in the file' ? middle : ''}
    insert into effects values (33);`;
  return { ...countingFiles(), [last]: text };
}

export let database: Database;
export let relay: Relay;
let holder: postgres.Sql;

/**
 * Makes both anew for each test of the file that calls it. A worker loads this module once for all of its files, and so
 * hooks beside these would only be those of the first.
 */
export function freshForEachTest(): void {
  beforeEach(async () => {
    database = await createDatabase();
    await database.sql`create sequence tries`;
    // What takes the kernel of the server 25 s.
    relay = await Relay.open(testServer(), { keepalivesMs: 1_000 });
    holder = connect(database.name);
  });

  afterEach(async () => {
    await holder.end({ timeout: 0 });
    await relay.close();
    await database.drop();
  });
}

export const target = () => ({
  database: database.name,
  port: relay.port,
  patience: watchfulPatience,
});

export async function expectTries(...times: readonly number[]): Promise<void> {
  const [row] = await database.sql`select last_value::int as tries from tries`;
  expect(times).toContain(row?.['tries']);
}

export async function expectAllWell({ report }: Ran): Promise<void> {
  expect(report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
  await expectWhole(database.sql);
  await expectNobodyLeft(database.sql);
}

export const hold = (): Promise<unknown> => holder`select pg_advisory_lock(${lock})`;
export const letGo = (): Promise<unknown> => holder`select pg_advisory_unlock(${lock})`;
