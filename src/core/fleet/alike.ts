import type { TargetOutcome } from './outcome.js';

/** Groups targets about which the same is reported, in the order of the first of each group. */
export function alike(outcomes: readonly TargetOutcome[]): readonly (readonly TargetOutcome[])[] {
  return alikeBy(outcomes, ({ state, reason, failure }) =>
    JSON.stringify([state, reason, failure && toldOf(failure)]),
  );
}

/** Groups by the word that `kindOf` returns, in the order of the first of each group. */
export function alikeBy<T>(
  all: readonly T[],
  kindOf: (each: T) => string,
): readonly (readonly T[])[] {
  const kinds = new Map<string, T[]>();
  for (const each of all) {
    const kind = kindOf(each);
    const own = kinds.get(kind);
    if (own === undefined) kinds.set(kind, [each]);
    else own.push(each);
  }
  return [...kinds.values()];
}

/** One word for what failed and why: equal if the same file failed in the same way. */
export function toldOf({ path, failure }: NonNullable<TargetOutcome['failure']>): string {
  const { place, sqlstate, message } = failure;
  return JSON.stringify([path, place?.line, place?.column, sqlstate, message]);
}
