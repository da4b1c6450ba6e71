import { accepted, count, type Parsed, refused } from '../text/words.js';
import { eachLine, isMatch, type Matcher, parseMatcher } from './select.js';
import type { Target } from './target.js';

/** Which of the targets that no earlier wave took belong to this wave. */
export type WaveRule =
  | { readonly kind: 'matching'; readonly text: string; readonly matcher: Matcher }
  | { readonly kind: 'rest'; readonly text: string };

/** Targets that are worked on before those of the next wave begin. */
export interface Wave<T> {
  /** As it was written: `tier=canary`, `rest`; `all` if no waves were asked for. */
  readonly name: string;
  readonly targets: readonly T[];
}

type PlannedWaves<T> =
  | {
      readonly kind: 'planned';
      /** The waves that have targets, in order. */
      readonly waves: readonly Wave<T>[];
      /** Names of the waves without targets. */
      readonly empty: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Each target goes to the first wave that takes it. Without rules there is one wave. A target in no wave is refused. */
export function planWaves<T extends Pick<Target, 'name' | 'labels'>>(
  targets: readonly T[],
  rules: readonly WaveRule[],
): PlannedWaves<T> {
  if (rules.length === 0) return { kind: 'planned', waves: [{ name: 'all', targets }], empty: [] };
  const byRule = new Map<WaveRule, T[]>(rules.map((rule) => [rule, []]));
  const left: T[] = [];
  for (const target of targets) {
    const rule = rules.find((each) => each.kind === 'rest' || isMatch(target, each.matcher));
    (byRule.get(rule as WaveRule) ?? left).push(target);
  }
  const [first] = left;
  if (first !== undefined) {
    const others = left.length === 1 ? '' : ` and ${count(left.length - 1, 'other target')}`;
    const reason = `${first.name}${others} would be in no wave: add --wave rest, or leave them out with --select`;
    return { kind: 'refused', reason };
  }
  const waves = [...byRule].map(([{ text }, own]) => ({ name: text, targets: own }));
  return {
    kind: 'planned',
    waves: waves.filter((wave) => wave.targets.length > 0),
    empty: waves.filter((wave) => wave.targets.length === 0).map(({ name }) => name),
  };
}

/** What is wrong with waves that match nothing in the whole list; that is usually a mistake. `rest` may have nothing left. */
export function unmatchedWaves(
  targets: readonly Pick<Target, 'name' | 'labels'>[],
  rules: readonly WaveRule[],
): readonly string[] {
  // A list may be empty because its mount is not filled yet.
  if (targets.length === 0) return [];
  return rules.flatMap((rule) => {
    const isUnmatched =
      rule.kind === 'matching' && !targets.some((target) => isMatch(target, rule.matcher));
    return isUnmatched
      ? [`--wave ${rule.text} matches none of ${count(targets.length, 'target')}`]
      : [];
  });
}

/** The targets of one of the waves, possibly none. Refused as in `planWaves`, and if no rule has this name. */
export function targetsOfWave<T extends Pick<Target, 'name' | 'labels'>>(
  targets: readonly T[],
  rules: readonly WaveRule[],
  name: string,
): Parsed<readonly T[]> {
  if (!rules.some(({ text }) => text === name)) {
    return refused(`--only-wave ${name} is not one of the waves: give it as --wave too`);
  }
  const planned = planWaves(targets, rules);
  if (planned.kind === 'refused') return planned;
  return accepted(planned.waves.find((wave) => wave.name === name)?.targets ?? []);
}

/** Several, each on a line of its own. */
export function parseWaves(text: string): Parsed<readonly WaveRule[]> {
  const parsed = eachLine(text, parseWave);
  if (parsed.kind === 'refused') return parsed;
  const texts = parsed.value.map((rule) => rule.text);
  if (new Set(texts).size < texts.length) return refused('name each wave once');
  const rest = texts.indexOf('rest');
  return rest === -1 || rest === texts.length - 1
    ? parsed
    : refused('rest takes all that is left, so it is the last wave');
}

function parseWave(text: string): Parsed<WaveRule> {
  if (text === 'rest') return accepted({ kind: 'rest', text });
  const parsed = parseMatcher(text);
  return parsed.kind === 'refused'
    ? refused(`${parsed.reason}, or rest`)
    : accepted({ kind: 'matching', text, matcher: parsed.value });
}
