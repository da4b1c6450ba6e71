import { describe, expect, test } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import { type OpenDatabase, useBench } from './bench.js';

/** What operations rely on of a `RunLock`. */
export function describeRunLock(openDatabase: OpenDatabase): void {
  describe('the run lock', () => {
    const bench = useBench(openDatabase);

    test('is not held before somebody acquires it, and nobody is named as its holder', async () => {
      const lock = await bench.openLock();
      expect(lock.isHeld()).toBe(false);
      expect(await lock.holder()).toBeNull();
      expect(await (await bench.connect()).lockHolder()).toBeNull();
    });

    test('is held by the first of two that try, for as often as they try', async () => {
      const [first, second] = [await bench.openLock(), await bench.openLock(bench.other)];
      expect([await first.tryAcquire(), await second.tryAcquire()]).toEqual([true, false]);
      expect([await first.tryAcquire(), await second.tryAcquire()]).toEqual([true, false]);
      expect([first.isHeld(), second.isHeld()]).toEqual([true, false]);
    });

    test('names the same holder to whoever asks', async () => {
      const [first, second] = [await bench.openLock(), await bench.openLock(bench.other)];
      await first.tryAcquire();
      const holder = await second.holder();
      expect(holder).toMatchObject({ application: expect.stringMatching(/^pgm\//) as string });
      expect(holder?.pid).toBeGreaterThan(0);
      expect(Number.isNaN(Date.parse(holder?.since ?? ''))).toBe(false);
      expect(await first.holder()).toEqual(holder);
      expect(await (await bench.connect()).lockHolder()).toEqual(holder);
    });

    test('goes to somebody else once it is released', async () => {
      const [first, second] = [await bench.openLock(), await bench.openLock(bench.other)];
      await first.tryAcquire();
      await first.release();
      expect(first.isHeld()).toBe(false);
      await expect.poll(() => second.tryAcquire()).toBe(true);
      expect([first.isHeld(), second.isHeld()]).toEqual([false, true]);
    });

    test('stays with its holder when somebody who only tried gives up', async () => {
      const [first, second] = [await bench.openLock(), await bench.openLock(bench.other)];
      await first.tryAcquire();
      await second.tryAcquire();
      await second.release();
      const third = await bench.openLock(bench.other);
      expect([first.isHeld(), await third.tryAcquire()]).toEqual([true, false]);
    });

    test('and a probe that has its answer leaves another to its question', async () => {
      const [first, second] = [await bench.observe(), await bench.observe()];
      const answer = second.history();
      await first.close();
      expect(await answer).toBeDefined();
      expect(await second.lockHolder()).toBeNull();
    });

    test('goes to who asks for it while a probe asks too, which goes on with the same observer', async () => {
      await bench.ready();
      const observer = await bench.observe();
      const lock = await bench.openLock();
      expect([await observer.lockHolder(), await lock.tryAcquire()]).toEqual([null, true]);
      expect(await observer.lockHolder()).toEqual(await lock.holder());
      await observer.close();
      expect(lock.isHeld()).toBe(true);
      await lock.release();
      await expect.poll(async () => (await bench.observe()).lockHolder()).toBeNull();
    });

    test('is given back though a probe goes on', async () => {
      const lock = await bench.openLock();
      await lock.tryAcquire();
      const observer = await bench.observe();
      await lock.release();
      await expect.poll(() => observer.lockHolder()).toBeNull();
    });

    test('may be released twice, and answers Transient after that', async () => {
      const lock = await bench.openLock();
      await lock.release();
      await lock.release();
      await expect(lock.tryAcquire()).rejects.toThrow(Transient);
      await expect(lock.holder()).rejects.toThrow(Transient);
    });
  });
}
