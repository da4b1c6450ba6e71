import type { Parsed } from '../../core/parsed.js';

/** The subcommands that read the table of options. */
export type CommandName =
  | 'ensure-db'
  | 'migrate'
  | 'status'
  | 'watch'
  | 'serve-health'
  | 'baseline'
  | 'configmap'
  | 'prepare'
  | 'probe';

/** One setting: how it is named, where it applies and how it is read. Flag wins over variable, variable over default. */
export interface Option<T, D extends Default = Default> {
  /** As commander declares it: `--lock-wait <duration>`; null for what only a variable sets. */
  readonly flag: string | null;
  /** Instead of `PGM_<FLAG>`, where another command has a flag of the same name that means something else. */
  readonly variable?: string;
  /** Variables besides `PGM_<FLAG>`, which every flag has. */
  readonly env: readonly string[];
  /** Commands that take it as a bare word too: `pgm configmap DIR`. */
  readonly words?: readonly CommandName[];
  readonly default: D;
  readonly commands: readonly CommandName[];
  readonly parse: (text: string) => Parsed<T>;
  /** One line of help, without the default. */
  readonly help: string;
}

export type Default = TextDefault | DescribedDefault;

/** A default that is written, and read, like any other value. */
export interface TextDefault {
  readonly kind: 'text';
  readonly text: string;
  /** Commands whose default is another. */
  readonly except: Partial<Record<CommandName, string>>;
}

/** Nothing, or something only words can tell; reading the option gives null. */
export interface DescribedDefault {
  readonly kind: 'described';
  readonly words: string;
}

export function byDefault(text: string, except: TextDefault['except'] = {}): TextDefault {
  return { kind: 'text', text, except };
}

export function described(words: string): DescribedDefault {
  return { kind: 'described', words };
}

/** How a bare word is called in help and in messages: `[dir]`. */
export function wordOf({ flag, help }: Pick<Option<unknown>, 'flag' | 'help'>): string {
  return flag === null ? `[${help.split(' ', 1)[0] ?? ''}]` : `[${longFlag(flag).slice(2)}]`;
}

/** `--lock-wait` of `--lock-wait <duration>`. */
export function longFlag(flag: string): string {
  return flag.split(' ', 1)[0] ?? flag;
}

/** Whether the flag is a switch, must be given a value, or may be. */
export function argumentOf(flag: string): 'none' | 'required' | 'optional' {
  if (flag.includes('<')) return 'required';
  return flag.includes('[') ? 'optional' : 'none';
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
  env,
}: Pick<Option<unknown>, 'flag' | 'variable' | 'env'>): string[] {
  if (flag === null) return [...env];
  if (variable !== undefined) return [variable, ...env];
  return [`PGM_${longFlag(flag).slice(2).replaceAll('-', '_').toUpperCase()}`, ...env];
}

/** The default of one command, in words for help; all exceptions too when no command is named. */
export function describeDefault(value: Default, command: CommandName | null): string {
  if (value.kind === 'described') return value.words;
  if (command !== null) return value.except[command] ?? value.text;
  const exceptions = Object.entries(value.except).map(([name, text]) => `; ${name}: ${text}`);
  return value.text + exceptions.join('');
}
