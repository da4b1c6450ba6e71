import { junitOf, type TestedFinding } from '../text/junit.js';
import { type FleetReport, outcomesOf, summaryOf } from './fleet-report.js';
import { isTrouble, type TargetOutcome } from './outcome.js';

/** One test case per target, which fails unless every file is applied there. */
export function fleetJunit(report: FleetReport): string {
  const outcomes = outcomesOf(report);
  const tested = outcomes.map((outcome) => {
    return { key: outcome.target, path: null, findings: findingsOf(outcome) };
  });
  return junitOf('fleet status', tested, [
    ['revision', report.revision],
    ['summary', summaryOf(outcomes)],
  ]);
}

function findingsOf(outcome: TargetOutcome): readonly TestedFinding[] {
  if (!isTrouble(outcome) && outcome.state !== 'behind') return [];
  const { state, reason, failure } = outcome;
  const told = failure === null ? '' : `: ${failure.failure.message}`;
  return [
    {
      rule: state,
      severity: 'error',
      message: `${reason ?? state}${told}`,
      place: failure?.failure.place ?? null,
      advice: failure?.failure.advice ?? null,
    },
  ];
}
