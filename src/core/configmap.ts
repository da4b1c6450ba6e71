import { flatKey, longestName } from './configmap-key.js';
import { splitBySize } from './configmap-split.js';
import type { Migration, RefusedFile, Snapshot } from './migration.js';
import { printable } from './names.js';
import { compareBytes } from './order.js';

/** One key of a ConfigMap. */
export interface ConfigMapEntry {
  readonly key: string;
  /** What the file holds, byte order mark included. */
  readonly text: string;
}

/** One ConfigMap, ready to be written. */
export interface ConfigMap {
  readonly name: string;
  readonly namespace: string;
  /** Of the whole tree, also where several maps share it. */
  readonly revision: string;
  /** Sorted by key, byte by byte. */
  readonly entries: readonly ConfigMapEntry[];
  /** Of keys and values. */
  readonly bytes: number;
}

/** Either maps that hold every file, or everything that is in the way, a sentence each. */
export type ConfigMapPlan =
  | { readonly kind: 'maps'; readonly maps: readonly ConfigMap[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export interface ConfigMapNames {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The ConfigMaps that hold a snapshot: one, or as many as its size asks for (`NAME`, `NAME-2`, …). `textOf` gives the
 * whole text of a migration. A file that the source refuses is in the way too: the map would lack it.
 */
export function planConfigMaps(
  snapshot: Snapshot,
  textOf: (migration: Migration) => string,
  names: ConfigMapNames,
): ConfigMapPlan {
  const entries: ConfigMapEntry[] = [];
  const problems = refusals(snapshot);
  for (const migration of snapshot.migrations) {
    const flat = flatKey(migration.schema, migration.filename);
    if (flat.kind === 'refused') problems.push(flat.reason);
    else entries.push({ key: flat.key, text: textOf(migration) });
  }
  entries.sort((a, b) => compareBytes(a.key, b.key));
  const split = splitBySize(entries);
  if (split.kind === 'refused') problems.push(...split.problems);
  else problems.push(...tooLongName(names.name, split.parts.length));
  if (split.kind === 'refused' || problems.length > 0) return { kind: 'refused', problems };
  const { revision } = snapshot;
  const maps = split.parts.map(({ entries, bytes }, at) => ({
    ...{ name: partName(names.name, at), namespace: names.namespace, revision },
    ...{ entries, bytes },
  }));
  return { kind: 'maps', maps };
}

/** `NAME`, `NAME-2`, `NAME-3` … */
function partName(name: string, at: number): string {
  return at === 0 ? name : `${name}-${at + 1}`;
}

/** A name that fits by itself may be too long with the number of a later map behind it. */
function tooLongName(name: string, parts: number): string[] {
  const last = partName(name, parts - 1);
  if (last.length <= longestName) return [];
  return [
    `${last} would be the last of ${parts} maps, and Kubernetes takes names of ${longestName} characters: ` +
      'give a shorter one with --name',
  ];
}

/** Whether `name` is one of the maps that a tree under `base` may be split into. */
export function isPartOf(name: string, base: string): boolean {
  if (name === base) return true;
  return name.startsWith(`${base}-`) && /^(?:[2-9]|[1-9]\d+)$/.test(name.slice(base.length + 1));
}

function refusals({ refused, migrations }: Snapshot): string[] {
  const pathOf = new Map(migrations.map(({ path }) => [flatName(path), path]));
  return refused.map((file) => {
    const rival = pathOf.get(flatName(file.path));
    if (rival === undefined || rival === file.path) return refusal(file);
    return (
      `${printable(file.path)} and ${printable(rival)} would both become the key ` +
      `${printable(flatName(rival))}: rename one of them`
    );
  });
}

function refusal({ path, reason, byteOffset }: RefusedFile): string {
  const where = byteOffset === null ? '' : ` (at byte ${byteOffset})`;
  return `${printable(path)} is refused: ${reason}${where}`;
}

function flatName(path: string): string {
  return path.replaceAll('/', '_');
}
