import { ConfigurationError } from '../core/errors.js';
import { parsePath, schemaProblem } from '../core/files/names.js';
import { didYouMean } from '../core/text/closest.js';

/**
 * Reads the options of a call. Each mistake becomes a problem that never quotes a value. An unknown option is a mistake too:
 * a misspelt one would silently have no effect.
 */
export class OptionReader<T extends object> {
  readonly problems: Set<string>;
  readonly warnings = new Set<string>();
  readonly #known: string[] = [];
  readonly #options: Readonly<Record<string, unknown>>;
  /** The prefix of each option's name in a problem. */
  readonly #prefix: string;

  constructor(options: T, prefix = '', problems = new Set<string>()) {
    if (!isObject(options)) throw new ConfigurationError(['give the options as an object']);
    this.#options = options as Readonly<Record<string, unknown>>;
    this.#prefix = prefix;
    this.problems = problems;
  }

  /** The result of `read` for nested options; null if they are not given. */
  within<N extends object, R>(name: Name<T>, read: (reader: OptionReader<N>) => R): R | null {
    const options = this.#read<N | null>(name, null, 'give it an object', isObject);
    if (options === null) return null;
    const reader = new OptionReader<N>(options, `${name}.`, this.problems);
    const result = read(reader);
    reader.#refuseUnknown();
    return result;
  }

  /** Null if it is not given. */
  text(name: Name<T>): string | null {
    return this.#read(name, null, 'give it a string that is not empty', isText);
  }

  flag(name: Name<T>): boolean {
    return this.#read(name, false, 'use true or false', (value) => typeof value === 'boolean');
  }

  texts(name: Name<T>): readonly string[] | null {
    return this.#read(name, null, 'give it an array of strings', isTexts);
  }

  /** A whole number from `least` to `most`. */
  number(name: Name<T>, usual: number, [least, most]: readonly [number, number]): number {
    const advice = `use a whole number from ${least} to ${most}`;
    return this.#read(name, usual, advice, (value) => isWhole(value, least, most));
  }

  milliseconds(name: Name<T>, usual: number, least = 0): number {
    return this.#read(name, usual, `use milliseconds, at least ${least}`, (value) =>
      isWhole(value, least, longestMs),
    );
  }

  /** Null waits forever. */
  patience(name: Name<T>, usual: number | null): number | null {
    return this.#read(name, usual, 'use milliseconds, or null to wait forever', (value) =>
      value === null ? true : isWhole(value, 0, longestMs),
    );
  }

  oneOf<C extends string>(name: Name<T>, usual: C, choices: readonly C[]): C {
    const advice = `use ${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
    return this.#read(name, usual, advice, (value) => choices.some((choice) => choice === value));
  }

  schemas(name: Name<T>, reserved: readonly string[]): readonly string[] | null {
    const names = this.texts(name);
    if (names === null) return null;
    if (names.length === 0)
      this.problems.add(`${name}: name at least one, or leave it out for all`);
    for (const problem of names.map((each) => schemaProblem(each, reserved))) {
      if (problem !== null) this.problems.add(`${name}: ${problem}`);
    }
    return [...new Set(names)];
  }

  /** The beginning of a revision or all of it, in lower case. */
  revision(name: Name<T>): string | null {
    const advice = 'use the 4 to 64 hexadecimal digits that a status has';
    const isRevision = (value: unknown): boolean =>
      typeof value === 'string' && /^[0-9a-f]{4,64}$/i.test(value);
    return this.#read<string | null>(name, null, advice, isRevision)?.toLowerCase() ?? null;
  }

  /** The key of a file, in full or up to its number. */
  key(name: Name<T>): string | null {
    const text = this.text(name);
    const parsed = text === null ? null : parsePath(text);
    if (parsed === null || parsed.kind === 'migration') {
      return parsed && `${parsed.schema}/${parsed.filename}`;
    }
    this.problems.add(`${name}: name a migration, such as gcp/003_add_index.sql or gcp/003`);
    return null;
  }

  /** A function, a signal or an object, returned as it is. */
  as<V>(name: Name<T>, is: (value: unknown) => value is V, advice: string): V | null {
    return this.#read<V | null>(name, null, advice, is);
  }

  /** An option that has to be given; one that is given, but is wrong, has been refused already. */
  missing(name: Name<T>, advice: string): void {
    if (this.#options[name] !== undefined) return;
    this.problems.add(`${this.#prefix}${name} is missing: ${advice}`);
  }

  /** Each of these that is given is a problem: `because` says when it has an effect. */
  refuse(names: readonly Name<T>[], because: string): void {
    for (const name of names) {
      const isGiven = this.#read<unknown>(name, undefined, '', () => true) !== undefined;
      if (isGiven) this.problems.add(`${this.#prefix}${name} ${because}; leave it out`);
    }
  }

  /** Call it when everything has been read. Throws `ConfigurationError`. */
  finish(): void {
    this.#refuseUnknown();
    if (this.problems.size > 0) throw new ConfigurationError([...this.problems]);
  }

  #refuseUnknown(): void {
    for (const name of Object.keys(this.#options)) {
      if (this.#known.includes(name)) continue;
      const advice = didYouMean(name, this.#known, `use ${this.#known.join(', ')}`);
      this.problems.add(`${this.#prefix}${name} is not an option of this call; ${advice}`);
    }
  }

  #read<V>(name: Name<T>, usual: V, advice: string, is: (value: unknown) => boolean): V {
    this.#known.push(name);
    const value = this.#options[name];
    if (value === undefined) return usual;
    if (is(value)) return value as V;
    this.problems.add(`${this.#prefix}${name}: ${advice}`);
    return usual;
  }
}

type Name<T> = keyof T & string;

/** The longest that a timer of Node may take. */
const longestMs = 2 ** 31 - 1;

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
