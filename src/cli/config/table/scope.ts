import { isServiceLink, shown } from '../../../core/connection/connection.js';
import type { ConfigFiles, Environment, Given } from '../../../core/connection/given.js';
import {
  flagKey,
  isNegated,
  longFlag,
  type Taker,
  takesValue,
  variablesOf,
  wordOf,
  wordsOf,
} from './options.js';
import type { AnyOption, Option } from './values.js';

/** What commander read. A flag given several times keeps every value. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface ConfigRequest extends ConfigFiles {
  readonly command: Taker;
  readonly flags: Flags;
  /** Words of the command line that are neither a flag of the command nor the value of one. */
  readonly rest: readonly string[];
  readonly env: Environment;
  readonly homedir: string;
  /** The user of the operating system, for a connection string that names none; null if there is none. */
  readonly username: string | null;
}

/** What reading an option gives. */
type ValueOf<O extends AnyOption> = O extends { readonly default: string }
  ? Read<O>
  : Read<O> | null;
type Read<O> = O extends Option<infer T> ? T : never;

/** Reads options for one command and keeps what is wrong with them. */
export class Scope {
  /** Sentences, each once, in the order they were found. */
  readonly problems = new Set<string>();
  readonly warnings = new Set<string>();

  constructor(readonly request: ConfigRequest) {}

  /** The value, or the default; null only if there is no default. A wrong value becomes a problem. */
  read<O extends AnyOption>(option: O): ValueOf<O> {
    // The compiler cannot see the option's type, nor that only one without a default gives null.
    return this.#read(option) as ValueOf<O>;
  }

  #read(option: AnyOption): unknown {
    const given = this.given(option);
    if (given !== null) {
      const parsed = option.parse(given.text);
      if (parsed.kind === 'accepted') return parsed.value;
      const text = option.many === true ? given.text.replaceAll('\n', ', ') : given.text;
      this.problems.add(`${given.origin} is ${shown(text)}: ${parsed.reason}`);
    }
    const usual = option.except?.[this.request.command.name] ?? option.default;
    const parsed = usual === undefined ? null : option.parse(usual);
    return parsed?.kind === 'accepted' ? parsed.value : null;
  }

  /** The unparsed value of a flag or a variable; null if the default is used. */
  given(option: AnyOption): Given | null {
    // A container's environment may have variables for several commands; each reads only its own.
    if (!this.request.command.options.includes(option)) return null;
    return this.#fromWord(option) ?? this.#fromFlag(option) ?? this.#fromEnvironment(option);
  }

  /** What messages call it: as it was given, or its flag. */
  originOf(option: AnyOption & { readonly flag: string }): string {
    return this.given(option)?.origin ?? longFlag(option.flag);
  }

  #fromWord(option: AnyOption): Given | null {
    const { command, rest } = this.request;
    if (option.words?.includes(command.name) !== true) return null;
    const word = bareWords(rest)[wordsOf(command).indexOf(option)];
    if (word === undefined) return null;
    const origin = wordOf(option);
    const flag = this.#fromFlag(option);
    if (flag !== null) {
      this.problems.add(`${flag.origin} and ${origin} are both given: give one of them`);
    }
    return { text: word, origin };
  }

  #fromFlag({ flag, many = false }: AnyOption): Given | null {
    if (flag === null) return null;
    const origin = longFlag(flag);
    const value = this.request.flags[flagKey(flag)];
    if (isNegated(flag)) return value === false ? { text: 'true', origin } : null;
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? { text: 'true', origin } : null;
    const texts = typeof value === 'string' ? [value] : value;
    if (texts.length > 1 && !many) {
      this.problems.add(`${origin} is given ${texts.length} times: give it once`);
    }
    const text = (many ? texts.join('\n') : (texts.at(-1) ?? '')).trim();
    if (text === '' && takesValue(flag)) {
      this.problems.add(`${origin} is empty: give it a value or leave it out`);
      return null;
    }
    return { text, origin };
  }

  #fromEnvironment(option: AnyOption): Given | null {
    const set = variablesOf(option).flatMap((origin) => {
      const text = this.request.env[origin]?.trim() ?? '';
      return text === '' || isServiceLink(text) ? [] : [{ text, origin }];
    });
    const [first, second] = set;
    if (first !== undefined && second !== undefined && first.text !== second.text) {
      this.problems.add(
        `${first.origin} and ${second.origin} are both set, to different values: set only one`,
      );
    }
    return first ?? null;
  }
}

/** The words of a command line that are not flags. A word after an unknown flag is most likely its value. */
export function bareWords(rest: readonly string[]): readonly string[] {
  return rest.filter((word, at) => !isFlag(word) && (at === 0 || !isFlag(rest[at - 1] ?? '')));
}

/** A dash alone means stdin or stdout. */
export function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}
