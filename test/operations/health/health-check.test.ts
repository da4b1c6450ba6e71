import type { Intents } from '../../../src/core/run/intents.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HistoryTooNew, Refused, Transient } from '../../../src/core/errors.js';
import type { Snapshot } from '../../../src/core/files/migration.js';
import type { Health } from '../../../src/core/watch/readiness.js';
import {
  HealthCheck,
  type HealthCheckOptions,
} from '../../../src/operations/health/health-check.js';
import { HandClock, settled } from '../../support/memory/clock.js';
import { type Hook, MemoryDatabase } from '../../support/memory/database.js';
import { rowOf } from '../../support/memory/history.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const files = { 'a/1_x.sql': 'v1' };

let clock: HandClock;
let database: MemoryDatabase;
let snapshot: Snapshot | null;
let activity: string | null;
let stopping: boolean;
let lacking: number;
let answered: number;
let check: HealthCheck;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
  snapshot = snapshotOf(files);
  activity = null;
  stopping = false;
  lacking = 0;
  answered = 0;
  check = healthCheck();
});

afterEach(async () => {
  await check.close();
  expect(database.open).toBe(0);
});

function healthCheck(options: Partial<HealthCheckOptions> = {}): HealthCheck {
  return new HealthCheck({
    database,
    clock,
    schemas: null,
    allowEmpty: false,
    onChange: 'rerun',
    readiness: 'applied',
    snapshot: () => snapshot,
    activity: () => activity,
    stopping: () => stopping,
    onLacking: () => {
      lacking += 1;
    },
    onAnswered: () => {
      answered += 1;
    },
    ...options,
  });
}

/** A hook that counts, and waits until it is let through. */
function gate(): { hook: Hook; open: () => void; calls: () => number } {
  const waiting: (() => void)[] = [];
  let calls = 0;
  return {
    hook: () => {
      calls += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
    open: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
    calls: () => calls,
  };
}

/** A hook that counts and fails as often as it is told to. */
function failing(...errors: Error[]): { hook: Hook; calls: () => number } {
  let calls = 0;
  return {
    hook: () => {
      calls += 1;
      const error = errors.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
    calls: () => calls,
  };
}

async function reasonOf(health: Promise<Health>): Promise<string | null> {
  return (await health).reason;
}

describe('an answer', () => {
  test('comes out of the history', async () => {
    expect(await check.check(null)).toMatchObject({ ready: true, revision: snapshot?.revision });
    snapshot = snapshotOf({ ...files, 'a/2_x.sql': 'v1' });
    expect(await reasonOf(check.check(null))).toBe('1 pending');
  });

  test('without a source asks no database', async () => {
    snapshot = null;
    expect(await reasonOf(check.check(null))).toBe('migrations directory missing or not readable');
    expect(database.sessions).toHaveLength(0);
  });

  test('while stopping is no, and asks no database', async () => {
    stopping = true;
    expect(await check.check(null)).toMatchObject({
      ready: false,
      reason: 'stopping',
      revision: snapshot?.revision,
    });
    expect(database.sessions).toHaveLength(0);
  });

  test('says what is being done', async () => {
    snapshot = snapshotOf({ ...files, 'a/2_x.sql': 'v1' });
    activity = 'applying 1 of 1';
    expect(await reasonOf(check.check(null))).toBe('1 pending; applying 1 of 1');
  });

  test('is about the revision that was asked for', async () => {
    expect(await check.check('f00')).toMatchObject({ ready: false });
    expect(await check.check(snapshot?.revision ?? '')).toMatchObject({ ready: true });
  });

  test('lets an edited file pass where it is not to be run again', async () => {
    snapshot = snapshotOf({ 'a/1_x.sql': 'v2' });
    expect(await reasonOf(check.check(null))).toBe('1 changed');
    const warned = healthCheck({ onChange: 'warn' });
    expect((await warned.check(null)).ready).toBe(true);
    await warned.close();
  });
});

describe('under --readiness once', () => {
  const old = { revision: 'old', schemas: null, at: 1, since: '', by: 'pact@pod-a' };
  let once: HealthCheck;

  beforeEach(() => {
    once = healthCheck({ readiness: 'once' });
  });

  afterEach(() => once.close());

  /** What a probe is told once the last answer is old. */
  async function probed(): Promise<Health> {
    await clock.advance(1_000);
    return once.check(null);
  }

  function failFile(): void {
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { failed: 'v1' }));
  }

  test('a new process learns from the history that some revision was applied in full', async () => {
    failFile();
    database.intents = [{ ...old, inFull: false }];
    expect(await probed()).toMatchObject({ ready: false, reason: 'a/1_x.sql failed' });
    database.intents = [{ ...old, inFull: true }];
    expect((await probed()).ready).toBe(true);
  });

  test.each<[readonly string[] | null, readonly string[] | null, boolean]>([
    [null, null, true],
    [null, ['a', 'b'], true],
    [['a', 'b'], ['a'], true],
    [['b'], ['a'], false],
    [['a'], null, false],
  ])('a revision of the schemas %j counts for %j: %s', async (schemas, mine, ready) => {
    failFile();
    database.intents = [{ ...old, schemas, inFull: true }];
    const check = healthCheck({ readiness: 'once', schemas: mine });
    expect((await check.check(null)).ready).toBe(ready);
    await check.close();
  });

  test('everything in place counts without a word of the history, for as long as that is there', async () => {
    const connect = database.connect.bind(database);
    let intents: Intents | null = null;
    database.connect = async () => {
      const session = await connect();
      session.intents = () => intents;
      return session;
    };
    expect((await probed()).ready).toBe(true);
    snapshot = snapshotOf({ ...files, 'a/2_x.sql': 'v1' });
    expect((await probed()).ready).toBe(true);
    // Its tables are brought up to date, and know of nothing in full yet.
    intents = { now: 0, known: [], inFull: [] };
    expect((await probed()).ready).toBe(true);
    database.rows.clear();
    expect(await probed()).toMatchObject({ ready: false, reason: '2 pending' });
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
    expect(await probed()).toMatchObject({ ready: false, reason: '1 pending' });
  });

  test('with the source away the database is asked', async () => {
    snapshot = null;
    expect(await probed()).toMatchObject({ ready: false, postgres: 'up', revision: null });
    database.intents = [{ ...old, inFull: true }];
    expect(await probed()).toMatchObject({ ready: true, revision: null, migrations: null });
    expect(await once.sight()).toEqual({
      kind: 'no-source',
      found: { everInFull: true, allGone: true },
    });
    database.beforeHistory = () => Promise.reject(new Transient('away', null));
    expect(await probed()).toMatchObject({ ready: false, reason: 'postgres unreachable' });
    expect(lacking).toBe(0);
  });

  test('a login that is refused from now on is no reason, and one that always was is', async () => {
    expect((await probed()).ready).toBe(true);
    database.beforeHistory = () => Promise.reject(new Refused('no', '28P01'));
    expect((await probed()).ready).toBe(true);
    const fresh = healthCheck({ readiness: 'once' });
    expect(await fresh.check(null)).toMatchObject({
      ready: false,
      reason: 'postgres refuses to show the history',
    });
    await fresh.close();
  });

  test('what was seen before PostgreSQL was away says nothing of what answers next', async () => {
    expect((await probed()).ready).toBe(true);
    database.beforeHistory = () => Promise.reject(new Transient('away', null));
    expect((await probed()).reason).toBe('postgres unreachable');
    database.beforeHistory = () => Promise.reject(new Refused('no', '28P01'));
    expect((await probed()).ready).toBe(false);
  });
});

describe('a flood of probes', () => {
  test('asks once, over one connection, and leaves none open', async () => {
    const asked = gate();
    database.beforeHistory = asked.hook;
    const probes = Array.from({ length: 100 }, () => check.check(null));
    await settled();
    asked.open();
    expect((await Promise.all(probes)).every(({ ready }) => ready)).toBe(true);
    expect(asked.calls()).toBe(1);
    expect([database.sessions.length, database.open]).toEqual([1, 0]);
  });

  test('is answered for a second out of what is known, and then asks again', async () => {
    const asked = failing();
    database.beforeHistory = asked.hook;
    await check.check(null);
    await clock.advance(999);
    await check.check(null);
    expect(asked.calls()).toBe(1);
    await clock.advance(1);
    await check.check(null);
    expect(asked.calls()).toBe(2);
  });

  test('is answered about the snapshot of the moment, not about the one that was asked for', async () => {
    const asked = gate();
    database.beforeHistory = asked.hook;
    const probe = check.check(null);
    await settled();
    snapshot = snapshotOf({ ...files, 'a/2_x.sql': 'v1' });
    asked.open();
    expect(await probe).toMatchObject({ ready: false, revision: snapshot.revision });
    expect(await reasonOf(check.check(null))).toBe('1 pending');
    expect(asked.calls()).toBe(1);
  });

  test('is told when the source goes while the database is asked', async () => {
    const asked = gate();
    database.beforeHistory = asked.hook;
    const probe = check.check(null);
    await settled();
    snapshot = null;
    asked.open();
    expect(await reasonOf(probe)).toBe('migrations directory missing or not readable');
  });
});

describe('forget', () => {
  test('makes the next probe ask anew', async () => {
    const asked = failing();
    database.beforeHistory = asked.hook;
    await check.check(null);
    check.forget();
    await check.check(null);
    expect(asked.calls()).toBe(2);
  });

  test('forget makes an answer that is on its way out of date', async () => {
    database.rows.clear();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const rows = new Map(database.rows);
    const session = await database.connect();
    database.connect = () => Promise.resolve(session);
    session.history = async () => {
      await held;
      return { layout: 1, rows };
    };
    const early = check.check(null);
    await settled();
    check.forget();
    session.history = () =>
      Promise.resolve({
        layout: 1,
        rows: new Map([['a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' })]]),
      });
    expect((await check.check(null)).ready).toBe(true);
    release();
    expect((await early).ready).toBe(false);
    expect((await check.check(null)).ready).toBe(true);
    expect(lacking).toBe(0);
  });
});

describe('a database that does not answer', () => {
  test('is asked anew after each of many runs without a warning of Node', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const asked = gate();
      database.beforeHistory = asked.hook;
      const probes: Promise<Health>[] = [];
      for (let nth = 0; nth < 11; nth += 1) {
        probes.push(check.check(null));
        await settled();
        check.forget();
      }
      expect(asked.calls()).toBe(11);
      asked.open();
      await Promise.all(probes);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', onWarning);
    }
  });

  test('is given up after two seconds, its connection closed, and asked anew by the next probe', async () => {
    const asked = gate();
    database.beforeHistory = asked.hook;
    const probe = check.check(null);
    await clock.advance(1_999);
    expect(await Promise.race([probe, Promise.resolve('waiting')])).toBe('waiting');
    await clock.advance(1);
    expect(await probe).toMatchObject({ reason: 'postgres unreachable', postgres: 'down' });
    expect(database.open).toBe(0);
    database.beforeHistory = () => Promise.resolve();
    await clock.advance(1_000);
    expect((await check.check(null)).ready).toBe(true);
    expect(database.sessions).toHaveLength(2);
  });

  test('a session that answers too late has no say any more, and its failing breaks nothing', async () => {
    const asked = gate();
    database.beforeHistory = asked.hook;
    const probe = check.check(null);
    await clock.advance(2_000);
    await probe;
    database.beforeHistory = () => Promise.resolve();
    await clock.advance(1_000);
    await check.check(null);
    asked.open();
    await settled();
    expect(database.open).toBe(0);
    expect((await check.check(null)).ready).toBe(true);
    expect(database.sessions).toHaveLength(2);
  });

  test('a connection that comes too late is closed', async () => {
    const connected = gate();
    database.beforeConnect = connected.hook;
    const probe = check.check(null);
    await clock.advance(2_000);
    expect(await reasonOf(probe)).toBe('postgres unreachable');
    connected.open();
    await settled();
    expect(database.sessions.map(({ closed }) => closed)).toEqual([true]);
  });

  test('a connection that comes after close() is closed', async () => {
    const connected = gate();
    database.beforeConnect = connected.hook;
    const probe = check.check(null);
    await settled();
    await check.close();
    connected.open();
    await probe;
    expect(database.sessions.map(({ closed }) => closed)).toEqual([true]);
  });

  test('leaves no sleeper once it has answered', async () => {
    for (let round = 0; round < 5; round += 1) {
      await check.check(null);
      await clock.advance(1_000);
    }
    expect(clock.sleeping).toBe(0);
  });
});

describe('a probe leaves no session behind, which would hold up a smart shutdown of the server', () => {
  test('after an answer', async () => {
    await check.check(null);
    expect([database.sessions.length, database.open]).toEqual([1, 0]);
  });

  test('after a question that failed, and it is not asked twice', async () => {
    const asking = failing(new Transient('gone', null), new Transient('gone', null));
    database.beforeHistory = asking.hook;
    expect(await reasonOf(check.check(null))).toBe('postgres unreachable');
    expect(asking.calls()).toBe(1);
    expect(database.open).toBe(0);
  });

  test('when the check is closed while the server is asked', async () => {
    database.beforeHistory = gate().hook;
    const probe = check.check(null);
    await settled();
    await check.close();
    expect(database.open).toBe(0);
    expect(await reasonOf(probe)).toBe('postgres unreachable');
  });
});

describe('a server without a connection for the probe (53300)', () => {
  const full = (): Promise<void> => Promise.reject(new Transient('too many clients', '53300'));

  test('does answer: what it said before holds', async () => {
    expect((await check.check(null)).ready).toBe(true);
    database.beforeConnect = full;
    await clock.advance(60_000);
    expect(await check.check(null)).toMatchObject({ ready: true, postgres: 'up' });
  });

  test('is no answer once something was applied since, or when there was none before', async () => {
    await check.check(null);
    check.forget();
    database.beforeConnect = full;
    expect(await reasonOf(check.check(null))).toBe('postgres unreachable');
  });

  test('is asked again, and its answer replaces the one before', async () => {
    await check.check(null);
    database.beforeConnect = full;
    await clock.advance(1_000);
    await check.check(null);
    database.beforeConnect = () => Promise.resolve();
    database.rows.clear();
    await clock.advance(1_000);
    expect(await reasonOf(check.check(null))).toBe('1 pending');
  });
});

describe('who waits for the server', () => {
  test('is told each time that it has answered, also that it lacks the database', async () => {
    await check.check(null);
    expect(answered).toBe(1);
    database.exists = false;
    await clock.advance(1_000);
    await check.check(null);
    expect(answered).toBe(2);
  });

  test.each([
    ['is away', new Transient('away', 'ECONNREFUSED')],
    ['is full', new Transient('too many clients', '53300')],
    ['refuses the login', new Refused('no', '28P01')],
  ])('is told nothing while it %s', async (_how, error) => {
    database.beforeConnect = () => Promise.reject(error);
    await check.check(null);
    expect(answered).toBe(0);
  });
});

describe('a database that says no', () => {
  test('because it does not exist', async () => {
    database.exists = false;
    expect(await check.check(null)).toMatchObject({
      reason: 'database does not exist',
      postgres: 'up',
    });
  });

  test.each([
    ['to the login', new Refused('password authentication failed for user "pact"', '28P01')],
    ['to the question', new HistoryTooNew('layout 99')],
  ])('%s: nothing of what it said is shown', async (_to, error) => {
    database.beforeConnect = failing(error).hook;
    expect(await check.check(null)).toMatchObject({
      reason: 'postgres refuses to show the history',
      postgres: 'up',
    });
  });

  test('an error nobody foresaw is no reason to throw', async () => {
    database.beforeHistory = failing(new TypeError('x is not a function')).hook;
    expect(await reasonOf(check.check(null))).toBe('postgres unreachable');
  });
});

describe('a database that lacks migrations', () => {
  test('is told of each time it was asked, not each time a probe came', async () => {
    database.rows.clear();
    await check.check(null);
    await check.check(null);
    expect(lacking).toBe(1);
    await clock.advance(1_000);
    await check.check(null);
    expect(lacking).toBe(2);
  });

  test('because it is gone is told of too', async () => {
    database.exists = false;
    await check.check(null);
    expect(lacking).toBe(1);
  });

  test('is not one that has all, has other content, or cannot be seen', async () => {
    await check.check(null);
    snapshot = snapshotOf({ 'a/1_x.sql': 'v2' });
    await check.check(null);
    database.beforeConnect = failing(new Transient('away', null)).hook;
    await clock.advance(1_000);
    await check.check(null);
    expect(lacking).toBe(0);
  });
});
