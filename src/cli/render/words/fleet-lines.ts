import { printable } from '../../../core/files/names.js';
import { stateWords } from '../../../core/fleet/fleet-report.js';
import type { TargetOutcome } from '../../../core/fleet/outcome.js';
import { headline, location } from './failure.js';

/** Colours a text by where the target stands. */
export type Paint = (outcome: TargetOutcome, text: string) => string;

/** One line a target, and below it where a file failed. */
export function targetLines(
  outcomes: readonly TargetOutcome[],
  directory: string,
  paint: Paint = (_, text) => text,
): readonly string[] {
  const width = Math.max(...outcomes.map(({ target }) => printable(target).length));
  const words = Math.max(...outcomes.map(({ state }) => stateWords[state].length));
  return outcomes.flatMap((outcome) => {
    const { target, state, reason } = outcome;
    const name = printable(target).padEnd(width);
    const why = reason === null ? '' : `  ${printable(reason)}`;
    const line = `${paint(outcome, `${name}  ${stateWords[state].padEnd(words)}`)}${why}`.trimEnd();
    return [line, ...failureLine(outcome, directory)];
  });
}

function failureLine({ failure }: TargetOutcome, directory: string): readonly string[] {
  if (failure === null) return [];
  return [`    ${location(directory, failure.path, failure.failure)} ${headline(failure.failure)}`];
}
