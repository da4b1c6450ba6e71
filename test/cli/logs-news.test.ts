import { describe, expect, test } from 'vitest';
import { News } from '../../src/cli/render/news.js';
import type { PgmEvent } from '../../src/core/events.js';
import { compare } from '../../src/core/compare.js';
import { judge } from '../../src/core/report.js';
import { historyOf, syntaxError, type Tried } from '../support/memory/history.js';
import { type Files, snapshotOf } from '../support/memory/snapshot.js';

const key = 'a/1.sql';
const minute = 60_000;
const failed: PgmEvent = { kind: 'migration-failed', key, path: key, failure: syntaxError };
const applied: PgmEvent = {
  ...{ kind: 'migration-applied', key, reason: 'failed', durationMs: 3, outOfOrder: false },
};
const started: PgmEvent = { kind: 'migration-started', key, at: 1, of: 1 };
const answered: PgmEvent = { kind: 'postgres-answered', target: 'db:5432/x', version: '18.4' };

function away(reason: string): PgmEvent {
  return { kind: 'run-failed', reason, retryInMs: 1, revision: 'r', durationMs: 1 };
}

function notice(message: string): PgmEvent {
  return { kind: 'notice', key, notice: { severity: 'NOTICE', message } };
}

function lockedBy(pid: number): PgmEvent {
  const holder = { pid, application: 'pgm/1 pod-b', user: 'pact', since: `second ${pid}` };
  return { kind: 'waiting-for-lock', holder, waitedMs: 0 };
}

function read(files: Files): PgmEvent {
  return { kind: 'source-read', directory: '/m', snapshot: snapshotOf(files) };
}

function ended(files: Files, tried: Readonly<Record<string, Tried>>): PgmEvent {
  const statuses = compare(snapshotOf(files), historyOf(tried), null);
  const verdict = judge(statuses, { allowEmpty: true, onChange: 'warn', pinned: new Set() });
  const report = { revision: 'r', generation: null, applied: [], kept: [], beyond: [] };
  return {
    kind: 'run-finished',
    report: { ...report, statuses, details: statuses, durationMs: 5 },
    verdict,
  };
}

/** What is told of events that come a minute after each other, the words only. */
function told(
  events: readonly PgmEvent[],
  { everything = false, everyMs = minute } = {},
): string[] {
  const news = new News({ directory: '/m', everything });
  return events.flatMap((event, at) =>
    news
      .of(event, at * everyMs)
      .filter(({ level }) => level !== 'debug')
      .map(({ text }) => text),
  );
}

const files = { [key]: 'x' };
const isIn = { [key]: { applied: 'x' } };
const failedText = '/m/a/1.sql:1:1 syntax error (SQLSTATE 42601)';
const appliedText = 'a/1.sql applied (3 ms)';

describe('a file that fails at each try', () => {
  test('is told once', () => {
    expect(told([failed, failed, failed])).toEqual([failedText]);
  });

  test('is told again when it fails otherwise, when it failed again after it was applied, and with new content', () => {
    const otherwise: PgmEvent = {
      ...failed,
      failure: { ...syntaxError, message: 'no such table' },
    };
    expect(told([failed, otherwise])).toHaveLength(2);
    expect(told([failed, applied, failed], { everyMs: 10 })).toEqual([
      failedText,
      appliedText,
      failedText,
    ]);
    expect(
      told([failed, read({ [key]: 'y' }), failed]).filter((t) => t === failedText),
    ).toHaveLength(2);
  });

  test('is told when it is gone from the source and comes back', () => {
    const tried = { [key]: { failed: 'x' } };
    const still = [failed, ended(files, tried), failed];
    expect(told(still).filter((text) => text === failedText)).toHaveLength(1);
    const gone = [failed, ended({ 'b/1.sql': 'x' }, { 'b/1.sql': { applied: 'x' } }), failed];
    expect(told(gone).filter((text) => text === failedText)).toHaveLength(2);
  });

  test('is told each time with --verbose', () => {
    expect(told([failed, failed], { everything: true })).toEqual([failedText, failedText]);
  });

  test('and is held in turns, is told of both no more than each ten minutes', () => {
    const held: PgmEvent = { kind: 'migration-held', key, because: 'b failed' };
    const hour = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? failed : held));
    expect(told(hour).length).toBeLessThanOrEqual(14);
  });
});

describe('what the server says of a file', () => {
  test('is told at the first try, and not at a try that fails as before', () => {
    const attempt = [started, notice('one'), notice('two'), failed];
    expect(told([...attempt, ...attempt, ...attempt])).toEqual([
      'a/1.sql NOTICE: one',
      'a/1.sql NOTICE: two',
      failedText,
    ]);
  });

  test('is told before a try that succeeds at last, and nothing of the tries between', () => {
    const events = [
      started,
      failed,
      started,
      notice('early'),
      failed,
      started,
      notice('late'),
      applied,
    ];
    expect(told(events)).toEqual([failedText, 'a/1.sql NOTICE: late', appliedText]);
  });
});

describe('PostgreSQL away', () => {
  test('is told once, and once that it answers again, after how long', () => {
    const events = [answered, ended(files, isIn), ...Array<PgmEvent>(190).fill(away('refused'))];
    expect(told([...events, answered, ended(files, isIn)], { everyMs: 1_000 }).slice(2)).toEqual([
      'refused; trying again until it works',
      'PostgreSQL answers again after 3 min 10 s',
      '✅ All migrations applied',
    ]);
  });

  test('from the start is not told to answer again', () => {
    expect(told([away('refused'), answered, ended(files, isIn)])[1]).toBe(
      'PostgreSQL answers after 1 min 0 s',
    );
  });

  test('that answers and goes in one breath is not told to be back', () => {
    const breath = [answered, away('lost')];
    expect(told([...breath, ...breath, ...breath])).toEqual(['lost; trying again until it works']);
    expect(told([...breath, answered, applied])).toEqual([
      'lost; trying again until it works',
      'runs go through again after 1 min 0 s',
      appliedText,
    ]);
  });

  test('for two reasons in turns is told of each once in ten minutes', () => {
    const hour = Array.from({ length: 240 }, (_, at) =>
      away(at % 2 === 0 ? 'refused' : 'no such host'),
    );
    expect(told(hour, { everyMs: 15_000 }).length).toBeLessThanOrEqual(14);
  });

  test('for a reason that differs each time is forgotten again, so that it fills no memory', () => {
    const others = Array.from({ length: 16 }, (_, at) => away(`reason ${at}`));
    expect(told([away('first'), ...others.slice(1), away('first')], { everyMs: 1 })).toHaveLength(
      16,
    );
    expect(told([away('first'), ...others, away('first')], { everyMs: 1 })).toHaveLength(18);
  });

  test('that is a standby after it was away, is told to answer again when it did twice', () => {
    expect(told([away('refused'), answered, answered, answered])).toEqual([
      'refused; trying again until it works',
      'PostgreSQL answers after 1 min 0 s',
    ]);
  });
});

describe('another runner', () => {
  test('that tries the same failing file all the time is told once', () => {
    const tried = { [key]: { failed: 'x' } };
    const round = (pid: number): PgmEvent[] => [
      lockedBy(pid),
      { kind: 'lock-acquired', waitedMs: 60 },
      ended(files, tried),
    ];
    const events = Array.from({ length: 9 }, (_, at) => round(at)).flat();
    const waits = told(events, { everyMs: 1_000 }).filter((text) => text.includes('at work'));
    expect(waits).toHaveLength(1);
  });

  test('is news after a run that settled everything', () => {
    const waits = told([lockedBy(1), ended(files, isIn), lockedBy(2)]);
    expect(waits.filter((text) => text.includes('at work'))).toHaveLength(2);
  });

  test('that was waited for is told to be done', () => {
    expect(told([lockedBy(1), { kind: 'lock-acquired', waitedMs: 4_000 }])[1]).toBe(
      'the other runner is done; waited 4.0 s for it',
    );
  });
});

describe('the end of a run', () => {
  test('in which nothing changed is not told again', () => {
    const end = ended(files, { ...isIn, 'a/0.sql': { applied: 'gone' } });
    expect(told([end, end, end])).toEqual([
      'a/0.sql was applied and is not in the source any more',
      'nothing to do: 1 applied, 1 missing',
      '✅ All migrations applied',
    ]);
  });

  test('tells of a key that is missing, comes back and goes again', () => {
    const gone = ended(files, { ...isIn, 'a/0.sql': { applied: 'z' } });
    const back = ended({ ...files, 'a/0.sql': 'z' }, { ...isIn, 'a/0.sql': { applied: 'z' } });
    expect(
      told([gone, back, gone]).filter((text) => text.includes('not in the source')),
    ).toHaveLength(2);
  });

  test('says that all is applied after each revision and after each file', () => {
    const end = ended(files, isIn);
    const events = [end, read(files), end, applied, end, end];
    expect(told(events).filter((text) => text.startsWith('✅'))).toHaveLength(3);
  });
});

test('a warning of the source that stays is told once, and again when it was gone in between', () => {
  const twins = { 'a/001_x.sql': '1', 'a/001_y.sql': '2' };
  const events = [read(twins), read({ ...twins, 'a/2.sql': '3' }), read(files), read(twins)];
  const warnings = told(events).filter((text) => text.includes('001'));
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toBe(warnings[1]);
});
