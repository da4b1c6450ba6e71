import { describe, expect, test } from 'vitest';
import {
  due,
  expectsChange,
  firstState,
  reconcile,
  type ReconcileEvent,
  type ReconcileState,
} from '../../../src/core/watch/reconcile.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';

const now = 1_000;
const read = (revision: string): ReconcileEvent => ({ kind: 'source-read', revision });
const missing: ReconcileEvent = { kind: 'source-missing' };
const settled: ReconcileEvent = { kind: 'run-settled' };
const outside = { nextAt: null, isOutside: true };
const asked: ReconcileEvent = { kind: 'try-now' };
const left = (left: { nextAt: number | null; isOutside: boolean }): ReconcileEvent => {
  return { kind: 'run-incomplete', left, now, random: 0.5 };
};
const incomplete: ReconcileEvent = { kind: 'run-incomplete', left: outside, now, random: 0.5 };
const broken: ReconcileEvent = {
  ...({ kind: 'run-broken', now, random: 0.5, code: null, awaitsServer: true } as const),
};
const follows: ReconcileEvent = { kind: 'run-follows', now, random: 0.5 };
const differs: ReconcileEvent = { kind: 'database-differs', now };

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
    [
      'an incomplete run of files that have their time: a try then',
      [read('A'), left({ nextAt: now + 120_000, isOutside: false })],
      { kind: 'wait', ms: 120_000 },
    ],
    [
      'an incomplete run of such files, and of one with a cause outside: a try for that one',
      [read('A'), left({ nextAt: now + 120_000, isOutside: true })],
      { kind: 'wait', ms: 7_500 },
    ],
    [
      'an incomplete run of such a file that is due before: a try for it',
      [read('A'), left({ nextAt: now + 5, isOutside: true })],
      { kind: 'wait', ms: 5 },
    ],
    [
      'an incomplete run of files that cannot be read: a look in a minute',
      [read('A'), left({ nextAt: null, isOutside: false })],
      { kind: 'wait', ms: 60_000 },
    ],
    [
      'an incomplete run, and somebody who asks: a run',
      [read('A'), left({ nextAt: now + 120_000, isOutside: false }), asked],
      run,
    ],
    ['a settled run, and somebody who asks: nothing', [read('A'), settled, asked], rest],
    [
      'a database that differs while a try is far: a run in 15 s',
      [read('A'), left({ nextAt: now + 120_000, isOutside: false }), differs],
      { kind: 'wait', ms: 15_000 },
    ],
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

describe('a server that answers somebody else', () => {
  const answered = { kind: 'server-answered', now: now + 1 } as const;

  test('is tried at once when the last run found no connection', () => {
    expect(due(after(read('A'), broken, answered), now + 1)).toEqual(run);
  });

  test('changes nothing after that try', () => {
    const state = after(read('A'), broken, answered, settled);
    expect(reconcile(state, answered)).toBe(state);
  });

  test.each<[string, readonly ReconcileEvent[]]>([
    ['a file failed', [incomplete]],
    ['the server refused the run', [{ ...broken, awaitsServer: false }]],
    ['it was a standby', [broken, follows]],
    ['the run then found a file that fails', [broken, incomplete]],
    ['everything is applied', [settled]],
  ])('brings no try forward when %s', (_why, events) => {
    const state = after(read('A'), ...events);
    expect(reconcile(state, answered)).toBe(state);
  });
});

describe('whether something is most likely to be applied', () => {
  test.each<[string, readonly ReconcileEvent[], boolean]>([
    ['the first run: no, most often all is in place', [read('A')], false],
    ['a first run that is tried again: no', [read('A'), broken], false],
    ['a change after a run: yes', [read('A'), settled, read('B')], true],
    ['a change after a run in which files failed: yes', [read('A'), incomplete, read('B')], true],
    ['files that failed, tried again: no', [read('A'), incomplete], false],
    ['a change whose run broke off: no', [read('A'), settled, read('B'), broken], false],
    ['a change of that change: yes', [read('A'), settled, read('B'), broken, read('C')], true],
    ['a standby looked at again: no', [read('A'), settled, read('B'), follows], false],
    ['a database that differs: no', [read('A'), settled, differs], false],
  ])('%s', (_what, events, expected) => {
    expect(expectsChange(after(...events))).toBe(expected);
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

  test('of a broken run come after 0.5 s, 1 s … 5 s at most', () => {
    expect(ceilings(broken, 6)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test('where the port refuses come after 1 s at most', () => {
    const refused: ReconcileEvent = { ...broken, code: 'ECONNREFUSED' };
    expect(ceilings(refused, 4)).toEqual([500, 1_000, 1_000, 1_000]);
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

  /** A loop with changes, losses and runs of every kind; and what the database holds after them: null for nothing. */
  function someHistory(chance: Chance): { state: ReconcileState; inDatabase: string | null } {
    let state = firstState;
    let inDatabase: string | null = null;
    for (let turn = 0; turn < 20; turn += 1) {
      const revision = read(oneOf(chance, revisions));
      const event = oneOf(chance, [revision, revision, missing, differs]);
      if (event === differs) inDatabase = null;
      state = reconcile(state, event);
      if (due(state, turn * 60_000).kind !== 'run') continue;
      const ending = oneOf(chance, endings);
      inDatabase = ending === settled ? state.seen : 'something in between';
      state = reconcile(state, ending);
    }
    return { state, inDatabase };
  }

  test('the last revision gets its run unless it is there, and then it is quiet', async () => {
    let needed = 0;
    const round = (chance: Chance): void => {
      const last = oneOf(chance, revisions);
      const { state: before, inDatabase } = someHistory(chance);
      let state = reconcile(before, read(last));
      // A probe sees an empty database and says so each time.
      if (inDatabase === null) state = reconcile(state, differs);
      if (inDatabase !== last) {
        needed += 1;
        expect(due(state, Infinity)).toEqual(run);
        state = reconcile(state, settled);
      }
      expect(due(state, Infinity)).toEqual(rest);
    };
    const made = await rounds(round, { least: 200 });
    // Both kinds occur: a run was needed, as in nine of ten rounds, and none was.
    expect(needed).toBeGreaterThan(0);
    expect(needed).toBeLessThan(made);
  });
});
