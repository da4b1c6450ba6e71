import { didYouMean } from '../text/closest.js';
import { isBetween, type Place, placesOf } from '../text/position.js';
import type { Ignore } from './ignores.js';

/** What can be suppressed. */
interface Told {
  readonly rule: string;
  /** Null if it is about the file as a whole: only the header suppresses that. */
  readonly place: Place | null;
}

/** What is wrong with a line `-- pgm:ignore`. */
export interface IgnoreProblem {
  readonly rule: IgnoreRule;
  readonly message: string;
  readonly advice: string;
  /** Where the line begins. */
  readonly start: number;
}

export const ignoreRules = {
  'ignored-without-reason': 'error',
  'unknown-ignore': 'error',
  'stale-ignore': 'warning',
} as const;

export type IgnoreRule = keyof typeof ignoreRules;

interface TakenBack<T> {
  readonly left: readonly T[];
  readonly taken: readonly { readonly finding: T; readonly reason: string | null }[];
  readonly problems: readonly IgnoreProblem[];
}

interface RulesToIgnore {
  /** The rules of every command that reads these lines: any other name is a mistake. */
  readonly known: readonly string[];
  /** Those that were checked in all of this file, so that a line without a finding is no longer needed. */
  readonly lookedFor: readonly string[];
}

/** Suppresses what the file's own lines `-- pgm:ignore` name, and reports which of them are wrong. Header lines go first. */
export function takeBack<T extends Told>(
  text: string,
  findings: readonly T[],
  ignores: readonly Ignore[],
  { known, lookedFor }: RulesToIgnore,
): TakenBack<T> {
  const placeAt = placesOf(text);
  const used = new Set<string>();
  const left: T[] = [];
  const taken: { finding: T; reason: string | null }[] = [];
  for (const finding of findings) {
    const ignore = ignores.find((each) => covers(each, finding, placeAt));
    if (ignore === undefined) left.push(finding);
    else {
      used.add(`${ignore.start} ${finding.rule}`);
      taken.push({ finding, reason: ignore.reason });
    }
  }
  const problems = ignores.flatMap((ignore) => {
    const isStale = (rule: string): boolean =>
      !used.has(`${ignore.start} ${rule}`) &&
      (lookedFor.includes(rule) || (known.includes(rule) && ignore.about === 'nothing'));
    return [
      ...withoutReason(ignore),
      ...unknown(ignore, known),
      ...ignore.rules.filter(isStale).map((rule) => stale(ignore, rule)),
    ];
  });
  return { left, taken, problems };
}

function covers(
  { rules, about }: Ignore,
  { rule, place }: Told,
  placeAt: (index: number) => Place,
): boolean {
  if (about === 'nothing' || !rules.includes(rule)) return false;
  if (about === 'file') return true;
  return place !== null && isBetween(place, placeAt(about.start), placeAt(about.end));
}

function withoutReason({ rules, reason, start }: Ignore): readonly IgnoreProblem[] {
  if (reason !== null) return [];
  const message = `-- pgm:ignore ${rules.join(', ')} gives no reason`;
  const advice = 'write why, after because: -- pgm:ignore RULE because …';
  return [{ rule: 'ignored-without-reason', message, advice, start }];
}

function unknown({ rules, start }: Ignore, known: readonly string[]): readonly IgnoreProblem[] {
  return rules
    .filter((name) => !known.includes(name))
    .map((name) => {
      const advice = didYouMean(name, known, `rules are ${known.join(', ')}`);
      const message = `-- pgm:ignore names ${name}, which is not a rule`;
      return { rule: 'unknown-ignore', message, advice, start };
    });
}

function stale({ about, start }: Ignore, name: string): IgnoreProblem {
  const rule = 'stale-ignore';
  if (about === 'nothing') {
    const message = `-- pgm:ignore ${name} is not before a statement, so it suppresses nothing`;
    const advice = 'put it on a line right before the statement, or at the top of the file';
    return { rule, message, advice, start };
  }
  const what = about === 'file' ? 'this file' : 'the statement below it';
  const message = `-- pgm:ignore ${name} suppresses nothing: there is no such finding about ${what}`;
  return { rule, message, advice: 'remove it', start };
}
