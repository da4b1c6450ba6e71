import { flatKey, longestName } from './configmap-key.js';
import type { Migration, RefusedFile, Snapshot } from '../files/migration.js';
import { printable } from '../files/names.js';
import { compareBytes } from '../files/order.js';

/** One key of a ConfigMap. */
interface ConfigMapEntry {
  readonly key: string;
  /** The content of the file, byte order mark included. */
  readonly text: string;
}

/** One ConfigMap, ready to be written. */
export interface ConfigMap {
  readonly name: string;
  readonly namespace: string;
  /** Of the whole tree, even if it is split into several maps. */
  readonly revision: string;
  /** Sorted by key, byte by byte. */
  readonly entries: readonly ConfigMapEntry[];
  /** Size of keys and values. */
  readonly bytes: number;
}

/** Either the maps that contain every file, or all problems, one sentence each. */
type ConfigMapPlan =
  | { readonly kind: 'maps'; readonly maps: readonly ConfigMap[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

interface ConfigMapNames {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The ConfigMaps for a snapshot: one, or as many as its size needs (`NAME`, `NAME-2`, …). `textOf` gives the whole text
 * of a migration. A refused file is a problem too, because the maps would lack it.
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
    else entries.push({ key: flat.value, text: textOf(migration) });
  }
  entries.sort((a, b) => compareBytes(a.key, b.key));
  const tooLarge = entries.filter((entry) => sizeOf(entry) > fullAt).map(sizeProblem);
  const parts = splitBySize(entries);
  problems.push(...tooLarge);
  if (tooLarge.length === 0) problems.push(...tooLongName(names.name, parts.length));
  if (problems.length > 0) return { kind: 'refused', problems };
  const { revision } = snapshot;
  const maps = parts.map(({ entries, bytes }, at) => ({
    name: partName(names.name, at),
    namespace: names.namespace,
    revision,
    entries,
    bytes,
  }));
  return { kind: 'maps', maps };
}

/** The most that the API server accepts in one ConfigMap. */
export const mostBytes = 1_048_576;

/** Left free for names, labels and annotations, and for a key or two that somebody adds by hand. */
const roomForMetadata = 16_384;

/** Bytes of keys and values up to which a map is filled. */
export const fullAt = mostBytes - roomForMetadata;

/** Fills one map after the other, in the given order. Without entries there is one empty map. */
function splitBySize(
  entries: readonly ConfigMapEntry[],
): readonly Pick<ConfigMap, 'entries' | 'bytes'>[] {
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
  return parts;
}

function sizeOf({ key, text }: ConfigMapEntry): number {
  return sizeOfEntry(key, Buffer.byteLength(text));
}

/** How much of a map a file takes up. Keys are ASCII. */
export function sizeOfEntry(key: string, bytes: number): number {
  return key.length + bytes;
}

function sizeProblem(entry: ConfigMapEntry): string {
  return (
    `${entry.key} has ${sizeOf(entry)} bytes; a ConfigMap can hold ${fullAt} (${mostBytes} less ${roomForMetadata} ` +
    'for metadata): split it into several files'
  );
}

/** `NAME`, `NAME-2`, `NAME-3` … */
function partName(name: string, at: number): string {
  return at === 0 ? name : `${name}-${at + 1}`;
}

/** A name that is short enough may become too long with the number of a later map. */
function tooLongName(name: string, parts: number): string[] {
  const last = partName(name, parts - 1);
  if (last.length <= longestName) return [];
  return [
    `${last} would be the last of ${parts} maps, and Kubernetes allows ${longestName} characters: ` +
      'give a shorter one with --name',
  ];
}

/** True for the names of the maps that a tree called `base` may be split into. */
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
