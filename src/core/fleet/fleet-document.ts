import { type FleetReport, groupsOf, isUpToDate, outcomesOf, summaryOf } from './fleet-report.js';
import type { FailedFile, TargetOutcome } from './outcome.js';

/** What `pgm fleet migrate --json` and `pgm fleet status --json` print; docs/fleet.schema.json describes it. */
export function fleetDocument(report: FleetReport): object {
  const { revision, generation, files, waves, stopped, durationMs } = report;
  const outcomes = outcomesOf({ waves });
  return {
    upToDate: isUpToDate(outcomes) && stopped === null,
    summary: summaryOf(outcomes),
    stopped,
    revision,
    generation,
    files,
    durationMs: Math.round(durationMs),
    groups: groupsOf(outcomes).map(({ state, revision: at, targets, behindBy }) => {
      return { state, revision: at, targets, behindBy };
    }),
    targets: waves.flatMap(({ name, outcomes: own }) =>
      own.map((outcome) => targetDocument(name, outcome)),
    ),
  };
}

/** Copied field by field: an outcome may have more fields than are shown. */
function targetDocument(wave: string, outcome: TargetOutcome): object {
  const { target, state, revision, behindBy, reason, applied, failure, durationMs } = outcome;
  return {
    name: target,
    wave,
    state,
    revision,
    behindBy,
    reason,
    applied,
    failure: failure === null ? null : failureDocument(failure),
    durationMs: Math.round(durationMs),
  };
}

function failureDocument({ key, path, failure }: FailedFile): object {
  return { key, path, failure };
}
