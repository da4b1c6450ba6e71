import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PgmEvent } from '../../src/core/events.js';
import { createDatabase, type Database } from '../support/database.js';
import { migrateFiles, startFiles, type Target, watchfulPatience } from '../support/run.js';
import { connect } from '../support/server.js';

let database: Database;

beforeAll(async () => {
  database = await createDatabase();
  await database.sql`create table busy (id int)`;
});

afterAll(() => database.drop());

const target = (): Target => ({ database: database.name, patience: watchfulPatience });

/** Runs files while another session holds `busy`, until pgm has told of it. */
async function behindALock(
  lock: string,
  files: Readonly<Record<string, string>>,
): Promise<PgmEvent | undefined> {
  const holder = connect(database.name);
  try {
    await holder.unsafe(`begin; ${lock}`);
    const { events, finished } = startFiles(files, target());
    const slow = (): PgmEvent | undefined => events.find(({ kind }) => kind === 'migration-slow');
    await expect.poll(slow).toBeDefined();
    await holder.unsafe('rollback');
    await finished;
    return slow();
  } finally {
    await holder.end();
  }
}

test('a file that waits for a lock is told of, with who is in its way, in which state and since when', async () => {
  const event = await behindALock('lock table busy in access share mode', {
    'a/001_x.sql': '-- pgm:lock-timeout 0\nalter table busy add column more int;',
  });
  expect(event).toMatchObject({
    kind: 'migration-slow',
    key: 'a/001_x.sql',
    progress: {
      waitingFor: 'Lock: relation',
      blockers: [{ user: 'pact', state: 'idle in transaction' }],
      indexBuild: null,
    },
  });
});

test('the phase of a CREATE INDEX is told', async () => {
  const event = await behindALock('lock table busy in row exclusive mode', {
    'b/001_x.sql': 'create index concurrently busy_id on busy (id);',
  });
  expect(event).toMatchObject({
    key: 'b/001_x.sql',
    progress: { indexBuild: expect.stringContaining('waiting for writers') as string },
  });
});

test('a file that waited in vain fails with 55P03 and names who was in the way', async () => {
  const holder = connect(database.name);
  await holder.unsafe('begin; lock table busy in access share mode');
  const { report } = await migrateFiles(
    { 'c/001_x.sql': '-- pgm:lock-timeout 400ms\nalter table busy add column late int;' },
    target(),
  );
  await holder.end();
  const [status] = report.statuses;
  expect(status?.failure).toMatchObject({
    sqlstate: '55P03',
    detail: expect.stringMatching(
      /^in the way: pid \d+ \(.+, user pact, idle in transaction, for \d+ s\)$/,
    ) as string,
  });
});
