/** Numbers from 0 up to, and without, 1. */
export type Random = () => number;

/** mulberry32: small, and good enough to draw instants and faults. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` to `most`, both possible. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** One of them, each as likely as its weight says. Throws when there is none. */
export function draw<T extends { readonly weight: number }>(random: Random, from: readonly T[]): T {
  const total = from.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random() * total;
  for (const one of from) {
    rest -= one.weight;
    if (rest < 0) return one;
  }
  const last = from.at(-1);
  if (last === undefined) throw new Error('nothing to draw from');
  return last;
}

/** One of them, all as likely. Throws when there is none. */
export function oneOf<T>(random: Random, from: readonly T[]): T {
  return draw(
    random,
    from.map((value) => ({ value, weight: 1 })),
  ).value;
}
