import { createHash } from 'node:crypto';
import { compareBytes } from '../files/order.js';
import { accepted, type Parsed, refused } from '../text/words.js';

/** One share of the targets: `index` from 0, as JOB_COMPLETION_INDEX has it. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/**
 * The share of each name, by rendezvous hashing: each name goes to the share with the highest score for it that has
 * room. The room is an equal share, so sizes differ by little, and few names move when their number or that of the
 * shares changes. Depends on all names: the shares of one run have to see the same list.
 */
export function shardsOf(names: readonly string[], of: number): ReadonlyMap<string, number> {
  const room = Array.from({ length: of }, () => Math.ceil(names.length / of));
  const bids = names.flatMap((name) => {
    const seed = createHash('sha256').update(name).digest().readUInt32LE(0);
    return room.map((_, index) => ({ name, index, score: mixed(seed ^ mixed(index + 1)) }));
  });
  bids.sort((a, b) => b.score - a.score || a.index - b.index || compareBytes(a.name, b.name));
  const shards = new Map<string, number>();
  for (const { name, index } of bids) {
    const left = room[index] ?? 0;
    if (left === 0 || shards.has(name)) continue;
    room[index] = left - 1;
    shards.set(name, index);
  }
  return shards;
}

/** The items of a share, in the given order. */
export function inShard<T extends { readonly name: string }>(
  targets: readonly T[],
  { index, of }: Shard,
): readonly T[] {
  const shards = shardsOf(
    targets.map(({ name }) => name),
    of,
  );
  return targets.filter(({ name }) => shards.get(name) === index);
}

/** Spreads 32 bits: each of them decides about half of the others (the end of MurmurHash3, public domain). */
function mixed(bits: number): number {
  let hash = bits ^ (bits >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** `3/9` */
export function parseShard(text: string): Parsed<Shard> {
  const { index, of } = /^(?<index>\d{1,5})\/(?<of>\d{1,5})$/.exec(text)?.groups ?? {};
  const shard = { index: Number(index), of: Number(of) };
  return shard.of >= 1 && shard.index < shard.of
    ? accepted(shard)
    : refused('use INDEX/NUMBER with an index from 0, such as 0/4 for the first of four shares');
}
