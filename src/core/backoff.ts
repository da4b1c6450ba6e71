/** Full jitter: a random wait between 0 and the doubling ceiling, so that many runners do not come back at once. */
export function backoffMs(attempt: number, random: number, { firstMs, mostMs }: Backoff): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** attempt);
  return Math.round(ceiling * random);
}

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** For connections and servers that come back: 0.5 s, doubling, 30 s at most. */
export const connectionBackoff: Backoff = { firstMs: 500, mostMs: 30_000 };

/** For locks and serialization failures inside a run. */
export const contentionBackoff: Backoff = { firstMs: 100, mostMs: 5_000 };
