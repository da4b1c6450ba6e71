import { describeDatabase } from './describe-database.js';
import { describeRunLock } from './describe-run-lock.js';
import { describeSession } from './describe-session.js';
import { type DatabaseUnderTest, slow } from './bench.js';
import { MemoryDatabase } from '../support/memory/database.js';

function open(state: 'empty' | 'missing'): Promise<DatabaseUnderTest> {
  const database = new MemoryDatabase();
  database.exists = state === 'empty';
  database.hasHistory = false;
  const begun = new Promise<void>((resolve) => {
    database.beforeApply = () => {
      if (database.applying?.sql !== slow) return Promise.resolve();
      resolve();
      return new Promise(() => undefined);
    };
  });
  return Promise.resolve({
    database,
    other: database,
    drop: () => {
      database.drop();
      return Promise.resolve();
    },
    slowBegun: () => begun,
    close: () => Promise.resolve(),
  });
}

describeDatabase(open);
describeSession(open);
describeRunLock(open);
