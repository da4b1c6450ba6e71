import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainReporter } from '../../../../src/cli/render/reporters/open-reporter.js';
import type { Reporter } from '../../../../src/cli/render/reporters/reporter.js';
import { Transient } from '../../../../src/core/errors.js';
import { Watch } from '../../../../src/operations/watch/watch.js';
import { HandClock, settled } from '../../../support/memory/clock.js';
import { MemoryDatabase } from '../../../support/memory/database.js';
import { oneStatement } from '../../../support/memory/sql.js';
import { MemorySource, MemorySourceWatch } from '../../../support/memory/source.js';

const minute = 60_000;
const hour = 60 * minute;

let clock: HandClock;
let database: MemoryDatabase;
let source: MemorySource;
let hints: MemorySourceWatch;
let stop: AbortController;
let lines: string[];
let running: Promise<void>;

beforeEach(async () => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  source = new MemorySource({ 'gcp/001_a.sql': 'one', 'gcp/002_b.sql': 'two' });
  hints = new MemorySourceWatch();
  stop = new AbortController();
  const { signal } = stop;
  lines = [];
  const stream = {
    writableLength: 0,
    write: (text: string) => lines.push(text) > 0,
    once: () => undefined,
  };
  const reporter: Reporter = plainReporter({
    output: { logFormat: 'text', color: 'never', verbosity: 'normal', terminationLog: null },
    ...{
      stream,
      clock,
      directory: '/m',
      timestamps: true,
      labels: { namespace: 'n', configMap: 'c' },
    },
  });
  const watch = new Watch(
    {
      ...{ source, sourceWatch: hints, database, sqlReader: oneStatement, clock },
      emit: reporter.emit,
      stop: { soon: signal, now: signal },
    },
    {
      policy: { onFailure: 'continue', onChange: 'rerun', to: null },
      ...{
        schemas: null,
        allowEmpty: false,
        onPooler: 'warn',
        gate: null,
        dryRun: false,
        detailed: false,
      },
      ...{ lockTimeoutMs: 10_000, restoreGraceMs: 0, lockWaitMs: null },
    },
  );
  running = watch.run();
  await settled();
});

afterEach(async () => {
  stop.abort();
  await running;
});

async function swap(files: Readonly<Record<string, string>>): Promise<void> {
  source.files = files;
  hints.hint();
  await settled();
}

/** As a person reads it who knows which day it is. */
function log(): string {
  return `\n${lines.map((line) => line.replace(/^2026-11-23T/, '')).join('')}`;
}

test('a day of trouble is a log that fits on a screen, and says when each trouble began and ended', async () => {
  const good = { 'gcp/001_a.sql': 'one', 'gcp/002_b.sql': 'two' };
  // 13:00, a broken file comes with a swap, and another file goes.
  await clock.advance(hour);
  await swap({ 'gcp/001_a.sql': 'one', 'gcp/003_c.sql': 'broken' });
  // Tried again each minute for an hour; in the midst ten swaps bring the same bytes.
  for (let round = 0; round < 10; round += 1) {
    await clock.advance(6 * minute);
    await swap({ 'gcp/001_a.sql': 'one', 'gcp/003_c.sql': 'broken' });
  }
  // 14:00, somebody edits the file, and it is still broken. 14:10, it is fixed, and the file that went is back.
  await swap({ 'gcp/001_a.sql': 'one', 'gcp/003_c.sql': 'broken too' });
  await clock.advance(10 * minute);
  await swap({ ...good, 'gcp/003_c.sql': 'fixed' });
  // 15:00, PostgreSQL is away for an hour while a new file comes.
  await clock.advance(50 * minute);
  database.beforeConnect = () =>
    Promise.reject(new Transient('nothing is listening at db:5432 (ECONNREFUSED)', 'ECONNREFUSED'));
  await swap({ ...good, 'gcp/003_c.sql': 'fixed', 'gcp/004_d.sql': 'four' });
  await clock.advance(hour);
  database.beforeConnect = () => Promise.resolve();
  await clock.advance(minute);
  // 16:01, a file that was applied long ago is taken out; then nothing happens until the evening.
  await swap({ 'gcp/001_a.sql': 'one', 'gcp/003_c.sql': 'fixed', 'gcp/004_d.sql': 'four' });
  await clock.advance(6 * hour);
  expect(log()).toMatchInlineSnapshot(`
    "
    12:00:00.000Z INFO  2 migrations in 1 schema (gcp), revision 9b7d0fefe2c3
    12:00:00.000Z INFO  gcp/001_a.sql applied (1 ms)
    12:00:00.000Z INFO  gcp/002_b.sql applied (1 ms)
    12:00:00.000Z INFO  2 migrations applied in 0 ms; total: 2 applied
    12:00:00.000Z INFO  ✅ All migrations applied
    13:00:00.000Z INFO  2 migrations in 1 schema (gcp), revision c9b03bb70980
    13:00:00.000Z ERROR /m/gcp/003_c.sql:1:1 syntax error (SQLSTATE 42601)
          1 | broken
            | ^
          to do: PostgreSQL cannot parse the file there; often the mistake is just before it
    13:00:00.000Z WARN  gcp/002_b.sql was applied and is no longer in the source
    13:00:00.000Z INFO  no migration applied; total: 1 applied, 1 failed, 1 missing
    13:00:00.000Z ERROR not all migrations are applied: gcp/003_c.sql failed
    14:00:00.000Z INFO  2 migrations in 1 schema (gcp), revision e02db25ad8d0
    14:00:00.000Z ERROR /m/gcp/003_c.sql:1:1 syntax error (SQLSTATE 42601)
          1 | broken too
            | ^
          to do: PostgreSQL cannot parse the file there; often the mistake is just before it
    14:00:00.000Z INFO  no migration applied; total: 1 applied, 1 failed, 1 missing
    14:00:00.000Z ERROR not all migrations are applied: gcp/003_c.sql failed
    14:10:00.000Z INFO  3 migrations in 1 schema (gcp), revision f411f2bcf6f1
    14:10:00.000Z INFO  gcp/003_c.sql applied (1 ms)
    14:10:00.000Z INFO  1 migration applied in 0 ms; total: 3 applied
    14:10:00.000Z INFO  ✅ All migrations applied
    15:00:00.000Z INFO  4 migrations in 1 schema (gcp), revision 15ed52d942aa
    15:00:00.000Z WARN  nothing is listening at db:5432 (ECONNREFUSED); trying again until it works
    16:00:00.250Z INFO  PostgreSQL answers again after 1 h 0 min
    16:00:00.250Z INFO  gcp/004_d.sql applied (1 ms)
    16:00:00.250Z INFO  1 migration applied in 0 ms; total: 4 applied
    16:00:00.250Z INFO  ✅ All migrations applied
    16:01:00.000Z INFO  3 migrations in 1 schema (gcp), revision 47a0bf53a162
    16:01:00.000Z WARN  gcp/002_b.sql was applied and is no longer in the source
    16:01:00.000Z INFO  nothing to do: 3 applied, 1 missing
    16:01:00.000Z INFO  ✅ All migrations applied
    "
  `);
});
