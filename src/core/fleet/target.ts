import { count, grouped } from '../text/words.js';

/** One database of a fleet. It is identified by its name, never by how it is reached. */
export interface Target {
  readonly name: string;
  readonly labels: Labels;
  readonly url: TargetUrl;
}

/** What people select a target by, besides its name: `tier`, `region`. */
export type Labels = Readonly<Record<string, string>>;

export type TargetUrl =
  /** A connection string, which may hold a password. */
  | { readonly kind: 'text'; readonly text: string }
  /** A file that holds one, read again for each connection. */
  | { readonly kind: 'file'; readonly path: string }
  /** Another database of the server that was asked for the targets. */
  | { readonly kind: 'database'; readonly database: string };

/** Whether this may hold a password although a path was expected, so that no message may quote it. */
export function mayBeConnectionString(path: string): boolean {
  return /:\/\/|password\s*=/i.test(path);
}

/** A list of targets and everything wrong with it; if anything is, none of its targets may be touched. */
export interface TargetList {
  readonly targets: readonly Target[];
  readonly problems: readonly string[];
}

/** Why this cannot be the name of a target in a list that people write; null if it can. Never quotes it: it may be a URL. */
export function nameProblem(name: string): string | null {
  if (name.length > longestName)
    return `the name is longer than ${longestName} letters: shorten it`;
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_./-]*$/u.test(name)
    ? null
    : 'the name is not valid: use letters, digits and . _ - /, and begin with a letter or a digit';
}

/** The limit for a key of a Secret. */
const longestName = 253;

/** One problem for each name that occurs more than once. */
export function doubleNames(targets: readonly Pick<Target, 'name'>[]): readonly string[] {
  const seen = new Map<string, number>();
  for (const { name } of targets) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen]
    .filter(([, times]) => times > 1)
    .map(([name, times]) => `${name} is listed ${times} times: give each target a name of its own`);
}

/** Warnings about targets before anything connects to them: the same one about many is given once. */
export class TargetWarnings {
  readonly #targets = new Map<string, string[]>();

  add(target: string, warning: string): void {
    const targets = this.#targets.get(warning);
    if (targets === undefined) this.#targets.set(warning, [target]);
    else targets.push(target);
  }

  /** `target eu-1: …`, `120 targets (eu-1, eu-2, eu-3 and 117 more): …` */
  sentences(): readonly string[] {
    return [...this.#targets].map(([warning, targets]) => {
      if (targets.length === 1) return `target ${targets.join('')}: ${warning}`;
      const named = targets.slice(0, mostNamed).join(', ');
      const left = targets.length - mostNamed;
      const more = left > 0 ? ` and ${grouped(left)} more` : '';
      return `${count(targets.length, 'target')} (${named}${more}): ${warning}`;
    });
  }
}

const mostNamed = 3;
