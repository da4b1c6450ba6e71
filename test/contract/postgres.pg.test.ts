import { afterAll, beforeAll, expect } from 'vitest';
import { createDatabase, type Database, emptyDatabaseName } from '../support/database.js';
import { describeDatabase } from './describe-database.js';
import { describeRunLock } from './describe-run-lock.js';
import { describeSession } from './describe-session.js';
import type { DatabaseUnderTest } from './bench.js';
import { databasePort } from '../support/run.js';

let shared: Database;
let opened = 0;

beforeAll(async () => {
  shared = await createDatabase();
});

afterAll(() => shared.drop());

/**
 * One database for all that need it only to be there, with a history schema for each test.
 */
function open(state: 'empty' | 'missing'): Promise<DatabaseUnderTest> {
  const free = state === 'missing' ? emptyDatabaseName() : null;
  opened += 1;
  const target = { database: free?.name ?? shared.name, historySchema: `pgm_${opened}` };
  return Promise.resolve({
    database: databasePort(target),
    other: databasePort({ ...target, host: 'other' }),
    drop: async () => {
      await free?.drop();
    },
    slowBegun: () =>
      expect
        .poll(
          () => shared.sql`
            select pid from pg_stat_activity
            where datname = current_database() and wait_event = 'PgSleep'`,
        )
        .toHaveLength(1),
    close: async () => {
      await free?.drop();
    },
  });
}

describeDatabase(open);
describeSession(open);
describeRunLock(open);
