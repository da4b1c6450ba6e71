import { Command as Subcommand, CommanderError, Option as Flag } from 'commander';
import { packageVersion } from '../library/open/compose.js';
import { commands, groups } from './list.js';
import type { Command } from './commands/run-command.js';
import {
  describeDefault,
  inOrder,
  takesValue,
  variablesOf,
  wordOf,
} from './config/table/options.js';
import type { Flags } from './config/table/scope.js';
import type { AnyOption, CommandName } from './config/table/values.js';
import { exitCodes } from './process/exit-codes.js';
import { printResult } from './process/stop.js';
import { commandIn, refuseCommand, refuseLine, unknownCommand } from './refuse-line.js';

const exitCodeHelp = `
Exit codes:
  0  fine
  1  a migration failed or is held; probe: the answer is no; output is incomplete;
     fleet migrate: targets failed, or in several ways
  2  usage or configuration
  3  (fleet) status --check: not up to date; (fleet) drift, fleet verify,
     verify --against, schema --check, configmap --check: it differs
  4  could not reach PostgreSQL in time
  5  could not get the lock in time
  130, 143  interrupted by SIGINT, SIGTERM (watch exits 0 on SIGTERM)`;

/** Reads the command line, runs the command it names and returns the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = declare((code) => {
    exitCode = code;
  }, commandIn(argv));
  const unknown = unknownCommand(argv);
  if (unknown !== null) return refuseCommand(unknown);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.fine : refuseLine(error, argv);
  }
  return exitCode;
}

/**
 * The whole command line as commander knows it; the documentation is also made from it. If it is known which command was
 * `typed`, the flags of the others are left out, which saves a millisecond.
 */
export function declare(onExit: (exitCode: number) => void, typed?: CommandName): Subcommand {
  const program = new Subcommand('pgm')
    .description(
      'Keeps a PostgreSQL database up to date with the SQL files in a Kubernetes ConfigMap.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', exitCodeHelp)
    .configureOutput({
      writeOut: printResult,
      // `refuseLine` says it in pgm's words.
      outputError: () => undefined,
    })
    .showSuggestionAfterError(false)
    .exitOverride();
  for (const command of Object.values(commands)) {
    const subcommand = declareCommand(program, command, onExit);
    if (typed === undefined || command.name === typed) registerOptions(subcommand, command);
  }
  return program;
}

function declareCommand(
  program: Subcommand,
  { name, summary, run }: Command,
  onExit: (exitCode: number) => void,
): Subcommand {
  const [last = '', group] = name.split(' ').reverse();
  const subcommand = (group === undefined ? program : groupIn(program, group))
    .command(last)
    .description(summary)
    // Commander would stop at the first; the configuration reports them with all other mistakes.
    .allowUnknownOption()
    .allowExcessArguments();
  return subcommand.action(async () => {
    onExit(
      await run({
        flags: subcommand.opts<Flags>(),
        rest: subcommand.args,
        commands: Object.values<Command>(commands),
      }),
    );
  });
}

/** The parent of other commands, which does nothing by itself. */
function groupIn(program: Subcommand, group: string): Subcommand {
  const known = program.commands.find((command) => command.name() === group);
  return known ?? program.command(group).description(groups[group] ?? '');
}

/**
 * Declares the flags of a command. Commander gets no defaults and no variables: it returns what was typed, including every
 * value of a repeated flag, so that `resolveConfig` can tell flag, environment and default apart.
 */
export function registerOptions(
  subcommand: Subcommand,
  { name, options }: Pick<Command, 'name' | 'options'>,
): void {
  for (const option of inOrder(options)) {
    if (option.words?.includes(name) === true) subcommand.argument(wordOf(option), option.help);
    if (option.flag === null) continue;
    const flag = new Flag(option.flag, helpLine(option, name));
    if (takesValue(option.flag)) flag.argParser(keepEvery);
    subcommand.addOption(flag);
  }
}

/** `how long to wait for PostgreSQL (default: 60s, env: PGM_WAIT_TIMEOUT)` */
function helpLine(option: AnyOption, command: CommandName): string {
  const standard = describeDefault(option, command);
  return `${option.help} (default: ${standard}, env: ${variablesOf(option).join(' or ')})`;
}

function keepEvery(value: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
}
