import { describeBlockers } from '../../../../core/blockers.js';
import { printable } from '../../../../core/files/names.js';
import { countStates } from '../../../../core/run/compare.js';
import { type RunReport, summarize, type Verdict } from '../../../../core/run/report.js';
import { count, duration } from '../../../../core/text/words.js';
import { excerptLines, labelled, location } from '../failure.js';
import {
  allApplied,
  error,
  type EventOf,
  type Facts,
  info,
  type Sentence,
  slotOf,
  warn,
} from '../sentence.js';
import { goneFromSource } from './gone-sentences.js';

/** Reported at growing intervals, after 5 s, 15 s, 45 s …, and when the file begins to wait for another session. */
export function slow({ key, progress }: EventOf<'migration-slow'>): Sentence {
  const { runningMs, waitingFor, blockers, indexBuild } = progress;
  const who = describeBlockers(blockers);
  const parts = [
    `${printable(key)} has been running for ${duration(runningMs)}`,
    ...(indexBuild === null ? [] : [indexBuild]),
    ...(who === '' ? [] : [`waiting behind ${who}`]),
    ...(who === '' && waitingFor?.startsWith('Lock') === true ? [`waiting: ${waitingFor}`] : []),
  ];
  return info(parts.join('; '), {
    slot: slotOf('slow', key),
    gist: `${Math.floor(Math.log(runningMs / 5_000) / Math.log(3))} ${who === '' ? '' : 'waiting'}`,
    facts: { key, runningMs, waitingFor, blockers, indexBuild },
  });
}

/** How a run ended: what needs attention, what was done, and whether everything is applied now. */
export function runFinished({ report, verdict }: EventOf<'run-finished'>): readonly Sentence[] {
  const { statuses, kept, beyond } = report;
  const facts = numbersOf(report, verdict);
  const missing = statuses.filter(({ state }) => state === 'missing');
  return [
    ...kept.map((key) =>
      warn(`${printable(key)} was edited after it was applied; it is left as it is`, {
        slot: slotOf('kept', key),
        aspect: 'migration-kept',
        facts: { key },
      }),
    ),
    ...(missing.length === 0 ? [] : goneFromSource(statuses, missing)),
    ...statuses.flatMap(({ key, renamedFrom }) =>
      renamedFrom === null ? [] : [renamed(key, renamedFrom)],
    ),
    result(report, verdict, facts),
    ...(beyond.length > 0
      ? [info(`${count(beyond.length, 'migration')} left for later by --to`, { facts })]
      : []),
    verdictSentence(report, verdict),
  ];
}

/** What a run would do. */
export function dryRunFinished({
  report,
  verdict,
}: EventOf<'dry-run-finished'>): readonly Sentence[] {
  if (report.heldByLint !== null) return [verdictSentence(report, verdict)];
  const left = new Set([...report.kept, ...report.beyond]);
  const planned = report.statuses.filter(
    ({ key, state, migration }) => migration !== null && state !== 'applied' && !left.has(key),
  );
  return [
    ...planned.map(({ key, state }) =>
      info(`would apply ${printable(key)} (${state})`, {
        aspect: 'migration-planned',
        facts: { key, state },
      }),
    ),
    info(`dry run: ${count(planned.length, 'migration')} would be applied, nothing was changed`, {
      facts: numbersOf(report, verdict),
    }),
  ];
}

/** What `pgm baseline` would mark as applied. */
export function dryBaselineFinished({
  keys,
}: EventOf<'dry-baseline-finished'>): readonly Sentence[] {
  return [
    ...keys.map((key) =>
      info(`${printable(key)} would be marked as applied`, {
        aspect: 'baseline-planned',
        facts: { key },
      }),
    ),
    info(`${count(keys.length, 'migration')} would be marked as applied`, {
      facts: { migrations: keys.length },
    }),
  ];
}

/** The numbers of a run, for alerts. */
function numbersOf(report: RunReport, verdict: Verdict): Facts {
  const { revision, generation, applied, durationMs, statuses } = report;
  const { pending, changed, failed, held, missing } = countStates(statuses);
  return {
    revision,
    generation,
    applied: applied.length,
    durationMs,
    upToDate: verdict.kind === 'up-to-date',
    pending,
    changed,
    failed,
    held,
    missing,
  };
}

function renamed(key: string, renamedFrom: string): Sentence {
  const gone = printable(renamedFrom);
  return warn(`${printable(key)} has the same content as ${gone}, which is gone: renamed?`, {
    slot: slotOf('renamed', key),
    aspect: 'migration-renamed',
    facts: { key, renamedFrom },
  });
}

function result({ applied, statuses, durationMs }: RunReport, verdict: Verdict, facts: Facts) {
  const all = summarize(statuses);
  if (applied.length > 0) {
    const what = `${count(applied.length, 'migration')} applied in ${duration(durationMs)}`;
    return info(`${what}; total: ${all}`, { facts });
  }
  const isFailing = verdict.kind === 'behind' && verdict.failing;
  const text = isFailing
    ? `no migration applied; total: ${all}`
    : `nothing to do: ${all || 'no migrations'}`;
  return info(text, { slot: slotOf('result'), facts });
}

function verdictSentence({ revision, statuses }: RunReport, verdict: Verdict): Sentence {
  const upToDate = verdict.kind === 'up-to-date';
  const reason = verdict.kind === 'behind' ? verdict.reason : null;
  const facts = { revision, upToDate, reason };
  const about = { slot: slotOf('verdict'), aspect: 'verdict', facts } as const;
  switch (verdict.kind) {
    case 'up-to-date':
      return info(allApplied, about);
    case 'no-migrations': {
      // If all are gone, that has been reported.
      const say = statuses.some(({ state }) => state === 'missing') ? info : warn;
      return say('no migrations found: nothing was applied', about);
    }
    case 'behind': {
      const say = verdict.failing ? error : info;
      return say(`not all migrations are applied: ${verdict.reason}`, about);
    }
  }
}

/** The same text as in `pgm lint`. */
export function lintFinding(finding: EventOf<'lint-finding'>, directory: string): Sentence {
  const { path, rule, severity, message, place, advice } = finding;
  const say = severity === 'error' ? error : warn;
  const { line = null, column = null } = place ?? {};
  const where = location(directory, path, finding);
  return say(`${where}: ${severity}: ${message} [${rule}]`, {
    below: [...excerptLines(finding), ...labelled('to do', advice)],
    facts: { path, rule, severity, line, column, advice },
  });
}
