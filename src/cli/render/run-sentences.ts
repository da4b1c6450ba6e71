import { countStates } from '../../core/compare.js';
import { printable } from '../../core/names.js';
import { type RunReport, summarize, type Verdict } from '../../core/report.js';
import { count, duration } from '../../core/words.js';
import { allApplied, type Facts, info, type Sentence, slotOf, warn } from './sentence.js';

export interface RunFinished {
  readonly report: RunReport;
  readonly verdict: Verdict;
}

/** What a run leaves behind: what is odd, what was done, and whether all is applied now. */
export function runFinished({ report, verdict }: RunFinished): readonly Sentence[] {
  const { statuses, kept, beyond } = report;
  const missing = statuses.filter(({ state }) => state === 'missing');
  return [
    ...kept.map((key): Sentence => ({
      ...warn(`${printable(key)} was edited after it was applied; it is left as it is`),
      slot: slotOf('kept', key),
      aspect: 'migration-kept',
      facts: { key },
    })),
    ...missing.map(({ key }): Sentence => ({
      ...warn(`${printable(key)} was applied and is not in the source any more`),
      slot: slotOf('missing', key),
      aspect: 'migration-missing',
      facts: { key },
    })),
    ...statuses.flatMap(({ key, renamedFrom }) =>
      renamedFrom === null ? [] : [renamed(key, renamedFrom)],
    ),
    result(report, verdict),
    ...(beyond.length > 0
      ? [info(`${count(beyond.length, 'migration')} left for later by --to`)]
      : []),
    verdictSentence(report.revision, verdict),
  ];
}

/** The numbers of a run that an alert looks at. */
export function runFacts({ report, verdict }: RunFinished): Facts {
  const { revision, generation, applied, durationMs, statuses } = report;
  const { pending, changed, failed, held, missing } = countStates(statuses);
  return {
    revision,
    generation,
    applied: applied.length,
    durationMs: Math.round(durationMs),
    upToDate: verdict.kind === 'up-to-date',
    ...{ pending, changed, failed, held, missing },
  };
}

/** What a run would do. */
export function dryRunFinished({ statuses, kept, beyond }: RunReport): readonly Sentence[] {
  const left = new Set([...kept, ...beyond]);
  const planned = statuses.filter(
    ({ key, state, migration }) => migration !== null && state !== 'applied' && !left.has(key),
  );
  return [
    ...planned.map(({ key, state }): Sentence => ({
      ...info(`would apply ${printable(key)} (${state})`),
      aspect: 'migration-planned',
      facts: { key, state },
    })),
    info(`dry run: ${count(planned.length, 'migration')} would be applied, nothing was changed`),
  ];
}

function renamed(key: string, renamedFrom: string): Sentence {
  return {
    ...warn(
      `${printable(key)} has the content of ${printable(renamedFrom)}, which is gone: renamed?`,
    ),
    slot: slotOf('renamed', key),
    aspect: 'migration-renamed',
    facts: { key, renamedFrom },
  };
}

function result({ applied, statuses, durationMs }: RunReport, verdict: Verdict): Sentence {
  const all = summarize(statuses);
  if (applied.length > 0) {
    return info(
      `${count(applied.length, 'migration')} applied in ${duration(durationMs)}; in all ${all}`,
    );
  }
  const isFailing = verdict.kind === 'behind' && verdict.failing;
  const text = isFailing
    ? `no migration was applied; in all ${all}`
    : `nothing to do: ${all || 'no migrations'}`;
  return { ...info(text), slot: slotOf('result') };
}

function verdictSentence(revision: string, verdict: Verdict): Sentence {
  const upToDate = verdict.kind === 'up-to-date';
  const reason = verdict.kind === 'behind' ? verdict.reason : null;
  return {
    ...inWords(verdict),
    slot: slotOf('verdict'),
    aspect: 'verdict',
    facts: { revision, upToDate, reason },
  };
}

function inWords(verdict: Verdict): Sentence {
  switch (verdict.kind) {
    case 'up-to-date':
      return info(allApplied);
    case 'no-migrations':
      return warn('no migrations found: nothing was applied');
    case 'behind': {
      const text = `not all migrations are applied: ${verdict.reason}`;
      return verdict.failing ? { level: 'error', text } : info(text);
    }
  }
}
