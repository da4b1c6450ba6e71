import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import type { PgmEvent } from '../../../src/core/events.js';
import type { SqlReader } from '../../../src/core/ports.js';
import { HealthCheck } from '../../../src/operations/health/health-check.js';
import { Watch } from '../../../src/operations/watch/watch.js';
import type { WatchOptions } from '../../../src/operations/watch/watch-ports.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { HandClock, settled } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { MemorySource, MemorySourceWatch } from '../../support/memory/source.js';

const options: WatchOptions = {
  policy: { onFailure: 'continue', onChange: 'rerun', to: null },
  schemas: null,
  allowEmpty: false,
  lockTimeoutMs: 10_000,
  restoreGraceMs: 0,
  lockWaitMs: 5_000,
  onPooler: 'warn',
  gate: null,
  dryRun: false,
  detailed: false,
};

const minute = 60_000;

let clock: HandClock;
let database: MemoryDatabase;
let source: MemorySource;
let hints: MemorySourceWatch;
let events: PgmEvent[];
let stop: AbortController;
let watch: Watch;
let running: Promise<void> | null;
/** Texts by what they were read for. */
let read: { statements: string[]; literals: string[]; effects: string[] };

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  source = new MemorySource({});
  hints = new MemorySourceWatch();
  events = [];
  stop = new AbortController();
  running = null;
  read = { statements: [], literals: [], effects: [] };
  const stops = { soon: stop.signal, now: stop.signal };
  const emit = (event: PgmEvent): number => events.push(event);
  const sqlReader = countingReader();
  watch = new Watch(
    { source, sourceWatch: hints, database, sqlReader, clock, emit, stop: stops },
    options,
  );
});

afterEach(async () => {
  stop.abort();
  await running;
  expect(clock.sleeping).toBe(0);
  expect(database.open).toBe(0);
});

function countingReader(): SqlReader {
  const real = createSqlReader();
  return {
    read: (text) => {
      read.statements.push(text);
      return real.read(text);
    },
    literals: (text) => {
      read.literals.push(text);
      return real.literals(text);
    },
    effects: (text) => {
      read.effects.push(text);
      return real.effects(text);
    },
  };
}

async function start(files: Readonly<Record<string, string>>): Promise<void> {
  source.files = files;
  running = watch.run();
  await allSettled();
}

async function change(files: Readonly<Record<string, string>>): Promise<void> {
  source.files = files;
  hints.hint();
  await allSettled();
}

/** Runs of many files yield to others again and again. */
async function allSettled(): Promise<void> {
  for (let before = -1; before !== database.sent.length + events.length;) {
    before = database.sent.length + events.length;
    for (let turn = 0; turn < 5; turn += 1) await settled();
  }
}

async function advance(ms: number): Promise<void> {
  await clock.advance(ms);
  await allSettled();
}

/** What was sent since this was last asked. */
function sent(): readonly string[] {
  return database.sent.splice(0);
}

const broken = { 'a/1_x.sql': 'broken', 'b/1_x.sql': 'select 1' };

describe('a file that fails by its own fault', () => {
  test('is tried again after 1, 2, 4 and 8 minutes, and then each 10', async () => {
    await start(broken);
    expect(sent()).toEqual(['a/1_x.sql', 'b/1_x.sql']);
    for (const minutes of [1, 2, 4, 8, 10, 10]) {
      await advance(minutes * minute - 1);
      expect(sent()).toEqual([]);
      await advance(1);
      expect(sent()).toEqual(['a/1_x.sql']);
    }
  });

  test('is tried at once when it is edited, and when another file is', async () => {
    await start(broken);
    await advance(minute);
    sent();
    await change({ ...broken, 'c/1_x.sql': 'select 2' });
    expect(sent()).toEqual(['a/1_x.sql', 'c/1_x.sql']);
    await change({ ...broken, 'a/1_x.sql': 'fixed', 'c/1_x.sql': 'select 2' });
    expect(sent()).toEqual(['a/1_x.sql']);
    await advance(24 * 60 * minute);
    expect(sent()).toEqual([]);
  });

  test('keeps its distance after a change of another file', async () => {
    await start(broken);
    await change({ ...broken, 'c/1_x.sql': 'select 2' });
    sent();
    await advance(2 * minute - 1);
    expect(sent()).toEqual([]);
    await advance(1);
    expect(sent()).toEqual(['a/1_x.sql']);
  });

  test('is tried at once when somebody asks for it', async () => {
    await start(broken);
    sent();
    watch.tryNow();
    await allSettled();
    expect(sent()).toEqual(['a/1_x.sql']);
  });

  test('is tried as soon as PostgreSQL is back for a run that broke off', async () => {
    await start({ ...broken, 'c/1_x.sql': 'in use' });
    sent();
    database.beforeConnect = () => Promise.reject(new Transient('away', null));
    await advance(15_000);
    expect(sent()).toEqual([]);
    database.beforeConnect = () => Promise.resolve();
    await advance(30_000);
    expect(sent()).toContain('a/1_x.sql');
  });

  test('says in the history when it is tried again at the latest', async () => {
    await start(broken);
    const noon = Date.UTC(2026, 10, 23, 12);
    const nextTry = (): number =>
      Date.parse(database.rows.get('a/1_x.sql')?.nextTryAt ?? '') - noon;
    expect(nextTry()).toBe(minute);
    await advance(minute);
    expect(nextTry()).toBe(3 * minute);
    await change({ 'a/1_x.sql': 'in use' });
    expect(nextTry()).toBe(2 * minute);
  });
});

test('what failed is tried at once when PostgreSQL answers a probe again, but not each time within a minute', async () => {
  await start(broken);
  const check = new HealthCheck({
    ...options,
    database,
    clock,
    onChange: 'rerun',
    readiness: 'applied',
    snapshot: () => watch.followed.snapshot,
    activity: () => null,
    stopping: () => false,
    onBack: () => {
      watch.tryNow();
    },
  });
  const probe = async (): Promise<void> => {
    await check.check(null);
    await advance(1_000);
  };
  const restart = async (): Promise<void> => {
    database.endSessions();
    database.beforeConnect = () => Promise.reject(new Transient('away', null));
    await probe();
    database.beforeConnect = () => Promise.resolve();
    await probe();
  };
  await probe();
  sent();
  await restart();
  expect(sent()).toEqual(['a/1_x.sql']);
  await restart();
  expect(sent()).toEqual([]);
  await advance(minute);
  sent();
  await restart();
  expect(sent()).toEqual(['a/1_x.sql']);
  await check.close();
});

describe('a file that fails through no fault of its own', () => {
  test('is tried again within 15, 30 and then each 60 s, and those at fault are left alone', async () => {
    clock.dice.push(1, 1, 1, 1, 1);
    await start({ 'a/1_x.sql': 'broken', 'b/1_x.sql': 'in use' });
    sent();
    for (const [seconds, files] of [
      [15, ['b/1_x.sql']],
      [30, ['b/1_x.sql']],
      [15, ['a/1_x.sql', 'b/1_x.sql']],
      [60, ['b/1_x.sql']],
    ] as const) {
      await advance(seconds * 1_000 - 1);
      expect(sent()).toEqual([]);
      await advance(1);
      expect(sent()).toEqual(files);
    }
  });

  test('has those behind it tried at once when it succeeds, in whatever schema they are', async () => {
    const files = {
      'a/1_x.sql': 'broken',
      'b/1_x.sql': 'in use',
      'b/2_x.sql': 'broken 2',
      'c/1_x.sql': 'broken 3',
    };
    await start(files);
    sent();
    const { key, checksum } = watch.followed.snapshot!.migrations[1]!;
    database.beforeApply = () => {
      // What was in the way is gone, and so another runner applied it.
      const row = database.rows.get(key)!;
      database.rows.set(key, { ...row, state: 'applied', appliedChecksum: checksum });
      return Promise.resolve();
    };
    await advance(15_000);
    expect(sent()).toEqual(['b/1_x.sql', 'b/2_x.sql', 'c/1_x.sql']);
  });
});

test('a file that is held stays held while what it waits for is left alone', async () => {
  await start({ 'a/1_x.sql': 'broken', 'a/2_x.sql': 'drop table t', 'b/1_x.sql': 'in use' });
  expect(sent()).toEqual(['a/1_x.sql', 'b/1_x.sql']);
  await advance(15_000);
  expect(sent()).toEqual(['b/1_x.sql']);
  expect(database.rows.get('a/2_x.sql')).toMatchObject({ state: 'held' });
});

describe('300 files that fail', () => {
  /** Each in a schema of its own, or all in one. */
  function many(schemaOf: (n: number) => string): Record<string, string> {
    const names = Array.from({ length: 300 }, (_, n): [string, string] => [
      `${schemaOf(n)}/${1_000 + n}_x.sql`,
      `insert into broken_${n} values ('${n}')`,
    ]);
    return Object.fromEntries(names);
  }

  test('wait for the disk once, and each is read for its statements and its literals only', async () => {
    const files = many((n) => `s${n}`);
    await start(files);
    const texts = Object.values(files).toSorted();
    expect(read.statements.toSorted()).toEqual(texts);
    expect(read.literals.toSorted()).toEqual(texts);
    expect(read.effects).toEqual([]);
    expect(database.flushes).toBe(1);
  });

  test('in one schema are read once more, for what they do to each other', async () => {
    const files = many(() => 's');
    await start(files);
    expect(read.effects.toSorted()).toEqual(Object.values(files).toSorted());
    expect(database.sent).toHaveLength(300);
  });

  test('are tried together at growing distances, and at once after a change', async () => {
    const files = many((n) => `s${n}`);
    await start(files);
    expect(sent()).toHaveLength(300);
    for (const minutes of [1, 2, 4]) {
      const before = events.filter(({ kind }) => kind === 'run-finished').length;
      await advance(minutes * minute - 1);
      expect(sent()).toEqual([]);
      await advance(1);
      expect(sent()).toHaveLength(300);
      expect(events.filter(({ kind }) => kind === 'run-finished')).toHaveLength(before + 1);
    }
    await change({ ...files, 't/1_x.sql': 'select 1' });
    expect(sent()).toHaveLength(301);
  });

  test('are not read while they are left alone', async () => {
    await start({ ...many((n) => `s${n}`), 't/1_x.sql': 'in use' });
    read.statements.splice(0);
    await advance(15_000);
    expect(read.statements).toEqual(['in use']);
  });
});
