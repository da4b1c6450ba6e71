/** `.ci/run` makes the long sweeps in full; on a developer's machine each makes a part of its rounds. */
export const inCi = process.env['CI'] !== undefined;

/** Each of `these` with each of `those` in CI; elsewhere with one of them, and its neighbour with the next. */
export function crossed<A, B>(
  these: readonly A[],
  those: readonly B[],
): readonly (readonly [A, B])[] {
  return these.flatMap((a, at) =>
    (inCi ? those : those.slice(at % those.length).slice(0, 1)).map((b) => [a, b] as const),
  );
}
