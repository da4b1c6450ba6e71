import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HistoryTooNew, Refused, Transient } from '../../../src/core/errors.js';
import type { PgmEvent } from '../../../src/core/events.js';
import { sqlstates } from '../../../src/core/failure/sqlstates.js';
import { HealthCheck } from '../../../src/operations/health/health-check.js';
import { Watch } from '../../../src/operations/watch/watch.js';
import type { WatchOptions } from '../../../src/operations/watch/watch-ports.js';
import { HandClock, settled } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { oneStatement } from '../../support/memory/sql.js';
import { rowOf } from '../../support/memory/history.js';
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

let clock: HandClock;
let database: MemoryDatabase;
let source: MemorySource;
let hints: MemorySourceWatch;
let events: PgmEvent[];
let soon: AbortController;
let now: AbortController;
let watch: Watch;
let running: Promise<void> | null;

beforeEach(() => {
  clock = new HandClock();
  database = new MemoryDatabase(clock);
  source = new MemorySource({ 'a/1_x.sql': 'v1' });
  hints = new MemorySourceWatch();
  events = [];
  soon = new AbortController();
  now = new AbortController();
  running = null;
  watch = new Watch(
    {
      source,
      sourceWatch: hints,
      database,
      sqlReader: oneStatement,
      clock,
      emit: (event) => events.push(event),
      stop: { soon: soon.signal, now: now.signal },
    },
    options,
  );
});

afterEach(async () => {
  soon.abort();
  now.abort();
  await running;
  expect(clock.sleeping).toBe(0);
  expect(database.open).toBe(0);
  expect(database.locks.every(({ released }) => released)).toBe(true);
});

/** Starts it and lets it go as far as it can without time. */
async function start(): Promise<void> {
  running = watch.run();
  await settled();
}

async function change(files: Readonly<Record<string, string>> | null): Promise<void> {
  source.files = files;
  hints.hint();
  await settled();
}

function told(kind: PgmEvent['kind']): number {
  return events.filter((event) => event.kind === kind).length;
}

/** A promise that a test lets go. */
function latch(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    wait: () => opened,
    open: () => {
      open();
    },
  };
}

describe('a change', () => {
  test('is run, and then it is quiet: the same bytes make no connection', async () => {
    await start();
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(watch.activity).toBeNull();
    const connections = database.sessions.length;
    await change({ 'a/1_x.sql': 'v1\r\n' });
    await clock.advance(86_400_000);
    expect(database.sessions).toHaveLength(connections);
    await change({ 'a/1_x.sql': 'v2', 'a/2_x.sql': 'v1' });
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql', 'a/2_x.sql']);
    expect(told('run-finished')).toBe(2);
  });

  test('during a run lets it end on its own snapshot, and gives exactly one more', async () => {
    const applying = latch();
    database.beforeApply = applying.wait;
    await start();
    for (const version of ['v2', 'v3', 'v4']) await change({ 'a/1_x.sql': version });
    expect(database.sent).toEqual(['a/1_x.sql']);
    applying.open();
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
    expect(told('run-finished')).toBe(2);
    expect(watch.followed.snapshot?.migrations[0]?.sql).toBe('v4');
    expect(events.filter(({ kind }) => kind === 'source-read')).toHaveLength(2);
  });

  test('has the connection for the lock opened beside that of the session, not behind it, and the session goes first', async () => {
    await start();
    const opened: string[] = [];
    const answers = latch();
    database.beforeConnect = () => {
      opened.push('session');
      return answers.wait();
    };
    database.beforeOpenLock = () => {
      opened.push('lock');
      return Promise.resolve();
    };
    await change({ 'a/1_x.sql': 'v2' });
    expect(opened).toEqual(['session', 'lock']);
    expect(database.locks.at(-1)?.asked).toBe(0);
    answers.open();
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
    expect(opened).toEqual(['session', 'lock']);
  });

  test('of which nothing is to be applied asks for no lock, and leaves no connection', async () => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1' };
    await start();
    await change({ 'a/1_x.sql': 'v1' });
    expect(told('run-finished')).toBe(2);
    expect(database.locks.map(({ asked, released }) => [asked, released])).toEqual([
      [1, true],
      [0, true],
    ]);
  });

  test('a change that another runner has applied already asks for no lock', async () => {
    await start();
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v2' }));
    await change({ 'a/1_x.sql': 'v2' });
    expect(told('run-finished')).toBe(2);
    expect(database.locks.map(({ asked, released }) => [asked, released])).toEqual([
      [1, true],
      [0, true],
    ]);
  });

  test('waits where another runner has the lock, and applies once it is free', async () => {
    await start();
    database.holder = {
      pid: 4711,
      application: 'pgm/1.0.0 pod-b',
      user: 'pact',
      since: 'long ago',
    };
    await change({ 'a/1_x.sql': 'v2' });
    expect(told('run-planned')).toBe(2);
    expect(told('waiting-for-lock')).toBe(1);
    database.holder = null;
    await clock.advance(2_000);
    expect(database.locks).toHaveLength(2);
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
  });

  test('with a file that is refused is looked at first, as no digest tells of it', async () => {
    await start();
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v2' }));
    await change({ 'a/1_x.sql': 'v2', 'a/2_x.sql': '\u{0}' });
    expect(watch.followed.snapshot?.refused).toHaveLength(1);
    expect(database.locks.map(({ asked }) => asked)).toEqual([1, 0]);
  });

  test.each<[string, Partial<WatchOptions>]>([
    ['in a dry run', { dryRun: true }],
    ['where what was edited is kept', { policy: { ...options.policy, onChange: 'warn' } }],
    ['where what follows is not wanted', { policy: { ...options.policy, to: 'a/1_x.sql' } }],
  ])('%s takes no lock where nothing is to be applied', async (_what, other) => {
    database.rows.set('a/1_x.sql', rowOf('a/1_x.sql', { applied: 'v1' }));
    watch = new Watch(watch.ports, { ...options, ...other });
    await start();
    const isEdit = other.policy?.to === undefined || other.policy.to === null;
    await change(isEdit ? { 'a/1_x.sql': 'v2' } : { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v2' });
    expect(told('run-planned')).toBe(2);
    expect(database.locks.map(({ asked }) => asked)).toEqual([0]);
    expect(database.sent).toEqual([]);
  });

  test('whose run breaks off leaves no connection, and its next try opens one after the other', async () => {
    await start();
    database.beforeConnect = () => Promise.reject(new Transient('nothing is listening', null));
    await change({ 'a/1_x.sql': 'v2' });
    expect(told('run-failed')).toBe(1);
    expect(database.locks.map(({ released }) => released)).toEqual([true, true]);
    await clock.advance(500);
    expect(told('run-failed')).toBe(2);
    expect(database.locks).toHaveLength(2);
  });

  test('to an empty source drops nothing', async () => {
    await start();
    await change({});
    expect(database.rows.size).toBe(1);
    expect(told('run-finished')).toBe(2);
    await clock.advance(86_400_000);
    expect(told('run-finished')).toBe(2);
  });
});

describe('a source that is missing', () => {
  test('is waited for without a connection, and told once', async () => {
    source.files = null;
    await start();
    for (let round = 0; round < 5; round += 1) await change(null);
    expect(told('source-missing')).toBe(1);
    expect(database.sessions).toHaveLength(0);
    await change({ 'a/1_x.sql': 'v1' });
    expect(database.sent).toEqual(['a/1_x.sql']);
  });

  test('a source that went and came back as it was gives no run', async () => {
    await start();
    await change(null);
    await change({ 'a/1_x.sql': 'v1' });
    expect(told('run-finished')).toBe(1);
  });
});

describe('a database that is away', () => {
  const away = (): Promise<void> => Promise.reject(new Transient('nothing is listening', null));

  test('is tried again after growing waits, for as long as it takes', async () => {
    database.beforeConnect = away;
    clock.dice.push(...Array.from({ length: 20 }, () => 1));
    await start();
    expect(watch.activity).toBe('waiting for PostgreSQL');
    await clock.advance(120_000);
    const waits = events.flatMap((event) => (event.kind === 'run-failed' ? [event.retryInMs] : []));
    expect(waits.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    database.beforeConnect = () => Promise.resolve();
    await clock.advance(5_000);
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(watch.activity).toBeNull();
  });

  test('is tried at once with new content', async () => {
    database.beforeConnect = away;
    clock.dice.push(...Array.from({ length: 20 }, () => 1));
    await start();
    await clock.advance(40_000);
    const failures = told('run-failed');
    database.beforeConnect = () => Promise.resolve();
    await change({ 'a/1_x.sql': 'v2' });
    expect(told('run-failed')).toBe(failures);
    expect(database.sent).toEqual(['a/1_x.sql']);
  });

  test('is not tried sooner for a hint without new content', async () => {
    database.beforeConnect = away;
    clock.dice.push(1, 1, 1);
    await start();
    await change({ 'a/1_x.sql': 'v1' });
    await change({ 'a/1_x.sql': 'v1' });
    expect(told('run-failed')).toBe(1);
    await clock.advance(500);
    expect(told('run-failed')).toBe(2);
  });

  test('in the middle of a run marks nothing as failed, and the file is run again', async () => {
    let broken = false;
    database.beforeApply = () => {
      if (broken) return Promise.resolve();
      broken = true;
      return Promise.reject(new Transient('the connection was lost', null));
    };
    await start();
    expect(database.rows.size).toBe(0);
    await clock.advance(500);
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
    expect(database.rows.get('a/1_x.sql')?.state).toBe('applied');
  });
});

describe('a server that answers somebody', () => {
  /** Long enough that no try comes by itself. */
  const late = (): void => {
    clock.dice.push(...Array.from({ length: 5 }, () => 1));
  };

  test('is tried at once by a run that found no connection', async () => {
    database.beforeConnect = () => Promise.reject(new Transient('no such host', 'EAI_AGAIN'));
    late();
    await start();
    database.beforeConnect = () => Promise.resolve();
    expect(database.sent).toEqual([]);
    watch.serverAnswered();
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql']);
  });

  test('is not tried for it while it refuses or its disk is full', async () => {
    for (const error of [new Refused('no right', '42501'), new Transient('disk full', '53100')]) {
      database.beforeConnect = () => Promise.reject(error);
      late();
      await change({ 'a/1_x.sql': error.message });
      running ??= watch.run();
      await settled();
      const tries = told('run-failed');
      watch.serverAnswered();
      await settled();
      expect(told('run-failed')).toBe(tries);
    }
  });
});

describe('a server that shuts down and waits for sessions', () => {
  const shuttingDown = new Transient('the database system is shutting down', '57P03');

  test('keeps the file that runs, gets no other, and gets those left when it is back', async () => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1' };
    let isLong = true;
    database.beforeApply = async () => {
      if (isLong) await clock.sleep(1_000);
      isLong = false;
    };
    await start();
    database.beforeConnect = () => Promise.reject(shuttingDown);
    await clock.advance(1_000);
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(database.rows.get('a/1_x.sql')?.state).toBe('applied');
    expect(told('migration-applied')).toBe(1);
    expect(database.open).toBe(0);
    database.beforeConnect = () => Promise.resolve();
    await clock.advance(1_000);
    expect(database.sent).toEqual(['a/1_x.sql', 'a/2_x.sql']);
    expect(told('migration-failed')).toBe(0);
  });

  test.each([
    ['is full', () => Promise.reject(new Transient('too many clients', '53300'))],
    ['does not answer', () => new Promise<void>(() => undefined)],
  ])('a server that %s when it is asked gets the other files', async (_how, beforeConnect) => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1' };
    database.beforeApply = () => clock.sleep(1_000);
    await start();
    database.beforeConnect = beforeConnect;
    await clock.advance(3_000);
    expect(database.sent).toEqual(['a/1_x.sql', 'a/2_x.sql']);
    expect(told('run-finished')).toBe(1);
  });

  test('is not asked between files that take less than a second', async () => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1', 'a/3_x.sql': 'v1' };
    database.beforeApply = () => clock.sleep(400);
    await start();
    await clock.advance(2_000);
    expect(told('run-finished')).toBe(1);
    expect(database.connects).toBe(1);
  });
});

describe('a standby', () => {
  const standby = (): Promise<void> =>
    Promise.reject(
      new Transient('it is a standby, nothing can be written', sqlstates.readOnlySqlTransaction),
    );

  test('is followed without a word of trouble, and found promoted within 3 s, however long it was one', async () => {
    database.beforeConnect = standby;
    clock.dice.push(...Array.from({ length: 1_300 }, () => 1));
    await start();
    expect(watch.activity).toBe('following a standby');
    await clock.advance(3_600_000);
    expect(events.map(({ kind }) => kind)).toEqual(['source-read', 'note']);
    database.beforeConnect = () => Promise.resolve();
    await clock.advance(3_000);
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(watch.activity).toBeNull();
  });

  test('is looked at again in seconds also after the server was long away', async () => {
    database.beforeConnect = () => Promise.reject(new Transient('nothing is listening', null));
    clock.dice.push(...Array.from({ length: 20 }, () => 1));
    await start();
    await clock.advance(91_000);
    database.beforeConnect = standby;
    await clock.advance(30_000);
    expect(watch.activity).toBe('following a standby');
    database.beforeConnect = () => Promise.resolve();
    await clock.advance(3_000);
    expect(database.sent).toEqual(['a/1_x.sql']);
  });
});

describe('what a person has to change', () => {
  test.each([
    ['a refusal', new Refused('permission denied', '42501'), 'PostgreSQL refuses; trying again'],
    ['a newer history', new HistoryTooNew('layout 99'), 'PostgreSQL refuses; trying again'],
  ])('%s does not end the daemon', async (_what, error, activity) => {
    database.beforeConnect = () => Promise.reject(error);
    await start();
    expect(watch.activity).toBe(activity);
    database.beforeConnect = () => Promise.resolve();
    await clock.advance(500);
    expect(database.sent).toEqual(['a/1_x.sql']);
  });

  test('a lock that somebody keeps is waited for, and the probes can say so', async () => {
    database.holder = { pid: 1, application: 'x', user: 'y', since: 'z' };
    await start();
    expect(watch.activity).toMatch(/^waiting for the lock, \d+ s$/);
    await clock.advance(5_000);
    expect(told('run-failed')).toBe(1);
    expect(watch.activity).toBe('waiting for the lock');
    database.holder = null;
    await clock.advance(500);
    expect(database.sent).toEqual(['a/1_x.sql']);
  });

  test('a mistake of ours does end it', async () => {
    database.beforeConnect = () => Promise.reject(new TypeError('x is not a function'));
    await expect(watch.run()).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a database that was dropped and made anew', () => {
  let check: HealthCheck;

  beforeEach(() => {
    check = new HealthCheck({
      ...options,
      database,
      clock,
      onChange: 'rerun',
      readiness: 'applied',
      snapshot: () => watch.followed.snapshot,
      activity: () => watch.activity,
      stopping: () => false,
      onLacking: () => {
        watch.catchUp();
      },
      ownIntent: () => watch.ownIntent,
    });
    watch.onRun(() => {
      check.forget();
    });
  });

  afterEach(async () => {
    await check.close();
  });

  function changeFile(): void {
    const [key, row] = [...database.rows][0]!;
    database.rows.set(key, { ...row, checksum: 'other', appliedChecksum: 'other' });
  }

  test('is filled again as soon as a probe sees it', async () => {
    await start();
    expect((await check.check(null)).ready).toBe(true);
    database.drop();
    await clock.advance(1_000);
    expect(await check.check(null)).toMatchObject({ ready: false });
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
    expect((await check.check(null)).ready).toBe(true);
    await clock.advance(60_000);
    expect((await check.check(null)).ready).toBe(true);
    expect(told('run-finished')).toBe(2);
  });

  test('is filled again also when only some of it is missing', async () => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1' };
    await start();
    database.rows.delete('a/2_x.sql');
    await check.check(null);
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql', 'a/2_x.sql', 'a/2_x.sql']);
  });

  test('by another runner with other files is left to that one', async () => {
    await start();
    changeFile();
    const at = database.now();
    const other = {
      revision: 'other',
      schemas: null,
      at,
      since: '',
      by: 'pact@pod-b',
      inFull: true,
    };
    database.intents.push(other);
    await clock.advance(1_000);
    await check.check(null);
    await clock.advance(86_400_000);
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(events.filter(({ kind }) => kind === 'superseded')[0]).toMatchObject({ by: other });
  });

  test('by nobody who wants another revision is put right as soon as a probe sees it', async () => {
    await start();
    changeFile();
    await check.check(null);
    await settled();
    expect(database.sent).toEqual(['a/1_x.sql', 'a/1_x.sql']);
  });

  test('a probe during a run starts no other', async () => {
    const applying = latch();
    database.beforeApply = applying.wait;
    await start();
    expect((await check.check(null)).ready).toBe(false);
    applying.open();
    await settled();
    expect(told('run-finished')).toBe(1);
    expect((await check.check(null)).ready).toBe(true);
  });

  test('a probe does not hurry a try that waits', async () => {
    source.files = { 'a/1_x.sql': 'broken', 'a/2_x.sql': '-- pgm:requires a/1\nselect 1;' };
    clock.dice.push(1);
    await start();
    await check.check(null);
    await settled();
    expect(told('run-finished')).toBe(1);
  });
});

describe('stopping', () => {
  test('ends a rest at once', async () => {
    await start();
    soon.abort();
    await running;
  });

  test('ends a wait for the next try at once', async () => {
    database.beforeConnect = () => Promise.reject(new Transient('away', null));
    clock.dice.push(1);
    await start();
    expect(clock.sleeping).toBe(1);
    soon.abort();
    await running;
  });

  test('lets the file under way end, and begins no other', async () => {
    source.files = { 'a/1_x.sql': 'v1', 'a/2_x.sql': 'v1' };
    const applying = latch();
    database.beforeApply = applying.wait;
    await start();
    soon.abort();
    await settled();
    applying.open();
    await running;
    expect(database.sent).toEqual(['a/1_x.sql']);
    expect(database.rows.has('a/1_x.sql')).toBe(true);
  });

  test('before it began does nothing at all', async () => {
    soon.abort();
    await watch.run();
    expect(source.reads).toBe(0);
  });

  test('leaves no listener behind after many rests', async () => {
    await start();
    for (let round = 0; round < 50; round += 1) await change({ 'a/1_x.sql': `v${round}` });
    expect(getEventListeners(soon.signal, 'abort').length).toBeLessThanOrEqual(1);
    expect(getEventListeners(now.signal, 'abort')).toHaveLength(0);
  });
});

test('whoever wants to know is told after each run, also one that broke off', async () => {
  let runs = 0;
  watch.onRun(() => {
    runs += 1;
  });
  await start();
  expect(runs).toBe(1);
  database.beforeConnect = () => Promise.reject(new Transient('away', null));
  await change({ 'a/1_x.sql': 'v2' });
  expect(runs).toBe(2);
});

test('what it does at the moment can be asked for', async () => {
  expect(watch.activity).toBe('starting');
  const applying = latch();
  database.beforeApply = applying.wait;
  await start();
  expect(watch.activity).toBe('applying 1 of 1');
  applying.open();
  await settled();
  expect(watch.activity).toBeNull();
});
