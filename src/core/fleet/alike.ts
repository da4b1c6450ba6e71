import type { TargetOutcome } from './outcome.js';

/** Targets of which the same is to be told, in the order in which the first of each kind comes. */
export function alike(outcomes: readonly TargetOutcome[]): readonly (readonly TargetOutcome[])[] {
  const kinds = new Map<string, TargetOutcome[]>();
  for (const outcome of outcomes) {
    const { state, reason, failure } = outcome;
    const kind = JSON.stringify([state, reason, failure && toldOf(failure)]);
    const own = kinds.get(kind);
    if (own === undefined) kinds.set(kind, [outcome]);
    else own.push(outcome);
  }
  return [...kinds.values()];
}

/** One word for what failed and why: equal where the same file failed in the same way. */
export function toldOf({ path, failure }: NonNullable<TargetOutcome['failure']>): string {
  const { place, sqlstate, message } = failure;
  return JSON.stringify([path, place?.line, place?.column, sqlstate, message]);
}
