import { printable } from '../../../core/files/names.js';
import { alike } from '../../../core/fleet/alike.js';
import { stateWords } from '../../../core/fleet/fleet-report.js';
import type { TargetOutcome } from '../../../core/fleet/outcome.js';
import { count, grouped } from '../../../core/text/words.js';
import { headline, location } from './failure.js';
import { widest } from './layout.js';

/** Colours a text by where the target stands. */
export type Paint = (outcome: TargetOutcome, text: string) => string;

/**
 * One line a target, and below it where a file failed. Many of which the same is to be told are one line with some of their
 * names, and there is an end to the lines: a fleet of thousands has to fit on a screen.
 */
export function targetLines(
  outcomes: readonly TargetOutcome[],
  directory: string,
  paint: Paint = (_, text) => text,
): readonly string[] {
  const rows = alike(outcomes).flatMap((own) =>
    own.length > mostApart ? [together(own)] : own.map(apart),
  );
  const shown = rows.slice(0, mostRows);
  const left = rows.slice(mostRows).reduce((sum, { targets }) => sum + targets, 0);
  const more = left === 0 ? [] : [`and ${count(left, 'other target')}: --json has each`];
  return [...linesOf(shown, directory, paint), ...more];
}

/** A line for each, whatever they have in common. */
export function linesOfEach(
  outcomes: readonly TargetOutcome[],
  directory: string,
  paint: Paint,
): readonly string[] {
  return linesOf(outcomes.map(apart), directory, paint);
}

/** As many targets alike have a line each. */
const mostApart = 3;
const mostNamed = 5;
const mostRows = 100;

interface Row {
  readonly title: string;
  /** One that stands for all of the row. */
  readonly outcome: TargetOutcome;
  readonly targets: number;
  /** Who they are, if the title does not say it. */
  readonly names: readonly string[];
}

function apart(outcome: TargetOutcome): Row {
  return { title: printable(outcome.target), outcome, targets: 1, names: [] };
}

function together(own: readonly TargetOutcome[]): Row {
  const [outcome] = own as [TargetOutcome];
  const names = own.slice(0, mostNamed).map(({ target }) => printable(target));
  const others = own.length - names.length;
  const last = others > 0 ? ` and ${grouped(others)} more` : '';
  return {
    title: count(own.length, 'target'),
    outcome,
    targets: own.length,
    names: [`    ${names.join(', ')}${last}`],
  };
}

function linesOf(rows: readonly Row[], directory: string, paint: Paint): readonly string[] {
  const width = widest(rows.map(({ title }) => title));
  const words = widest(rows.map(({ outcome }) => stateWords[outcome.state]));
  return rows.flatMap(({ title, outcome, names }) => {
    const { state, reason } = outcome;
    const why = reason === null ? '' : `  ${printable(reason)}`;
    const word = stateWords[state].padEnd(words);
    const line = `${paint(outcome, `${title.padEnd(width)}  ${word}`)}${why}`;
    return [line.trimEnd(), ...failureLine(outcome, directory), ...names];
  });
}

function failureLine({ failure }: TargetOutcome, directory: string): readonly string[] {
  if (failure === null) return [];
  return [`    ${location(directory, failure.path, failure.failure)} ${headline(failure.failure)}`];
}
