import { printable } from '../../core/names.js';
import {
  argumentOf,
  flagKey,
  isNegated,
  longFlag,
  variablesOf,
  wordOf,
  type CommandName,
  type Option,
} from './option.js';
import { options, type OptionName, type ValueOf } from './options.js';

/** What commander read. A flag that was given several times keeps every value. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The variables of the process; an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The little of a file system that configuration needs. All reject with Node's errors. */
export interface ConfigFiles {
  readonly exists: (path: string) => Promise<boolean>;
  readonly readFile: (path: string) => Promise<string>;
  /** The permission bits of a file, e.g. 0o600; links are followed. */
  readonly fileMode: (path: string) => Promise<number>;
}

export interface ConfigRequest<C extends CommandName = CommandName> extends ConfigFiles {
  readonly command: C;
  readonly flags: Flags;
  /** Words of the command line that are neither a flag of the command nor the value of one. */
  readonly rest: readonly string[];
  readonly env: Environment;
  readonly homedir: string;
  /** The user of the operating system, for a connection string that names none; null when there is none. */
  readonly username: string | null;
}

/** What a person set: the text without blanks around it, and the flag or variable it came from. */
export interface Given {
  readonly text: string;
  readonly origin: string;
}

/** Mistakes and oddities, gathered while the parts of a configuration are read. */
export class Findings {
  readonly #problems = new Set<string>();
  readonly #warnings = new Set<string>();

  problem(sentence: string): void {
    this.#problems.add(sentence);
  }

  warn(sentence: string): void {
    this.#warnings.add(sentence);
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }
}

/** Reads options for one command and keeps what is wrong with them. */
export class Scope {
  constructor(
    readonly request: ConfigRequest,
    readonly findings: Findings,
  ) {}

  /** The value in force. A value that is wrong becomes a problem, and the default stands in for it. */
  read<N extends OptionName>(name: N): ValueOf<N> {
    const option: Option<unknown> = options[name];
    const given = this.given(name);
    if (given !== null) {
      const parsed = option.parse(given.text);
      // `options` is what ValueOf is made from; the table cannot be indexed with a type that is still open.
      if (parsed.kind === 'accepted') return parsed.value as ValueOf<N>;
      this.findings.problem(`${given.origin} is ${shown(given.text)}: ${parsed.reason}`);
    }
    return this.#default(option) as ValueOf<N>;
  }

  /** What a flag or a variable says, unread; null when the default holds. */
  given(name: OptionName): Given | null {
    const option: Option<unknown> = options[name];
    // A container's environment serves all commands; each takes what is its own.
    if (!option.commands.includes(this.request.command)) return null;
    return this.#fromWord(option) ?? this.#fromFlag(option) ?? this.#fromEnvironment(option);
  }

  #fromWord(option: Option<unknown>): Given | null {
    const { command, rest } = this.request;
    if (option.words?.includes(command) !== true) return null;
    const [word] = bareWords(rest);
    if (word === undefined) return null;
    const origin = wordOf(option);
    const flag = this.#fromFlag(option);
    if (flag !== null) {
      this.findings.problem(`${flag.origin} and ${origin} are both given: give one of them`);
    }
    return { text: word, origin };
  }

  #fromFlag({ flag }: Option<unknown>): Given | null {
    if (flag === null) return null;
    const origin = longFlag(flag);
    const value = this.request.flags[flagKey(flag)];
    if (isNegated(flag)) return value === false ? { text: 'true', origin } : null;
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? { text: 'true', origin } : null;
    const texts = typeof value === 'string' ? [value] : value;
    if (texts.length > 1) {
      this.findings.problem(`${origin} is given ${texts.length} times: give it once`);
    }
    const text = texts.at(-1)?.trim() ?? '';
    if (text === '' && argumentOf(flag) !== 'none') {
      this.findings.problem(`${origin} is empty: give it a value or leave it out`);
      return null;
    }
    return { text, origin };
  }

  #fromEnvironment(option: Option<unknown>): Given | null {
    const set = variablesOf(option).flatMap((origin) => {
      const text = this.request.env[origin]?.trim() ?? '';
      return text === '' || isServiceLink(text) ? [] : [{ text, origin }];
    });
    const [first, second] = set;
    if (first !== undefined && second !== undefined && first.text !== second.text) {
      this.findings.problem(
        `${first.origin} and ${second.origin} are both set, to different values: set only one`,
      );
    }
    return first ?? null;
  }

  #default({ default: value, parse }: Option<unknown>): unknown {
    if (value.kind === 'described') return null;
    const parsed = parse(value.except[this.request.command] ?? value.text);
    return parsed.kind === 'accepted' ? parsed.value : null;
  }
}

/** The words of a command line that are no flag; what follows a flag we do not know is most likely its value. */
export function bareWords(rest: readonly string[]): readonly string[] {
  return rest.filter((word, at) => !isFlag(word) && (at === 0 || !isFlag(rest[at - 1] ?? '')));
}

/** A dash alone means stdin or stdout. */
export function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

/**
 * Kubernetes sets `<SERVICE>_PORT=tcp://10.0.0.1:5432` for every Service of the namespace; so a Service named "postgres"
 * sets our POSTGRES_PORT to what is no port, and nobody meant anything by it.
 */
export function isServiceLink(text: string | undefined): boolean {
  return text !== undefined && /^(?:tcp|udp|sctp):\/\/[^@]*$/.test(text.trim());
}

/** A value in a message: one line, not too long, and not at all when it may be a connection string with a password. */
export function shown(text: string): string {
  if (/[@]|:\/\/|password/i.test(text)) return '(not shown, it may hold a password)';
  const line = printable(text);
  return `"${line.length > longestShown ? `${line.slice(0, longestShown)}…` : line}"`;
}

const longestShown = 60;
