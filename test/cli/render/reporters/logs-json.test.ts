import { describe, expect, test } from 'vitest';
import type { EventOf } from '../../../../src/cli/render/words/sentence.js';
import { sentencesOf } from '../../../../src/cli/render/words/sentences/sentences.js';
import type { PgmEvent } from '../../../../src/core/events.js';
import { type TargetOutcome, unseen } from '../../../../src/core/fleet/outcome.js';
import { compare } from '../../../../src/core/run/compare.js';
import { judge } from '../../../../src/core/run/report.js';
import { codeIn, page, section } from '../../../docs/pages.js';
import { historyOf, syntaxError } from '../../../support/memory/history.js';
import { snapshotOf } from '../../../support/memory/snapshot.js';

const key = 'a/1.sql';
const snapshot = snapshotOf(
  { [key]: 'x', 'a/002_x.sql': 'y', 'a/002_y.sql': 'z', 'b/1.sql': 'x' },
  { schemas: ['a'] },
);
const found: typeof snapshot = {
  ...snapshot,
  refused: [{ path: 'a/9.sql', key: 'a/9.sql', schema: 'a', reason: 'r', byteOffset: 1 }],
  ignored: ['notes.txt'],
};
const history = historyOf({ 'a/0.sql': { applied: 'x' } });
const statuses = compare(snapshot, history, null);
const report = {
  ...{ revision: 'r', generation: 'g', statuses, applied: [], kept: ['a/7.sql'], beyond: [] },
  supersededBy: null,
  heldByLint: null,
  ...{ details: statuses, durationMs: 1.5 },
};
const verdict = judge(statuses, { allowEmpty: false, onChange: 'rerun' });

const intent = {
  ...{ revision: 'other', schemas: null, at: 1_700_000_000_000_000, since: 't' },
  ...{ by: 'pact@pod-b', inFull: true },
};

const drifted = {
  ...{ checkedAt: 1, since: { revision: 'r', keptAt: 't', keptBy: 'pact@pod-a' } },
  ...{ counts: { unknown: 1, missing: 0, different: 0 }, objects: [] },
};

const outcome: TargetOutcome = {
  ...unseen('eu-1', 'failed', 'r', 1.5),
  failure: { key, path: 'a_1.sql', failure: syntaxError },
};
const fleet = {
  ...{ revision: 'r', generation: 'g', files: 1, stopped: null, durationMs: 1.5 },
  waves: [{ name: 'all', outcomes: [outcome] }],
};

/** One of each kind: the compiler asks for the kinds that are missing. */
const events: { readonly [K in PgmEvent['kind']]: EventOf<K> } = {
  // Told under the names of the events themselves, which come below.
  'target-event': { kind: 'target-event', name: 'eu-1', event: { kind: 'note', message: 'm' } },
  'fleet-planned': { kind: 'fleet-planned', targets: 1, waves: [{ name: 'all', targets: 1 }] },
  'wave-started': { kind: 'wave-started', wave: 'all', targets: 1 },
  'target-started': { kind: 'target-started', name: 'eu-1' },
  'target-postponed': { kind: 'target-postponed', name: 'eu-1', reason: 'r' },
  'target-finished': { kind: 'target-finished', outcome },
  'fleet-progress': { kind: 'fleet-progress', ended: 1, of: 2, trouble: 1, running: ['eu-1'] },
  'fleet-pausing': { kind: 'fleet-pausing', forMs: 1.5, before: 'rest' },
  'fleet-stopped': { kind: 'fleet-stopped', reason: 'r' },
  'fleet-finished': { kind: 'fleet-finished', report: fleet },
  'source-chosen': { kind: 'source-chosen', directory: '/m', reason: 'r' },
  'source-read': { kind: 'source-read', directory: '/m', snapshot: found },
  'source-missing': { kind: 'source-missing', directory: '/m', reason: 'r' },
  'source-hinted': { kind: 'source-hinted', hint: 'poll' },
  'watch-lost': { kind: 'watch-lost', directory: '/m', reason: 'r' },
  embedded: { kind: 'embedded', level: 'info', message: 'm', activity: null },
  'waiting-for-postgres': { kind: 'waiting-for-postgres', target: 't', reason: 'r', retryInMs: 1 },
  'postgres-answered': { kind: 'postgres-answered', target: 't', version: '18' },
  'database-ensured': { kind: 'database-ensured', database: 'd', outcome: 'created' },
  'pooler-found': { kind: 'pooler-found', target: 't' },
  'waiting-for-lock': { kind: 'waiting-for-lock', holder: null, waitedMs: 1 },
  'lock-acquired': { kind: 'lock-acquired', waitedMs: 1 },
  'run-planned': { kind: 'run-planned', revision: 'r', steps: 1, total: 1 },
  'verify-progress': { kind: 'verify-progress', key, done: 1, of: 2 },
  'verify-finished': { kind: 'verify-finished' },
  'migration-started': { kind: 'migration-started', key, at: 1, of: 1 },
  'migration-applied': {
    ...{ kind: 'migration-applied', key, reason: 'pending', durationMs: 1, outOfOrder: false },
  },
  'pairs-dissolved': { kind: 'pairs-dissolved', key, pairs: 2 },
  'lint-finding': {
    ...{ kind: 'lint-finding', revision: 'r', path: 'a_1.sql', rule: 'drop-table' },
    ...{ severity: 'warning', message: 'm', place: { line: 1, column: 1 } },
    ...{ excerpt: { text: 'x', caret: 1 }, advice: 'a' },
  },
  'migration-skipped': { kind: 'migration-skipped', key },
  'migration-baselined': { kind: 'migration-baselined', key },
  'migration-failed': { kind: 'migration-failed', key, path: 'a_1.sql', failure: syntaxError },
  'migration-held': { kind: 'migration-held', key, because: 'b' },
  'migration-slow': {
    kind: 'migration-slow',
    key,
    progress: { runningMs: 1, waitingFor: null, blockers: [], indexBuild: null },
  },
  'migration-retried': { kind: 'migration-retried', key, sqlstate: '55P03', inMs: 1.5 },
  notice: { kind: 'notice', key, notice: { severity: 'NOTICE', message: 'm' } },
  'notices-dropped': { kind: 'notices-dropped', key, count: 2 },
  'run-finished': { kind: 'run-finished', report, verdict },
  'dry-run-finished': { kind: 'dry-run-finished', report, verdict },
  'baseline-finished': { kind: 'baseline-finished', keys: [key] },
  'dry-baseline-finished': { kind: 'dry-baseline-finished', keys: [key] },
  superseded: { kind: 'superseded', revision: 'r', by: intent },
  supersedes: { kind: 'supersedes', revision: 'r', other: intent, isDryRun: false },
  'run-failed': {
    ...{ kind: 'run-failed', reason: 'r', retryInMs: 1.5, revision: 'r', durationMs: 1.5 },
  },
  'readiness-turned': { kind: 'readiness-turned', ready: false, reason: 'r', forMs: 5_000 },
  'drift-found': { kind: 'drift-found', seen: drifted },
  'drift-over': { kind: 'drift-over', revision: 'r' },
  'health-listening': { kind: 'health-listening', address: 'a' },
  watching: { kind: 'watching', directory: '/m', mounted: true, address: 'a' },
  stopping: { kind: 'stopping', signal: 'SIGTERM' },
  note: { kind: 'note', message: 'm' },
  warning: { kind: 'warning', message: 'm' },
};

/** The lines that no event gives by itself: the end of trouble, a log that nobody read, and files beyond the first. */
const ofTheLogItself = {
  'postgres-back': ['afterMs'],
  'log-lines-lost': ['count'],
  'more-failed': ['count'],
  'more-held': ['count'],
  'more-missing': ['count'],
};

/** A run may end in two ways that exclude each other. */
const allGone: PgmEvent = {
  kind: 'run-finished',
  report: { ...report, statuses: report.statuses.filter(({ state }) => state === 'missing') },
  verdict: { kind: 'no-migrations' },
};

/** Each name of a line and its facts, as the code has them. */
function inCode(): Record<string, readonly string[]> {
  const told = [...Object.values(events), allGone].flatMap((event) => sentencesOf(event, '/m'));
  return {
    ...ofTheLogItself,
    ...Object.fromEntries(told.map(({ event, facts }) => [event, Object.keys(facts)])),
  };
}

/** The same, as docs/logs.md has it. */
function inPage(): Record<string, readonly string[]> {
  const rows = section(page('docs/logs.md'), '## JSON log')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '));
  return Object.fromEntries(
    rows.flatMap(([names = '', facts = '']) =>
      codeIn(names).map((name) => [name, codeIn(facts.replace(/\([^)]*\)/g, ''))]),
    ),
  );
}

describe('the JSON log', () => {
  test('has the events and facts that docs/logs.md lists, by the same names', () => {
    const sorted = (table: Record<string, readonly string[]>): [string, string[]][] =>
      Object.entries(table)
        .map(([name, facts]): [string, string[]] => [name, facts.toSorted()])
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(sorted(inPage())).toEqual(sorted(inCode()));
  });

  test('has whole milliseconds', () => {
    for (const event of Object.values(events)) {
      for (const { facts } of sentencesOf(event, '/m')) {
        const times = Object.entries(facts).filter(([name]) => name.endsWith('Ms'));
        for (const [name, value] of times)
          expect([name, Number.isInteger(value)]).toEqual([name, true]);
      }
    }
  });

  test('has nothing of its own under the names that every line has', () => {
    const everyLine = ['time', 'level', 'event', 'message', 'namespace', 'configmap'];
    const facts = Object.values(inCode()).flat();
    expect(facts.filter((name) => everyLine.includes(name))).toEqual([]);
  });
});
