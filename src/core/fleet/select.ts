import { accepted, type Parsed, refused } from '../text/words.js';
import type { Target } from './target.js';

/** What a target must be: `tier=canary` or `name~^eu-`. `text` is as it was written. */
export type Matcher = { readonly text: string; readonly label: string } & (
  | { readonly kind: 'is'; readonly value: string }
  | { readonly kind: 'matches'; readonly pattern: RegExp }
);

/** The targets for which every matcher holds. */
export function selected<T extends Pick<Target, 'name' | 'labels'>>(
  targets: readonly T[],
  matchers: readonly Matcher[],
): readonly T[] {
  return targets.filter((target) => matchers.every((matcher) => isMatch(target, matcher)));
}

/** A target without the label does not match. */
export function isMatch(
  { name, labels }: Pick<Target, 'name' | 'labels'>,
  matcher: Matcher,
): boolean {
  const { label } = matcher;
  const value = label === 'name' ? name : Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (value === undefined) return false;
  return matcher.kind === 'is' ? value === matcher.value : matcher.pattern.test(value);
}

/** `==` is refused: as a value with a "=" it would match nothing, and a wave of canaries would be empty. */
export function parseMatcher(text: string): Parsed<Matcher> {
  const { label, sign, value } =
    /^(?<label>[\w./-]+)\s*(?<sign>[=~])\s*(?<value>[^=\s].*)$/su.exec(text)?.groups ?? {};
  if (label === undefined || value === undefined) {
    return refused("use LABEL=VALUE, such as tier=canary, or LABEL~PATTERN, such as 'name~^eu-'");
  }
  if (sign === '=') return accepted({ kind: 'is', text, label, value });
  try {
    return accepted({ kind: 'matches', text, label, pattern: new RegExp(value, 'u') });
  } catch {
    return refused('the text after "~" is not a regular expression: correct it');
  }
}

/** Several, each on a line of its own. */
export function parseMatchers(text: string): Parsed<readonly Matcher[]> {
  return eachLine(text, parseMatcher);
}

/** Reads each line that is not empty; if one is refused, everything is. */
export function eachLine<T>(
  text: string,
  parse: (line: string) => Parsed<T>,
): Parsed<readonly T[]> {
  const values: T[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const parsed = parse(line);
    if (parsed.kind === 'refused') return parsed;
    values.push(parsed.value);
  }
  return accepted(values);
}
