import { describe, expect, test } from 'vitest';
import { DatabaseMissing, Transient } from '../../src/core/errors.js';
import { applied, type OpenDatabase, useBench, workOf } from './bench.js';
import { syntaxError } from '../support/memory/history.js';

/** What operations rely on of a `Database`. */
export function describeDatabase(openDatabase: OpenDatabase): void {
  describe('a database that is missing', () => {
    const bench = useBench(openDatabase, 'missing');

    test('refuses sessions and run locks, saying that it is missing', async () => {
      await expect(bench.database.connect()).rejects.toThrow(DatabaseMissing);
      await expect(bench.database.openLock()).rejects.toThrow(DatabaseMissing);
    });

    test('is created by ensure, once', async () => {
      expect(await bench.database.ensure()).toBe('created');
      expect(await bench.other.ensure()).toBe('existed');
      expect(await (await bench.connect()).history()).toEqual({ layout: null, rows: new Map() });
    });
  });

  describe('a database that is dropped under its sessions', () => {
    const bench = useBench(openDatabase, 'missing');

    test('breaks them and the run lock, and is without a history when it is created again', async () => {
      await bench.database.ensure();
      const session = await bench.ready();
      await applied(session, 'select 1');
      const lock = await bench.openLock();
      expect(await lock.tryAcquire()).toBe(true);
      await bench.drop();
      await expect(session.history()).rejects.toThrow(Transient);
      await expect.poll(() => lock.isHeld()).toBe(false);
      await expect(bench.database.connect()).rejects.toThrow(DatabaseMissing);
      expect(await bench.database.ensure()).toBe('created');
      const again = await bench.connect();
      expect(await again.agreement([], null)).toBe('no history');
      expect(await again.attempts(9)).toEqual([]);
      expect(await (await bench.openLock()).tryAcquire()).toBe(true);
    });
  });

  describe('a session that was closed', () => {
    const bench = useBench(openDatabase);

    test('may be closed again', async () => {
      const session = await bench.ready();
      await session.close();
      await session.close();
    });

    test('answers whatever it is asked with Transient', async () => {
      const session = await bench.ready();
      const work = await workOf('select 1');
      await session.close();
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        agreement: () => session.agreement([], null),
        history: () => session.history(),
        attempts: () => session.attempts(1),
        lockHolder: () => session.lockHolder(),
        ensureHistory: () => session.ensureHistory(),
        apply: () => session.apply(work),
        flush: () => session.flush(),
        recordFailure: () => session.recordFailure({ ...work, nextTryInMs: null }, syntaxError),
        recordHeld: () => session.recordHeld(work, 'because'),
        recordBaseline: () => session.recordBaseline([work.migration], 'r'),
      };
      for (const [name, call] of Object.entries(calls)) {
        await expect(call(), name).rejects.toThrow(Transient);
      }
      expect((await (await bench.connect()).history()).rows.size).toBe(0);
    });
  });
}
