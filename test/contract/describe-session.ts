import { describe, expect, test } from 'vitest';
import type { Session } from '../../src/core/ports.js';
import { type HistoryRow, historyLayout } from '../../src/core/run/history.js';
import { applied, broken, type OpenDatabase, slow, useBench, workOf } from './bench.js';
import { syntaxError } from '../support/memory/history.js';

async function rowIn(session: Session, key = 'a/1_x.sql'): Promise<HistoryRow | undefined> {
  return (await session.history()).rows.get(key);
}

async function outcomesIn(session: Session): Promise<readonly string[]> {
  return (await session.attempts(99)).map(({ key, outcome }) => `${key} ${outcome}`);
}

/** What operations rely on of a `Session`. */
export function describeSession(openDatabase: OpenDatabase): void {
  describeHistory(openDatabase);
  describeApply(openDatabase);
  describeRecords(openDatabase);
}

function describeHistory(openDatabase: OpenDatabase): void {
  describe('the history', () => {
    const bench = useBench(openDatabase);

    test('is empty where there is none, and nothing makes it by looking', async () => {
      const session = await bench.connect();
      const none = { layout: null, rows: new Map() };
      expect(await session.history()).toEqual(none);
      expect(await session.attempts(9)).toEqual([]);
      expect(await session.agreement([], null)).toBe('no history');
      expect(await session.history()).toEqual(none);
    });

    test('is made once, and then given with what is in it', async () => {
      const session = await bench.connect();
      expect(await session.ensureHistory()).toEqual({ layout: historyLayout, rows: new Map() });
      await applied(session, 'select 1');
      const found = await (await bench.connect(bench.other)).ensureHistory();
      expect(found).toEqual(await session.history());
      expect([...found.rows.keys()]).toEqual(['a/1_x.sql']);
    });

    test('agrees with exactly the migrations that are applied, with their content', async () => {
      const session = await bench.ready();
      expect(await session.agreement([], null)).toBe('in place');
      const { migration: one } = await workOf('select 1');
      expect(await session.agreement([one], null)).toBe('differs');
      await applied(session, 'select 1');
      const { migration: two } = await applied(session, 'select 2', '2_x.sql');
      const { migration: edited } = await workOf('select 3', '2_x.sql');
      expect(await session.agreement([one, two], null)).toBe('in place');
      expect(await session.agreement([one], null)).toBe('differs');
      expect(await session.agreement([one, edited], null)).toBe('differs');
    });

    test('is compared for some schemas only where a run is of some schemas only', async () => {
      const session = await bench.ready();
      const { migration } = await applied(session, 'select 1');
      expect(await session.agreement([migration], ['a'])).toBe('in place');
      expect(await session.agreement([], ['b'])).toBe('in place');
      expect(await session.agreement([], ['a', 'b'])).toBe('differs');
    });

    test('agrees with what is applied also when an edit of it failed', async () => {
      const session = await bench.ready();
      const { migration } = await applied(session, 'select 1');
      await session.recordFailure({ ...(await workOf(broken)), nextTryInMs: null }, syntaxError);
      expect(await session.agreement([migration], null)).toBe('in place');
    });

    test('gives the newest tries first, and no more than asked for', async () => {
      const session = await bench.ready();
      for (const name of ['1_x.sql', '2_x.sql', '3_x.sql'])
        await applied(session, 'select 1', name);
      const keys = (await session.attempts(2)).map(({ key }) => key);
      expect(keys).toEqual(['a/3_x.sql', 'a/2_x.sql']);
    });
  });
}

function describeApply(openDatabase: OpenDatabase): void {
  describe('a file that is applied', () => {
    const bench = useBench(openDatabase);

    test('has a row that says what was applied, from which revision, at the first try', async () => {
      const session = await bench.ready();
      const { migration, revision } = await applied(session, 'select 1');
      await session.flush();
      const row = await rowIn(session);
      expect(row).toMatchObject({
        key: 'a/1_x.sql',
        schema: 'a',
        filename: '1_x.sql',
        state: 'applied',
        checksum: migration.checksum,
        appliedChecksum: migration.checksum,
        attempts: 1,
        lastError: null,
        revision,
      });
      expect(row?.firstAppliedAt).toBe(row?.appliedAt);
      expect(row?.durationMs).toBeGreaterThanOrEqual(0);
      expect(await session.attempts(9)).toMatchObject([
        {
          key: 'a/1_x.sql',
          outcome: 'applied',
          error: null,
          checksum: migration.checksum,
          revision,
        },
      ]);
    });

    test('is not applied again by a session that comes later with the same content', async () => {
      const session = await bench.ready();
      const other = await bench.connect(bench.other);
      const work = await applied(session, 'select 1');
      expect(await other.apply(work)).toEqual({ kind: 'already-applied' });
      expect(await rowIn(other)).toMatchObject({ state: 'applied', attempts: 1 });
      expect(await outcomesIn(other)).toEqual(['a/1_x.sql applied']);
    });

    test('is applied again with another content, and keeps the time of its first', async () => {
      const session = await bench.ready();
      await applied(session, 'select 1');
      const first = await rowIn(session);
      const { migration } = await applied(session, 'select 2');
      const row = await rowIn(session);
      expect(row).toMatchObject({ attempts: 2, appliedChecksum: migration.checksum });
      expect(Date.parse(row?.firstAppliedAt ?? '')).toBeLessThanOrEqual(
        Date.parse(first?.appliedAt ?? ''),
      );
      expect(await outcomesIn(session)).toEqual(['a/1_x.sql applied', 'a/1_x.sql applied']);
    });

    test('and fails is answered with the error, its place in the file, and leaves no row', async () => {
      const session = await bench.ready();
      const outcome = await session.apply(await workOf(broken));
      expect(outcome).toMatchObject({
        kind: 'failed',
        pieceStart: 0,
        error: { sqlstate: '42601', position: 1, atCommit: false },
      });
      expect((await session.history()).rows.size).toBe(0);
      expect(await session.attempts(9)).toEqual([]);
      await applied(session, 'select 1');
    });

    test('and is cancelled meanwhile fails with 57014, and the session goes on', async () => {
      const session = await bench.ready();
      const outcome = session.apply(await workOf(slow));
      await bench.slowBegun();
      session.cancel();
      expect(await outcome).toMatchObject({ kind: 'failed', error: { sqlstate: '57014' } });
      expect((await session.history()).rows.size).toBe(0);
      await applied(session, 'select 1');
    });

    test('is not broken off by a cancel that comes when nothing is under way', async () => {
      const session = await bench.ready();
      session.cancel();
      await applied(session, 'select 1');
      session.cancel();
      expect(await rowIn(session)).toMatchObject({ state: 'applied' });
    });
  });
}

function describeRecords(openDatabase: OpenDatabase): void {
  describe('what is recorded', () => {
    const bench = useBench(openDatabase);

    test('of a failed try is the error, and nothing as applied', async () => {
      const session = await bench.ready();
      const work = await workOf(broken);
      await session.recordFailure({ ...work, nextTryInMs: null }, syntaxError);
      expect(await rowIn(session)).toMatchObject({
        state: 'failed',
        checksum: work.migration.checksum,
        appliedChecksum: null,
        appliedAt: null,
        firstAppliedAt: null,
        durationMs: null,
        attempts: 1,
        lastError: syntaxError,
        revision: work.revision,
      });
      expect(await session.attempts(9)).toMatchObject([
        { key: 'a/1_x.sql', outcome: 'failed', error: syntaxError, durationMs: null },
      ]);
    });

    test('of a failed edit leaves what is applied, and a success after it takes the error away', async () => {
      const session = await bench.ready();
      const { migration } = await applied(session, 'select 1');
      const before = await rowIn(session);
      await session.recordFailure({ ...(await workOf(broken)), nextTryInMs: null }, syntaxError);
      expect(await rowIn(session)).toMatchObject({
        state: 'failed',
        appliedChecksum: migration.checksum,
        appliedAt: before?.appliedAt,
        attempts: 2,
      });
      await applied(session, 'select 2');
      expect(await rowIn(session)).toMatchObject({
        state: 'applied',
        attempts: 3,
        lastError: null,
      });
    });

    test('of a failure or a hold is nothing where that very content is applied', async () => {
      const session = await bench.ready();
      const work = await applied(session, 'select 1');
      const before = await rowIn(session);
      await session.recordFailure({ ...work, nextTryInMs: null }, syntaxError);
      await session.recordHeld(work, 'because');
      expect(await rowIn(session)).toEqual(before);
    });

    test('of a held file is the reason, without a try', async () => {
      const session = await bench.ready();
      const work = await workOf('select 1');
      await session.recordHeld(work, 'a/0_x.sql failed');
      const row = await rowIn(session);
      expect(row).toMatchObject({
        state: 'held',
        checksum: work.migration.checksum,
        appliedChecksum: null,
        attempts: 0,
        lastError: { kind: 'refused', sqlstate: null, message: 'a/0_x.sql failed' },
      });
      expect(await session.attempts(9)).toEqual([]);
      await session.recordHeld({ ...work, revision: 'another' }, 'a/0_x.sql failed');
      expect(await rowIn(session)).toEqual(row);
      await session.recordHeld({ ...work, revision: 'another' }, 'another reason');
      expect(await rowIn(session)).toMatchObject({ revision: 'another', attempts: 0 });
    });

    test('of a held file keeps how often it was tried', async () => {
      const session = await bench.ready();
      const work = await workOf(broken);
      await session.recordFailure({ ...work, nextTryInMs: null }, syntaxError);
      await session.recordHeld(work, 'because');
      expect(await rowIn(session)).toMatchObject({ state: 'held', attempts: 1 });
    });

    test('of a baseline is that it is applied, without having been sent', async () => {
      const session = await bench.ready();
      const work = await workOf(broken);
      await session.recordBaseline([work.migration], work.revision);
      expect(await rowIn(session)).toMatchObject({
        state: 'applied',
        appliedChecksum: work.migration.checksum,
        attempts: 1,
        durationMs: 0,
        lastError: null,
      });
      expect(await outcomesIn(session)).toEqual(['a/1_x.sql baselined']);
      expect(await session.agreement([work.migration], null)).toBe('in place');
    });

    test('is there for every session that comes later', async () => {
      const session = await bench.ready();
      await applied(session, 'select 1');
      await session.recordFailure(
        { ...(await workOf(broken, '2_x.sql')), nextTryInMs: null },
        syntaxError,
      );
      await session.flush();
      await session.close();
      const { rows } = await (await bench.connect(bench.other)).history();
      expect([...rows.values()].map(({ key, state }) => [key, state])).toEqual([
        ['a/1_x.sql', 'applied'],
        ['a/2_x.sql', 'failed'],
      ]);
    });
  });
}
