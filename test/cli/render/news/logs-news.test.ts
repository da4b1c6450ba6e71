import { describe, expect, test } from 'vitest';
import { News } from '../../../../src/cli/render/news/news.js';
import type { Blocker } from '../../../../src/core/blockers.js';
import type { PgmEvent } from '../../../../src/core/events.js';
import { compare } from '../../../../src/core/run/compare.js';
import { judge } from '../../../../src/core/run/report.js';
import { historyOf, syntaxError, type Tried } from '../../../support/memory/history.js';
import { type Files, snapshotOf } from '../../../support/memory/snapshot.js';

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

function slow(runningMs: number, blockers: readonly Blocker[] = []): PgmEvent {
  return {
    kind: 'migration-slow',
    key,
    progress: { runningMs, waitingFor: null, blockers, indexBuild: null },
  };
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
  const verdict = judge(statuses, { allowEmpty: true, onChange: 'warn' });
  const report = {
    revision: 'r',
    generation: null,
    applied: [],
    kept: [],
    beyond: [],
    supersededBy: null,
    heldByLint: null,
  };
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

  test('a file that fails and is held in turns is told of both no more than each ten minutes', () => {
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

  test('is over when it answers, not when the first file has ended', () => {
    expect(told([away('refused'), answered])).toEqual([
      'refused; trying again until it works',
      'PostgreSQL answers after 1 min 0 s',
    ]);
  });

  test('a server that comes and goes without progress is told to be back once', () => {
    const breath = [away('refused'), away('refused'), answered, away('lost')];
    const texts = told([...breath, ...breath, ...breath, ...breath], { everyMs: 1_000 });
    expect(texts.filter((text) => text.startsWith('PostgreSQL answers'))).toHaveLength(1);
    expect(texts.length).toBeLessThanOrEqual(4);
    expect(told([...breath, ...breath, away('refused'), answered, slow(5_000)]).slice(-2)).toEqual([
      expect.stringContaining('PostgreSQL answers again'),
      'a/1.sql has been running for 5.0 s',
    ]);
  });

  test('a server that answers and fails in one breath is not told to be back', () => {
    const breath = [answered, away('lost')];
    expect(told([...breath, ...breath, ...breath])).toEqual(['lost; trying again until it works']);
    expect(told([...breath, answered, applied])).toEqual([
      'lost; trying again until it works',
      'runs succeed again after 1 min 0 s',
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

  test('a server that is a standby after it was away is told to answer once', () => {
    expect(told([away('refused'), answered, answered, answered])).toEqual([
      'refused; trying again until it works',
      'PostgreSQL answers after 1 min 0 s',
    ]);
  });
});

describe('a file that runs for long', () => {
  const minutesOf = (ms: readonly number[]): string[] => told(ms.map((each) => slow(each)));

  test('is told of at growing distances, however often it is looked at', () => {
    const looks = Array.from({ length: 181 }, (_, at) => 5_000 + at * 10_000);
    expect(minutesOf(looks)).toEqual(
      ['5.0 s', '15.0 s', '45.0 s', '2 min 15 s', '6 min 45 s', '20 min 15 s'].map(
        (time) => `a/1.sql has been running for ${time}`,
      ),
    );
  });

  test('is told of when it begins to wait for somebody', () => {
    const blocker = { pid: 7, application: 'psql', user: 'al', state: 'active', sinceMs: 1_000 };
    const waiting = slow(25_000, [blocker]);
    expect(told([slow(15_000), waiting, waiting])).toEqual([
      'a/1.sql has been running for 15.0 s',
      'a/1.sql has been running for 25.0 s; waiting behind pid 7 (psql, user al, active, for 1 s)',
    ]);
  });

  test('is told of anew at its next try after PostgreSQL was away', () => {
    expect(told([slow(5_000), slow(5_001), away('refused'), slow(5_000)])).toHaveLength(3);
  });
});

describe('another runner', () => {
  test('a runner that tries the same failing file all the time is told once', () => {
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

  test('a runner that was waited for is told to be done', () => {
    expect(told([lockedBy(1), { kind: 'lock-acquired', waitedMs: 4_000 }])[1]).toBe(
      'the other runner is done; waited 4.0 s for it',
    );
  });
});

describe('the end of a run', () => {
  test('in which nothing changed is not told again', () => {
    const end = ended(files, { ...isIn, 'a/0.sql': { applied: 'gone' } });
    expect(told([end, end, end])).toEqual([
      'a/0.sql was applied and is no longer in the source',
      'nothing to do: 1 applied, 1 missing',
      '✅ All migrations applied',
    ]);
  });

  test('tells of a key that is missing, comes back and goes again', () => {
    const gone = ended(files, { ...isIn, 'a/0.sql': { applied: 'z' } });
    const back = ended({ ...files, 'a/0.sql': 'z' }, { ...isIn, 'a/0.sql': { applied: 'z' } });
    expect(
      told([gone, back, gone]).filter((text) => text.includes('no longer in the source')),
    ).toHaveLength(2);
  });

  test('counts the missing files beyond the first twenty, and tells when they become more', () => {
    const gone = (many: number) =>
      Object.fromEntries(
        Array.from({ length: many }, (_, at) => [`a/${at + 10}.sql`, { applied: 'gone' }]),
      );
    const lines = told([22, 22, 23].map((many) => ended(files, { ...isIn, ...gone(many) }))).filter(
      (text) => text.includes('missing: pgm status') || text.includes('no longer in the source'),
    );
    expect(lines).toHaveLength(22);
    expect(lines.slice(19)).toEqual([
      'a/29.sql was applied and is no longer in the source',
      'and 2 more missing: pgm status',
      'and 3 more missing: pgm status',
    ]);
  });

  test('tells in one line that all applied files are gone, and again when they were back in between', () => {
    const were = {
      'b/1.sql': { applied: 'x' },
      'a/1.sql': { applied: 'x' },
      'a/2.sql': { applied: 'x' },
    };
    const back = ended({ 'a/1.sql': 'x', 'a/2.sql': 'x', 'b/1.sql': 'x' }, were);
    const gone = ended({}, were);
    const words =
      'all 3 applied files are gone from the source: a 2, b 1; an emptied or deleted ConfigMap?';
    const about = told([back, gone, gone, back, gone]).filter((text) => text.includes('source'));
    expect(about).toEqual([words, words]);
    expect(told([ended({}, { 'a/1.sql': { applied: 'x' } })])[0]).toBe(
      'the one applied file is gone from the source: a 1; an emptied or deleted ConfigMap?',
    );
  });

  test('tells file by file while one of them is left', () => {
    const end = ended(files, { ...isIn, 'a/0.sql': { applied: 'z' }, 'b/0.sql': { applied: 'z' } });
    const about = told([end]).filter((text) => text.includes('source'));
    expect(about).toEqual([
      'a/0.sql was applied and is no longer in the source',
      'b/0.sql was applied and is no longer in the source',
    ]);
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

describe('a run in which many files fail', () => {
  const keys = Array.from({ length: 176 }, (_, n) => `a/${n}.sql`);
  const planned: PgmEvent = { kind: 'run-planned', revision: 'r', steps: 176, total: 176 };
  const fails = keys.map((each): PgmEvent => {
    return { kind: 'migration-failed', key: each, path: each, failure: syntaxError };
  });
  const holds = keys.map((each): PgmEvent => {
    return { kind: 'migration-held', key: each, because: 'x failed' };
  });
  const files = Object.fromEntries(keys.map((each) => [each, 'x']));
  const tried = Object.fromEntries(keys.map((each) => [each, { failed: 'x' }]));
  const end = ended(files, tried);
  const inFull = keys.slice(0, 20).map((each) => `/m/${each}:1:1 syntax error (SQLSTATE 42601)`);

  test('tells the first 20 in full, then how many more there are, and then how it ended', () => {
    expect(told([planned, ...fails, end])).toEqual([
      ...inFull,
      'and 156 more failed: pgm status',
      'no migration applied; total: 176 failed',
      'not all migrations are applied: a/0.sql failed, 175 more failed',
    ]);
  });

  test('tells nothing of them again when they fail again', () => {
    const again = [planned, ...fails, end];
    expect(told([...again, ...again])).toEqual(told(again));
  });

  test('tells the first 20 of those that are held, too', () => {
    const lines = told([planned, ...holds, end]);
    expect(lines.filter((line) => line.endsWith(' held: x failed'))).toHaveLength(20);
    expect(lines).toContain('and 156 more held: pgm status');
  });

  test('counts anew in the next run', () => {
    const [first] = fails;
    const changed = read({ ...files, 'b/1.sql': 'y' });
    const lines = told([planned, ...fails, end, changed, planned, first!]);
    expect(lines.at(-1)).toBe(inFull[0]);
  });

  test('tells all of them where everything is told', () => {
    const lines = told([planned, ...fails, end], { everything: true });
    expect(lines.filter((line) => line.endsWith('syntax error (SQLSTATE 42601)'))).toHaveLength(
      176,
    );
    expect(lines.join()).not.toContain('pgm status');
  });
});
