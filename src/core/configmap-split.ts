import type { ConfigMapEntry } from './configmap.js';

/** What the API server allows a ConfigMap to hold. */
export const mostBytes = 1_048_576;

/** Kept free for names, labels and annotations, and for a key or two that somebody adds by hand. */
const roomForMetadata = 16_384;

/** Bytes of keys and values up to which a map is filled. */
export const fullAt = mostBytes - roomForMetadata;

export type SizeSplit =
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export interface Part {
  readonly entries: readonly ConfigMapEntry[];
  readonly bytes: number;
}

/** Fills one map after the other, in the order given; no entries are one empty map. */
export function splitBySize(entries: readonly ConfigMapEntry[]): SizeSplit {
  const problems = entries.filter((entry) => sizeOf(entry) > fullAt).map(tooLarge);
  if (problems.length > 0) return { kind: 'refused', problems };
  const parts: { entries: ConfigMapEntry[]; bytes: number }[] = [{ entries: [], bytes: 0 }];
  for (const entry of entries) {
    const bytes = sizeOf(entry);
    const last = parts.at(-1);
    if (last === undefined || last.bytes + bytes > fullAt) parts.push({ entries: [entry], bytes });
    else {
      last.entries.push(entry);
      last.bytes += bytes;
    }
  }
  return { kind: 'parts', parts };
}

function sizeOf({ key, text }: ConfigMapEntry): number {
  return key.length + Buffer.byteLength(text);
}

function tooLarge(entry: ConfigMapEntry): string {
  return (
    `${entry.key} has ${sizeOf(entry)} bytes, and a ConfigMap holds ${mostBytes}, of which ${roomForMetadata} are ` +
    'kept for metadata: split the file into several'
  );
}
