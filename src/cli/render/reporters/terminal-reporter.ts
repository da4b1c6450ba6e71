import { Chalk, type ChalkInstance, chalkStderr } from 'chalk';
import ora, { type Ora } from 'ora';
import type { PgmEvent } from '../../../core/events.js';
import { printable } from '../../../core/files/names.js';
import { isTrouble, type TargetOutcome } from '../../../core/fleet/outcome.js';
import { count, duration } from '../../../core/text/words.js';
import { FleetBoard } from './fleet-board.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { allApplied, type Level, type Sentence, type Told } from '../words/sentence.js';

/**
 * Permanent lines, each with a sign and colour, and below them a spinner for what is going on. `sentences`: what to say about
 * an event.
 */
export function terminalReporter(
  options: ReporterOptions,
  sentences: (event: PgmEvent) => readonly Told[],
): Reporter {
  const { stream, output } = options;
  const chalk = new Chalk({ level: output.color === 'never' ? 0 : chalkStderr.level || 1 });
  // The spinner must not take our signals and keys: Ctrl-C belongs to the shutdown.
  const spinner = ora({ stream, discardStdin: false, hideCursor: false });
  const print = (sentence: Sentence): void => {
    const wasSpinning = spinner.isSpinning;
    if (wasSpinning) spinner.clear();
    stream.write(linesOf(sentence, chalk));
    if (wasSpinning) spinner.render();
  };
  const board = new FleetBoard();
  let plannedSteps = 0;
  let plannedTargets = 0;
  return {
    emit: (event) => {
      if (event.kind === 'run-planned') plannedSteps = event.steps;
      if (event.kind === 'fleet-planned') plannedTargets = event.targets;
      const isStep =
        (plannedSteps > mostLines && event.kind === 'migration-applied') ||
        (plannedTargets > mostLines && event.kind === 'target-finished' && isFine(event.outcome));
      if (!isStep || output.verbosity === 'verbose') sentences(event).forEach(print);
      const shown = board.hear(event);
      const activity = shown === undefined ? activityOf(event) : shown;
      spin(spinner, activity, output.verbosity === 'quiet');
    },
    close: () => {
      spinner.stop();
    },
  };
}

/** With more files or targets than this, a successful one gets no line of its own, only a step of the spinner. */
const mostLines = 200;

function isFine(outcome: TargetOutcome): boolean {
  return !isTrouble(outcome);
}

function linesOf({ level, text, below = [] }: Sentence, chalk: ChalkInstance): string {
  // Users search for exactly this line, and it begins with a sign.
  const sign = text === allApplied ? '' : `${signs(chalk)[level]} `;
  const lines = below.map((line) => `    ${line.endsWith('^') ? chalk.red(line) : line}\n`);
  return `${sign}${paint(chalk, level, text)}\n${lines.join('')}`;
}

function signs(chalk: ChalkInstance): Readonly<Record<Level, string>> {
  return {
    debug: chalk.dim('·'),
    info: chalk.blue('●'),
    done: chalk.green('✔'),
    warn: chalk.yellow('▲'),
    error: chalk.red('✖'),
  };
}

function paint(chalk: ChalkInstance, level: Level, text: string): string {
  if (level === 'error') return chalk.red(text);
  return level === 'debug' ? chalk.dim(text) : text;
}

/** The text of the spinner from this event on; null stops it, undefined leaves it as it is. */
function activityOf(event: PgmEvent): string | null | undefined {
  switch (event.kind) {
    case 'source-chosen':
      return 'reading migrations';
    case 'waiting-for-postgres':
      return `waiting for PostgreSQL at ${event.target}`;
    case 'waiting-for-lock':
      return `waiting for another runner, ${duration(event.waitedMs)}`;
    case 'run-planned':
      return event.steps === 0 ? null : `applying ${count(event.steps, 'migration')}`;
    case 'migration-started':
      return `[${event.at}/${event.of}] ${printable(event.key)}`;
    case 'verify-progress':
      return `proving [${event.done}/${event.of}] ${printable(event.key)}`;
    case 'verify-finished':
      return null;
    case 'embedded':
      return event.activity;
    case 'run-finished':
    case 'run-failed':
    case 'stopping':
    case 'watching':
      return null;
    default:
      return undefined;
  }
}

function spin(spinner: Ora, activity: string | null | undefined, quiet: boolean): void {
  if (activity === undefined || quiet) return;
  if (activity === null) spinner.stop();
  else if (spinner.isSpinning) spinner.text = activity;
  else spinner.start(activity);
}
