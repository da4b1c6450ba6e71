import { isPort } from '../../../core/connection/connection.js';
import type { Embedded } from '../../../core/embedded.js';
import { parsePath, schemaProblem } from '../../../core/files/names.js';
import { closest } from '../../../core/text/closest.js';
import { accepted, parseDuration, type Parsed, refused } from '../../../core/text/words.js';

/** The subcommands. */
export type CommandName =
  | 'ensure-db'
  | 'migrate'
  | 'status'
  | 'watch'
  | 'baseline'
  | 'verify'
  | 'lint'
  | 'schema'
  | 'drift'
  | 'fleet migrate'
  | 'fleet status'
  | 'fleet drift'
  | 'fleet verify'
  | 'fleet render'
  | 'serve-health'
  | 'configmap'
  | 'import'
  | 'new'
  | 'completion'
  | 'prepare'
  | 'probe';

/** Values that only the machine knows. */
type Completes = 'file' | 'directory' | 'schema' | 'schemas' | 'key';

/** One setting: how it is named and how it is read. Flag wins over variable, variable over default. */
export interface Option<T> {
  /** As commander declares it: `--lock-wait <duration>`; null for what only a variable sets. */
  readonly flag: string | null;
  /** Instead of `PGM_<FLAG>`, if another command has a flag of the same name with another meaning. */
  readonly variable?: string;
  /** Variables besides `PGM_<FLAG>`, which every flag has. */
  readonly env?: readonly string[];
  /** Commands that take it as a bare word too: `pgm configmap DIR`. */
  readonly words?: readonly CommandName[];
  /** May be given several times: `parse` then gets one line for each. */
  readonly many?: boolean;
  /** Parsed like any other value. Without one, reading the option gives null. */
  readonly default?: string;
  /** Commands with a different default. */
  readonly except?: Partial<Record<CommandName, string>>;
  /** What applies if there is no default, in words; "none" if this is left out. */
  readonly unset?: string;
  /** What a shell completes it with, unless `parse` has `choices`. */
  readonly completes?: Completes;
  readonly parse: ((text: string) => Parsed<T>) & { readonly choices?: readonly string[] };
  /** One line of help, without the default. */
  readonly help: string;
}

/** An option of any type. */
export type AnyOption = Option<unknown>;

/** Reads any text. Every reader gets a text without blanks around it that is not empty. */
export function parseText(text: string): Parsed<string> {
  return accepted(text);
}

/** `1|true|yes|on` and `0|false|no|off`, in any case. */
function parseSwitch(text: string): Parsed<boolean> {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return accepted(true);
  if (['0', 'false', 'no', 'off'].includes(word)) return accepted(false);
  return refused('use 1, true, yes or on, or 0, false, no or off');
}

/** A flag without a value: off unless it is given. */
export function toggle(flag: string, help: string) {
  return { flag, default: 'off', parse: parseSwitch, help };
}

/** Parses one of a few words, and lists them. */
export interface Choice<T extends string> {
  (text: string): Parsed<T>;
  readonly choices: readonly T[];
}

export function oneOf<const T extends string>(...choices: readonly T[]): Choice<T> {
  const parse = (text: string): Parsed<T> => {
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return accepted(choice);
    const all = `use ${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
    const meant = closest(text, choices);
    return refused(meant === null ? all : `${all}; did you mean ${meant}?`);
  };
  return Object.assign(parse, { choices });
}

const readinessRules = oneOf('applied', 'once', 'strict');

/** `attempted` was another rule: its users are told what to use instead. */
export const parseReadiness: Choice<'applied' | 'once' | 'strict'> = Object.assign(
  (text: string) =>
    text === 'attempted'
      ? refused('it was replaced by once: use once, applied or strict')
      : readinessRules(text),
  { choices: readinessRules.choices },
);

/** Milliseconds, or null for `forever`. */
export function parseWait(text: string): Parsed<number | null> {
  if (text === 'forever') return accepted(null);
  const parsed = parseDuration(text);
  return parsed.kind === 'accepted' ? parsed : refused(`${parsed.reason}, or forever`);
}

/** Milliseconds, at least `least`, for loops that must neither spin nor wait forever. */
export function durationFrom(least: number): (text: string) => Parsed<number> {
  return (text) => {
    const parsed = parseDuration(text);
    if (parsed.kind === 'refused' || parsed.value >= least) return parsed;
    return refused(`use at least ${least < 1_000 ? `${least}ms` : `${least / 1_000}s`}`);
  };
}

/** Milliseconds, or null for `off`. */
export function parseInterval(text: string): Parsed<number | null> {
  if (text === 'off') return accepted(null);
  const parsed = durationFrom(1_000)(text);
  return parsed.kind === 'accepted' ? parsed : refused(`${parsed.reason}, or off`);
}

export function parsePort(text: string): Parsed<number> {
  return isPort(text) ? accepted(Number(text)) : refused('use a port between 1 and 65535');
}

/** An address or a name to listen on, without the brackets of an IPv6 address. */
export function parseAddress(text: string): Parsed<string> {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  return /^[\w.:%-]+$/.test(address)
    ? accepted(address)
    : refused('use an address or a host name, without a port, such as 127.0.0.1 or ::');
}

export function parseSchema(text: string): Parsed<string> {
  const problem = schemaProblem(text, []);
  return problem === null ? accepted(text) : refused(problem);
}

/** `gcp,aws`, each once, in the order given. */
export function parseSchemas(text: string): Parsed<readonly string[]> {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) return refused('name a schema on each side of every comma');
  const problem = names.map((name) => schemaProblem(name, [])).find((found) => found !== null);
  return problem === undefined ? accepted([...new Set(names)]) : refused(problem);
}

/** `gcp/003_x.sql` or its beginning up to the number; the flat name of a ConfigMap (`gcp_003_x.sql`) means the same. */
export function parseKey(text: string): Parsed<string> {
  const named = parsePath(text);
  return named.kind === 'migration'
    ? accepted(`${named.schema}/${named.filename}`)
    : refused('name a migration, such as gcp/003_add_index.sql or gcp/003');
}

/** The beginning of a revision or all of it, in lower case. */
export function parseRevision(text: string): Parsed<string> {
  return /^[0-9a-f]{4,64}$/i.test(text)
    ? accepted(text.toLowerCase())
    : refused('use the 4 to 64 hexadecimal digits that pgm status shows');
}

export function parseEmbedded(text: string): Parsed<Embedded> {
  const asked = parseSwitch(text);
  if (asked.kind === 'refused') return accepted({ kind: 'kept', directory: text });
  return accepted({ kind: asked.value ? 'temporary' : 'off' });
}

/** The name of a Kubernetes object: a namespace is one label, a ConfigMap may have dots. */
export function objectName(longest: number, dots: boolean): (text: string) => Parsed<string> {
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
  const shape = new RegExp(dots ? `^${label}(?:\\.${label})*$` : `^${label}$`);
  return (text) =>
    text.length <= longest && shape.test(text)
      ? accepted(text)
      : refused(
          `use a Kubernetes name: lower-case letters, digits and "-"${dots ? ' and "."' : ''}, at most ${longest}`,
        );
}
