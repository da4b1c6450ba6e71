import type { CommanderError } from 'commander';
import { shown } from '../core/connection/connection.js';
import { errorDocument } from '../core/documents.js';
import { ConfigurationError } from '../core/errors.js';
import { didYouMean } from '../core/text/closest.js';
import { asksForJson, requestOf } from './commands/run-command.js';
import { allOptions, longFlag } from './config/table/options.js';
import type { CommandName } from './config/table/values.js';
import { commands, groups } from './list.js';
import { exitCodes } from './process/exit-codes.js';
import { printResult } from './process/stop.js';
import { jsonText } from './render/words/layout.js';

/** The name of the command that was typed; undefined if it is not a command. */
export function commandIn([first = '', second = '']: readonly string[]): CommandName | undefined {
  const typed = [first, `${first} ${second}`];
  return commandNames.find((name) => typed.includes(name));
}

const commandNames = Object.keys(commands) as CommandName[];

/** What was typed as the name of a command but is not one; null if it is one. */
export function unknownCommand(argv: readonly string[]): string | null {
  const [first, ...words] = argv[0] === 'help' ? argv.slice(1) : argv;
  if (first === undefined || first.startsWith('-') || first === 'help') return null;
  if (!Object.hasOwn(groups, first)) return Object.hasOwn(commands, first) ? null : first;
  const [second = '-'] = words;
  const isKnown = second.startsWith('-') || commandIn([first, second]) !== undefined;
  return isKnown ? null : `${first} ${second}`;
}

/** Commander's own message comes for `pgm NAME` only, and measures closeness differently. */
export function refuseCommand(name: string): number {
  const [first] = name.split(' ');
  const own = commandNames.filter((known) => known.startsWith(`${first ?? ''} `));
  const known = name.includes(' ') ? own : [...commandNames, ...Object.keys(groups)];
  const advice = didYouMean(
    name,
    known,
    `pgm ${own.length > 0 ? `${first ?? ''} ` : ''}--help lists them`,
  );
  process.stderr.write(`pgm: ${shown(name)} is not a command of pgm; ${advice}\n`);
  return exitCodes.usage;
}

/** Reports what commander refuses: a flag without its value, and a flag before the name of the command. */
export function refuseLine({ code, message }: CommanderError, argv: readonly string[]): number {
  const name = commandIn(argv);
  const said = problemOf(code, message);
  // Help that was asked for by giving no command at all has been printed.
  if (said === null) return exitCodes.usage;
  process.stderr.write(`${name === undefined ? 'pgm' : `pgm ${name}`}: ${said}\n`);
  const flags = { json: argv.includes('--json') };
  if (name !== undefined && asksForJson(requestOf(commands[name], { flags, rest: [] }))) {
    printResult(jsonText(errorDocument(new ConfigurationError([said]), exitCodes.usage)));
  }
  return exitCodes.usage;
}

function problemOf(code: string, message: string): string | null {
  const flag = /'(?<flag>-[^']*)'/.exec(message)?.groups?.['flag'] ?? '';
  switch (code) {
    case 'commander.optionMissingArgument':
      return `${longFlag(flag)} needs a value: ${flag}`;
    case 'commander.unknownOption':
      return misplaced(flag.replace(/=.*/s, ''));
    case 'commander.help':
      return null;
    default:
      return message.replace(/^error: /, '');
  }
}

/** pgm itself has only --help and --version. */
function misplaced(flag: string): string {
  const known = allOptions().some(
    (option) => option.flag !== null && longFlag(option.flag) === flag,
  );
  return known
    ? `${flag} comes after the command: pgm COMMAND ${flag}`
    : `${flag} is not a flag of pgm; pgm --help lists them`;
}
