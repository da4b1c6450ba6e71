import { type Chance, repeatableChance } from './memory/chance.js';

export type { Chance };

export interface HowMany {
  /** Begins no round after this; a busy machine makes fewer. */
  readonly ms?: number;
  /** Makes as many in any case. */
  readonly least?: number;
}

/**
 * Makes rounds of a property test until its time is over, and gives how many. Each has a seed of its own; a round that
 * fails names it, and PGM_TEST_SEED makes that round the first.
 */
export async function rounds(
  check: (chance: Chance) => unknown,
  { ms = 150, least = 50 }: HowMany = {},
): Promise<number> {
  let seed = Number(process.env['PGM_TEST_SEED'] ?? Date.now() % 2 ** 32);
  const next = repeatableChance(seed);
  const end = performance.now() + ms;
  let made = 0;
  for (; made < least || performance.now() < end; made += 1) {
    await withSeed(seed, check);
    seed = Math.floor(next() * 2 ** 32);
  }
  return made;
}

async function withSeed(seed: number, check: (chance: Chance) => unknown): Promise<void> {
  try {
    await check(repeatableChance(seed));
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`PGM_TEST_SEED=${seed} makes this the first round: ${text}`, { cause });
  }
}

export function oneOf<T>(chance: Chance, choices: readonly T[]): T {
  return choices[Math.floor(chance() * choices.length)] as T;
}
