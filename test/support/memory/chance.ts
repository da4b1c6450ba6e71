/** Numbers between 0 and 1 that look like chance and are the same in every run. */
export function repeatableChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
