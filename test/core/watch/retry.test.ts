import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import {
  afterFailure,
  dueAtOnce,
  type FailedFile,
  type FailedFiles,
  isLeftAlone,
  isOwnFault,
  leftAfter,
  ownWaitMs,
} from '../../../src/core/watch/retry.js';
import { historyOf, type Tried } from '../../support/memory/history.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const minute = 60_000;

/** A file of this content after so many tries, each when it was due; the last one at 0. */
function tried(tries: number, checksum = 'A'): FailedFile {
  return { checksum, tries, nextAt: ownWaitMs(tries) };
}

describe('the wait for the next try', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 10],
    [6, 10],
    [100, 10],
    [5_000, 10],
  ])('after %i tries in a row is %i minutes', (tries, minutes) => {
    expect(ownWaitMs(tries)).toBe(minutes * minute);
  });

  test('grows with each failure of the same content, from the time of that failure', () => {
    const first = afterFailure(undefined, 'A', 5);
    expect(first).toEqual({ checksum: 'A', tries: 1, nextAt: 5 + minute });
    expect(afterFailure(first, 'A', 70_000)).toEqual({
      checksum: 'A',
      tries: 2,
      nextAt: 70_000 + 2 * minute,
    });
  });

  test('begins anew with other content', () => {
    expect(afterFailure(tried(4), 'B', 0)).toEqual(tried(1, 'B'));
  });
});

describe('a failure is the fault of', () => {
  test.each(['22P02', '23505', '42601', '42501', '2BP01', '0A000', 'P0001', 'XX000', '25P04'])(
    'the file: %s',
    (sqlstate) => {
      expect(isOwnFault({ sqlstate })).toBe(true);
    },
  );

  test('the file, if pgm refuses it', () => {
    expect(isOwnFault({ sqlstate: null })).toBe(true);
  });

  test.each(['08006', '40001', '40P01', '53100', '55006', '55P03', '57014', '57P01', '58030'])(
    'something outside it: %s',
    (sqlstate) => {
      expect(isOwnFault({ sqlstate })).toBe(false);
    },
  );
});

describe('a file is left alone', () => {
  test.each<[string, FailedFile | undefined, number, boolean]>([
    ['if it never failed: no', undefined, 0, false],
    ['if other content failed: no', tried(1, 'B'), 0, false],
    ['right after it failed: yes', tried(1), 0, true],
    ['until its time is near: yes', tried(1), 54_000 - 1, true],
    [
      'in the last tenth of its wait, so that those of one run stay together: no',
      tried(1),
      54_000,
      false,
    ],
    ['until its time is near, however long that is: yes', tried(9), 9 * minute - 1, true],
    ['when its time has come: no', tried(9), 10 * minute, false],
  ])('%s', (_what, file, now, expected) => {
    expect(isLeftAlone(file, 'A', now)).toBe(expected);
  });

  test('no longer once something has changed, though its next wait is the longer one', () => {
    const [file] = [...dueAtOnce(new Map([['a/1_x.sql', tried(3)]])).values()];
    expect(isLeftAlone(file, 'A', 0)).toBe(false);
    expect(afterFailure(file, 'A', 0)).toEqual(tried(4));
  });
});

describe('what a run has left', () => {
  const snapshot = snapshotOf({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'y', 'a/3_x.sql': 'z' });
  const [one, two] = snapshot.migrations.map(({ checksum }) => checksum);

  /** The names are those of the files that failed. */
  function left(files: FailedFiles, ...failed: readonly string[]) {
    const contents: Record<string, string> = { 'a/1_x.sql': 'x', 'a/2_x.sql': 'y' };
    const rows = failed.map((key) => [key, { failed: contents[key]! }]);
    const history = historyOf(Object.fromEntries(rows) as Record<string, Tried>);
    return leftAfter(files, compare(snapshot, history));
  }

  test('is tried when the first of its files is due', () => {
    const files = new Map([
      ['a/1_x.sql', tried(3, one)],
      ['a/2_x.sql', tried(2, two)],
    ]);
    expect(left(files, 'a/1_x.sql', 'a/2_x.sql')).toEqual({
      failed: files,
      nextAt: 2 * minute,
      isOutside: false,
    });
  });

  test('has no time of its own where a file failed through no fault of its own', () => {
    expect(left(new Map(), 'a/1_x.sql')).toEqual({
      failed: new Map(),
      nextAt: null,
      isOutside: true,
    });
  });

  test('forgets what does not fail any more', () => {
    const files = new Map([
      ['a/1_x.sql', tried(3, one)],
      ['a/2_x.sql', tried(2, two)],
    ]);
    expect([...left(files, 'a/1_x.sql').failed.keys()]).toEqual(['a/1_x.sql']);
  });
});
