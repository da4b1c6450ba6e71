import { type ConfigMap, isPartOf } from './configmap.js';
import { compareBytes } from '../files/order.js';

/** A ConfigMap as read back: its keys and their values in bytes. */
export interface FoundConfigMap {
  readonly name: string;
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/** The keys that differ between a tree and its ConfigMaps, each list sorted byte by byte. */
export interface ConfigMapDifference {
  /** In the tree only. */
  readonly added: readonly string[];
  /** In the ConfigMaps only. */
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The maps that belong to one tree, by the name they share. */
export function partsOf(found: readonly FoundConfigMap[], name: string): FoundConfigMap[] {
  return found.filter((map) => isPartOf(map.name, name));
}

/**
 * Compares the values of the keys, whichever of the maps they are in; labels and annotations do not count. A key that
 * is in several maps must have the same value in each, because which one a mount shows depends on the order of sources.
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
