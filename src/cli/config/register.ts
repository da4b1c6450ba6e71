import { Option as Flag, type Command } from 'commander';
import {
  describeDefault,
  variablesOf,
  argumentOf,
  wordOf,
  type CommandName,
  type Option,
} from './option.js';
import { optionsOf } from './options.js';

/**
 * Declares the flags of a subcommand. Commander gets no defaults and no variables: what it hands over is what was typed,
 * every value of a flag that was typed twice, so that `resolveConfig` can tell flag, environment and default apart.
 */
export function registerOptions(command: Command, name: CommandName): void {
  for (const option of optionsOf(name)) {
    if (option.words?.includes(name) === true) command.argument(wordOf(option), option.help);
    if (option.flag === null) continue;
    const flag = new Flag(option.flag, helpLine(option, name));
    if (argumentOf(option.flag) !== 'none') flag.argParser(keepEvery);
    command.addOption(flag);
  }
}

/** `how long to wait for PostgreSQL (default: 60s, env: PGM_WAIT_TIMEOUT)` */
export function helpLine(option: Option<unknown>, command: CommandName): string {
  const standard = describeDefault(option.default, command);
  return `${option.help} (default: ${standard}, env: ${variablesOf(option).join(' or ')})`;
}

function keepEvery(value: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
}
