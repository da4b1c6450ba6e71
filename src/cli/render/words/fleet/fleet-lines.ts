import { alike } from '../../../../core/fleet/alike.js';
import { stateWords } from '../../../../core/fleet/fleet-report.js';
import type { TargetOutcome } from '../../../../core/fleet/outcome.js';
import { headline, location } from '../failure.js';
import { rowsOf, rowsOfEach, type Saying } from './fleet-rows.js';

/** Colours a text by the state of the target. */
export type Paint = Saying<TargetOutcome>['paint'];

/** The targets, those with the same text together, and below each where a file failed. */
export function targetLines(
  outcomes: readonly TargetOutcome[],
  directory: string,
  paint: Paint = (_, text) => text,
): readonly string[] {
  return rowsOf(alike(outcomes), sayingOf(directory, paint));
}

/** One line per target, whatever they have in common. */
export function linesOfEach(
  outcomes: readonly TargetOutcome[],
  directory: string,
  paint: Paint,
): readonly string[] {
  return rowsOfEach(outcomes, sayingOf(directory, paint));
}

function sayingOf(directory: string, paint: Paint): Saying<TargetOutcome> {
  return {
    paint,
    say: ({ state, reason, failure }) => ({
      word: stateWords[state],
      reason,
      below: failureLine(failure, directory),
    }),
  };
}

function failureLine(failure: TargetOutcome['failure'], directory: string): readonly string[] {
  if (failure === null) return [];
  return [`    ${location(directory, failure.path, failure.failure)} ${headline(failure.failure)}`];
}
