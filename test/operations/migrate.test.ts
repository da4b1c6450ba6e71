import { beforeEach, expect, test } from 'vitest';
import { SourceMissing } from '../../src/core/errors.js';
import type { RunReport } from '../../src/core/run/report.js';
import { migrate } from '../../src/operations/migrate.js';
import { HandClock } from '../support/memory/clock.js';
import { MemoryDatabase } from '../support/memory/database.js';
import { oneStatement } from '../support/memory/sql.js';
import { MemorySource } from '../support/memory/source.js';

let database: MemoryDatabase;
let source: MemorySource;

beforeEach(() => {
  database = new MemoryDatabase();
  source = new MemorySource({ 'a/1_x.sql': 'v1' });
});

function run(): Promise<RunReport> {
  const never = new AbortController().signal;
  const stop = { soon: never, now: never };
  return migrate(
    {
      ...{ source, database, stop },
      ...{ sqlReader: oneStatement, clock: new HandClock(), emit: () => undefined },
    },
    {
      policy: { onFailure: 'continue', onChange: 'rerun', to: null },
      ...{ schemas: null, detailed: false, dryRun: false, onPooler: 'warn', gate: null },
      ...{ lockTimeoutMs: 10_000, lockWaitMs: 5_000, waitTimeoutMs: 0 },
    },
  );
}

test('migrate connects while the source is being read, and uses that session', async () => {
  const read = source.read.bind(source);
  source.read = async () => {
    await expect.poll(() => database.sessions).toHaveLength(1);
    return read();
  };
  expect((await run()).applied).toMatchObject([{ key: 'a/1_x.sql' }]);
  expect(database.sessions).toHaveLength(1);
  expect(database.open).toBe(0);
});

test('a source that cannot be read leaves no session behind', async () => {
  source.files = null;
  await expect(run()).rejects.toBeInstanceOf(SourceMissing);
  await expect.poll(() => database.sessions.map(({ closed }) => closed)).toEqual([true]);
});
