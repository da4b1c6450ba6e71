import { describe, expect, test } from 'vitest';
import {
  due,
  expectationOf,
  firstState,
  reconcile,
  type ReconcileEvent,
  type ReconcileState,
} from '../../src/core/reconcile.js';
import { repeatableChance } from '../support/memory/chance.js';

const now = 1_000;
const read = (revision: string): ReconcileEvent => ({ kind: 'source-read', revision });
const missing: ReconcileEvent = { kind: 'source-missing' };
const settled: ReconcileEvent = { kind: 'run-settled' };
const incomplete: ReconcileEvent = { kind: 'run-incomplete', now, random: 0.5 };
const broken: ReconcileEvent = { kind: 'run-broken', now, random: 0.5 };
const follows: ReconcileEvent = { kind: 'run-follows', now, random: 0.5 };
const differs: ReconcileEvent = { kind: 'database-differs' };

function after(...events: readonly ReconcileEvent[]): ReconcileState {
  return events.reduce(reconcile, firstState);
}

const run = { kind: 'run' };
const rest = { kind: 'wait', ms: null };

describe('what is due after', () => {
  test.each<[string, readonly ReconcileEvent[], object]>([
    ['the start: nothing, there is no source', [], rest],
    ['a missing source: nothing', [missing], rest],
    ['a first revision: a run', [read('A')], run],
    ['the same revision again: still that run', [read('A'), read('A')], run],
    ['a run that settled it: nothing', [read('A'), settled], rest],
    ['the same bytes again: nothing', [read('A'), settled, read('A')], rest],
    ['a new revision: a run', [read('A'), settled, read('B')], run],
    ['a change and its revert: nothing', [read('A'), settled, read('B'), read('A')], rest],
    [
      'a run of the change, then its revert: a run',
      [read('A'), settled, read('B'), settled, read('A')],
      run,
    ],
    [
      'a failed run of the change, then its revert: a run',
      [read('A'), settled, read('B'), incomplete, read('A')],
      run,
    ],
    [
      'a run of the change that broke off, then its revert: a run',
      [read('A'), settled, read('B'), broken, read('A')],
      run,
    ],
    ['an incomplete run: a try later', [read('A'), incomplete], { kind: 'wait', ms: 7_500 }],
    ['a run that broke off: a try soon', [read('A'), broken], { kind: 'wait', ms: 250 }],
    ['a standby: a look soon', [read('A'), follows], { kind: 'wait', ms: 2_000 }],
    ['a standby that is promoted, and its run: nothing', [read('A'), follows, settled], rest],
    ['a new revision while one waits: a run at once', [read('A'), broken, read('B')], run],
    [
      'the same revision while one waits: no sooner',
      [read('A'), broken, read('A')],
      { kind: 'wait', ms: 250 },
    ],
    ['the source gone while one waits: nothing', [read('A'), broken, missing], rest],
    ['the source back as it was: nothing', [read('A'), settled, missing, read('A')], rest],
    ['the source back with another revision: a run', [read('A'), settled, missing, read('B')], run],
    ['a database that differs from what was settled: a run', [read('A'), settled, differs], run],
    [
      'a database that differs when it is settled again: nothing',
      [read('A'), settled, differs, settled],
      rest,
    ],
    [
      'a database that differs while a try waits: no sooner',
      [read('A'), broken, differs],
      { kind: 'wait', ms: 250 },
    ],
    [
      'a database that is not as the change wants it, and the revert: nothing',
      [read('A'), settled, read('B'), differs, read('A')],
      rest,
    ],
    [
      'a database that differs while the source is gone: nothing',
      [read('A'), settled, missing, differs],
      rest,
    ],
  ])('%s', (_what, events, expected) => {
    expect(due(after(...events), now)).toEqual(expected);
  });

  test('the wait: the run, and not a millisecond earlier', () => {
    const state = after(read('A'), broken);
    expect(due(state, now + 249)).toEqual({ kind: 'wait', ms: 1 });
    expect(due(state, now + 250)).toEqual(run);
  });
});

describe('what is expected of', () => {
  const expectation = (
    events: readonly ReconcileEvent[],
    checksums: readonly string[],
    inPlace: readonly string[] | null,
  ) => {
    const migrations = checksums.map((checksum) => ({ checksum }));
    return expectationOf(after(...events), migrations, inPlace && new Set(inPlace));
  };

  test.each<[string, readonly ReconcileEvent[], 'change' | null]>([
    ['the first run: nothing, most often all is in place', [read('A')], null],
    ['a first run that is tried again: nothing', [read('A'), broken], null],
    ['a change after a run', [read('A'), settled, read('B')], 'change'],
    ['a change after a run in which files failed', [read('A'), incomplete, read('B')], 'change'],
    ['files that failed, tried again: nothing', [read('A'), incomplete], null],
    ['a change whose run broke off: nothing', [read('A'), settled, read('B'), broken], null],
    ['a change of that change', [read('A'), settled, read('B'), broken, read('C')], 'change'],
    ['a standby looked at again: nothing', [read('A'), settled, read('B'), follows], null],
    ['a database that differs: nothing', [read('A'), settled, differs], null],
  ])('%s', (_what, events, expected) => {
    expect(expectation(events, ['1'], null)).toBe(expected);
    expect(expectation(events, ['1'], ['0'])).toBe(expected && 'new content');
  });

  test.each<[string, readonly string[], readonly string[] | null, string]>([
    ['more', ['1', '2'], ['1'], 'new content'],
    ['other content', ['2'], ['1'], 'new content'],
    ['less', ['1'], ['1', '2'], 'change'],
    ['the same under other names', ['2', '1'], ['1', '2'], 'change'],
    ['nothing at all', [], ['1'], 'change'],
    ['more, where not all was in place', ['1', '2'], null, 'change'],
  ])('a change to %s', (_what, checksums, inPlace, expected) => {
    expect(expectation([read('A'), settled, read('B')], checksums, inPlace)).toBe(expected);
  });
});

describe('tries in a row', () => {
  const ceilings = (event: ReconcileEvent, tries: number): number[] => {
    let state = after(read('A'));
    return Array.from({ length: tries }, () => {
      state = reconcile(state, { ...event, random: 1 } as ReconcileEvent);
      return (state.retryAt ?? 0) - now;
    });
  };

  test('of a broken run come after 0.5 s, 1 s … 30 s at most', () => {
    expect(ceilings(broken, 9)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  test('of a failed file come after 15 s, 30 s, 60 s at most, so that a cause which passes is behind us in a minute', () => {
    expect(ceilings(incomplete, 5)).toEqual([15_000, 30_000, 60_000, 60_000, 60_000]);
  });

  test('to find a standby promoted never grow: 1 to 3 s, however long it stays one', () => {
    expect(ceilings(follows, 4)).toEqual([3_000, 3_000, 3_000, 3_000]);
    const state = reconcile(after(read('A')), { ...follows, random: 0 });
    expect(state.retryAt).toBe(now + 1_000);
  });

  test('of what breaks off begin anew after a standby, which did answer', () => {
    expect(after(read('A'), broken, broken, broken, follows).failures).toBe(0);
  });

  test('begin anew with a new revision and after a run that settled', () => {
    const tired = after(read('A'), broken, broken, broken);
    expect(tired.failures).toBe(3);
    expect(reconcile(tired, read('B')).failures).toBe(0);
    expect(reconcile(tired, settled).failures).toBe(0);
    expect(reconcile(tired, missing).failures).toBe(0);
    expect(reconcile(tired, read('A')).failures).toBe(3);
  });
});

describe('what was attempted', () => {
  test('is the revision of a run that came to its end, also of an incomplete one', () => {
    expect(after(read('A'), settled).attempted).toBe('A');
    expect(after(read('A'), incomplete).attempted).toBe('A');
    expect(after(read('A'), broken).attempted).toBeNull();
    expect(after(read('A'), settled, read('B'), broken).attempted).toBe('A');
  });

  test('is forgotten with a database that differs', () => {
    expect(after(read('A'), settled, differs).attempted).toBeNull();
  });
});

describe('whatever happens', () => {
  const revisions = ['A', 'B', 'C'];
  const endings = [settled, incomplete, broken, follows];
  const chance = repeatableChance(7);
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(chance() * choices.length)]!;

  /** A loop with changes, losses and runs of every kind; and what the database holds after them: null for nothing. */
  function someHistory(): { state: ReconcileState; inDatabase: string | null } {
    let state = firstState;
    let inDatabase: string | null = null;
    for (let turn = 0; turn < 20; turn += 1) {
      const event = oneOf([read(oneOf(revisions)), read(oneOf(revisions)), missing, differs]);
      if (event === differs) inDatabase = null;
      state = reconcile(state, event);
      if (due(state, turn * 60_000).kind !== 'run') continue;
      const ending = oneOf(endings);
      inDatabase = ending === settled ? state.seen : 'something in between';
      state = reconcile(state, ending);
    }
    return { state, inDatabase };
  }

  test('the last revision gets its run unless it is there, and then it is quiet', () => {
    let needed = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const last = oneOf(revisions);
      const { state: before, inDatabase } = someHistory();
      let state = reconcile(before, read(last));
      // A probe sees an empty database and says so each time.
      if (inDatabase === null) state = reconcile(state, differs);
      if (inDatabase !== last) {
        needed += 1;
        expect(due(state, Infinity)).toEqual(run);
        state = reconcile(state, settled);
      }
      expect(due(state, Infinity)).toEqual(rest);
    }
    expect(needed).toBeGreaterThan(500);
    expect(needed).toBeLessThan(1_900);
  });
});
