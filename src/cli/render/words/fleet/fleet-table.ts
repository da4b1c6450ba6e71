import { Chalk, type ChalkInstance } from 'chalk';
import {
  type FleetReport,
  isUpToDate,
  outcomesOf,
  sizeInWords,
  summaryOf,
} from '../../../../core/fleet/fleet-report.js';
import { isTrouble, type TargetOutcome } from '../../../../core/fleet/outcome.js';
import { short } from '../../../../core/text/words.js';
import { linesOfEach, type Paint, targetLines } from './fleet-lines.js';
import { allApplied } from '../sentence.js';
import type { Looks } from '../layout.js';

/**
 * The text of `pgm fleet status`: the summary, and then the targets that are not fine with their reasons; with `all` a line
 * for each target.
 */
export function fleetTable(report: FleetReport, directory: string, { color, all }: Looks): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const outcomes = outcomesOf(report);
  const paint: Paint = ({ state }, text) => {
    if (isTrouble({ state })) return chalk.red(text);
    return state === 'behind' ? chalk.yellow(text) : chalk.green(text);
  };
  const told = all
    ? linesOfEach(outcomes, directory, paint)
    : targetLines(outcomes.filter(isTold), directory, paint);
  const lines = [
    verdictOf(outcomes, chalk),
    `${chalk.dim('source ')}  ${directory}, revision ${short(report.revision)} (${sizeInWords(report)})`,
    `${chalk.dim('targets')}  ${summaryOf(outcomes)}`,
    ...(told.length === 0 ? [] : ['', ...told]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictOf(outcomes: readonly TargetOutcome[], chalk: ChalkInstance): string {
  if (outcomes.length === 0) return 'there are no targets';
  return isUpToDate(outcomes) ? chalk.green(allApplied) : chalk.red('✖ not up to date');
}

function isTold({ state }: TargetOutcome): boolean {
  return isTrouble({ state }) || state === 'behind';
}
