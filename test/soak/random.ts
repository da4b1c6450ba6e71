import type { Chance } from '../support/memory/chance.js';

/** A whole number from `least` to `most`, both possible. */
export function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance() * (most - least + 1));
}

/** One of them, each as likely as its weight says. Throws when there is none. */
export function draw<T extends { readonly weight: number }>(chance: Chance, from: readonly T[]): T {
  const total = from.reduce((sum, { weight }) => sum + weight, 0);
  let rest = chance() * total;
  for (const one of from) {
    rest -= one.weight;
    if (rest < 0) return one;
  }
  const last = from.at(-1);
  if (last === undefined) throw new Error('nothing to draw from');
  return last;
}

/** One of them, all as likely. Throws when there is none. */
export function oneOf<T>(chance: Chance, from: readonly T[]): T {
  return draw(
    chance,
    from.map((value) => ({ value, weight: 1 })),
  ).value;
}
