import { type ConfigMap, isPartOf } from './configmap.js';
import { compareBytes } from './order.js';

/** A ConfigMap that somebody else wrote: its keys and what they hold, in bytes. */
export interface FoundConfigMap {
  readonly name: string;
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/** Keys in which a tree and ConfigMaps differ, each list sorted byte by byte. */
export interface ConfigMapDifference {
  /** In the tree only. */
  readonly added: readonly string[];
  /** In the ConfigMaps only. */
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The maps of a file that belong to one tree, by the name they share. */
export function partsOf(found: readonly FoundConfigMap[], name: string): FoundConfigMap[] {
  return found.filter((map) => isPartOf(map.name, name));
}

/**
 * Compares what the keys hold, whichever of the maps they are in; labels and annotations do not count. A key that is in
 * several maps has to hold the same in each: which of them a mount would show depends on the order of its sources.
 */
export function compareConfigMaps(
  wanted: readonly ConfigMap[],
  found: readonly FoundConfigMap[],
): ConfigMapDifference {
  const entries = wanted.flatMap((map) => map.entries);
  const texts = new Map(entries.map(({ key, text }) => [key, Buffer.from(text)]));
  const values = found.flatMap((map) => [...map.values]);
  const held = new Set(values.map(([key]) => key));
  const changed = values.filter(([key, value]) => texts.get(key)?.equals(value) === false);
  return {
    added: sorted([...texts.keys()].filter((key) => !held.has(key))),
    removed: sorted([...held].filter((key) => !texts.has(key))),
    changed: sorted(changed.map(([key]) => key)),
  };
}

function sorted(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort(compareBytes);
}

export function isSame({ added, removed, changed }: ConfigMapDifference): boolean {
  return added.length + removed.length + changed.length === 0;
}
