import { applyingOptions } from './options-applying.js';
import { authoringOptions } from './options-authoring.js';
import { connectionOptions, embeddedOptions } from './options-connection.js';
import { driftOptions } from './options-drift.js';
import { fleetJobsOptions, fleetOptions } from './options-fleet.js';
import { healthOptions } from './options-health.js';
import { kubernetesOptions } from './options-kubernetes.js';
import { movingOptions, takeoverOptions } from './options-moving.js';
import { lintOptions } from './options-lint.js';
import { proofOptions, schemaOptions } from './options-proof.js';
import { outputOptions } from './options-output.js';
import { sourceOptions } from './options-source.js';
import type { AnyOption, CommandName } from './values.js';

/** Every setting of pgm, by subject, in the order in which the help and the docs list them. */
export const options = {
  connection: connectionOptions,
  embedded: embeddedOptions,
  source: sourceOptions,
  applying: applyingOptions,
  drift: driftOptions,
  fleet: fleetOptions,
  fleetJobs: fleetJobsOptions,
  health: healthOptions,
  kubernetes: kubernetesOptions,
  proof: proofOptions,
  moving: movingOptions,
  takeover: takeoverOptions,
  lint: lintOptions,
  schema: schemaOptions,
  authoring: authoringOptions,
  output: outputOptions,
} as const satisfies Readonly<Record<string, Readonly<Record<string, AnyOption>>>>;

/** All of them as one list. */
export function allOptions(): readonly AnyOption[] {
  return Object.values(options).flatMap((group) => Object.values<AnyOption>(group));
}

/** Some options in the order of the table. */
export function inOrder(some: readonly AnyOption[]): readonly AnyOption[] {
  return allOptions().filter((option) => some.includes(option));
}

/** What the configuration needs to know about a command. */
export interface Taker {
  readonly name: CommandName;
  /** The options it takes. */
  readonly options: readonly AnyOption[];
}

/** The options that a command takes as bare words, in their order. */
export function wordsOf(command: Taker): readonly AnyOption[] {
  return inOrder(command.options).filter(({ words }) => words?.includes(command.name));
}

/** The name of a bare word in help and messages: `[dir]`. */
export function wordOf({ flag, help }: Pick<AnyOption, 'flag' | 'help'>): string {
  return flag === null ? `[${help.split(' ', 1)[0] ?? ''}]` : `[${longFlag(flag).slice(2)}]`;
}

/** `--lock-wait` of `--lock-wait <duration>`. */
export function longFlag(flag: string): string {
  return flag.split(' ', 1)[0] ?? flag;
}

/** Whether the flag may have a value; one that may not is a switch. */
export function takesValue(flag: string): boolean {
  return /[<[]/.test(flag);
}

/** The key under which commander keeps the flag: `lockWait`, and `color` for `--no-color`, which sets it to false. */
export function flagKey(flag: string): string {
  const words = longFlag(flag).replace(/^--(?:no-)?/, '');
  return words.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
}

export function isNegated(flag: string): boolean {
  return flag.startsWith('--no-');
}

/** The variables that set the option: `PGM_LOCK_WAIT`, then those with names of their own. */
export function variablesOf({
  flag,
  variable,
  env = [],
}: Pick<AnyOption, 'flag' | 'variable' | 'env'>): string[] {
  if (flag === null) return [...env];
  if (variable !== undefined) return [variable, ...env];
  return [`PGM_${longFlag(flag).slice(2).replaceAll('-', '_').toUpperCase()}`, ...env];
}

/** The default of one command, in words; with all exceptions if `command` is null. */
export function describeDefault(option: AnyOption, command: CommandName | null): string {
  const { default: usual, except = {}, unset = 'none' } = option;
  if (usual === undefined) return unset;
  if (command !== null) return except[command] ?? usual;
  const exceptions = Object.entries(except).map(([name, text]) => `; ${name}: ${text}`);
  return usual + exceptions.join('');
}
