import { describe, expect, test } from 'vitest';
import type { PgmEvent } from '../../../src/core/events.js';
import type { RunReport, Verdict } from '../../../src/core/run/report.js';
import { keptRuns, runSummary, withRun, type RunSummary } from '../../../src/core/watch/run-log.js';

const report: RunReport = {
  revision: 'abc',
  generation: null,
  statuses: [],
  details: null,
  applied: [{ key: 'a/1.sql', reason: 'pending', durationMs: 1, outOfOrder: false }],
  kept: [],
  beyond: [],
  supersededBy: null,
  heldByLint: null,
  durationMs: 20,
};

function finished(verdict: Verdict): PgmEvent {
  return { kind: 'run-finished', report, verdict };
}

function broken(reason: string, endedAt: number): RunSummary {
  const event = {
    kind: 'run-failed',
    reason,
    retryInMs: 1,
    revision: 'abc',
    durationMs: 5,
  } as const;
  const run = runSummary(event, endedAt);
  if (run === null) throw new Error('a run that failed is one');
  return run;
}

describe('the summary of a run', () => {
  test('is settled when all is applied, and when there is nothing', () => {
    expect(runSummary(finished({ kind: 'up-to-date' }), 7)).toMatchObject({
      endedAt: 7,
      durationMs: 20,
      result: 'settled',
      applied: 1,
      reason: null,
    });
    expect(runSummary(finished({ kind: 'no-migrations' }), 7)?.result).toBe('settled');
  });

  test('is incomplete when a file failed or is held, with the reason', () => {
    const verdict = { kind: 'behind', reason: 'a/2.sql failed', failing: true } as const;
    expect(runSummary(finished(verdict), 7)).toMatchObject({
      result: 'incomplete',
      reason: 'a/2.sql failed',
    });
  });

  test('is broken when the connection was lost', () => {
    expect(broken('postgres is away', 7)).toMatchObject({ result: 'broken', revision: 'abc' });
  });

  test('is none for any other event', () => {
    expect(runSummary({ kind: 'note', message: 'x' }, 7)).toBeNull();
  });
});

describe('the timeline', () => {
  test('has the newest first, and no more than it keeps', () => {
    let runs: readonly RunSummary[] = [];
    for (let at = 0; at < keptRuns + 5; at += 1) runs = withRun(runs, broken(`reason ${at}`, at));
    expect(runs).toHaveLength(keptRuns);
    expect(runs[0]?.endedAt).toBe(keptRuns + 4);
  });

  test('holds trouble that goes on once, so that what was before it stays in sight', () => {
    const settled = runSummary(finished({ kind: 'up-to-date' }), 1);
    if (settled === null) throw new Error('a run that finished is one');
    let runs = withRun([], settled);
    for (let at = 2; at < 100; at += 1) runs = withRun(runs, broken('away', at));
    expect(runs.map(({ endedAt }) => endedAt)).toEqual([99, 1]);
  });
});
