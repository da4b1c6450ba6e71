import type { Migration, RefusedFile, Snapshot, SourceEntry } from './migration.js';
import { schemaRule } from './names.js';
import { compareBytes, compareMigrations, compareNumbers } from './order.js';
import { type EntryReading, readEntry, readShortEntry } from './read-entry.js';
import { finish, type Steps } from './steps.js';
import { TextHash } from './text-hash.js';

export interface SnapshotOptions {
  /** The only schemas wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Schema names that may not be used because they belong to pgm. */
  readonly reserved: readonly string[];
  readonly generation: string | null;
  /** When that swap was, in milliseconds since 1970; null for a plain tree. */
  readonly swappedAt: number | null;
}

/** Makes the snapshot out of what lay under the names of a source. Pure: the disk is not touched again in the run. */
export function buildSnapshot(entries: readonly SourceEntry[], options: SnapshotOptions): Snapshot {
  return finish(buildSnapshotInSteps(entries, options));
}

/**
 * `buildSnapshot` in steps, for sources so large that doing it at once would keep the probes waiting. An entry's bytes
 * are looked at before the next entry is asked for; up to `shortLength` of them are not kept. Where `entries` gives
 * undefined, it has to do more work for the next one, and others get their turn.
 */
export function* buildSnapshotInSteps(
  entries: Iterable<SourceEntry | undefined>,
  { schemas, reserved, generation, swappedAt }: SnapshotOptions,
): Steps<Snapshot> {
  const { readings, ignored } = yield* readAll(entries, reserved);
  const { migrations, refused, empty } = partTwins(readings);
  migrations.sort(compareMigrations);
  // What names no schema is nobody's to leave out.
  const isWanted = ({ schema }: { readonly schema: string | null }): boolean =>
    schema === null || (schemas?.includes(schema) ?? true);
  const wanted = migrations.filter(isWanted);
  return {
    revision: revisionOf(migrations, refused),
    migrations: wanted,
    refused: refused.filter(isWanted),
    ignored: ignored.sort(compareBytes),
    leftOut: countBySchema([...migrations, ...refused].filter((file) => !isWanted(file))),
    warnings: [...numberTwins(wanted), ...emptyFiles(wanted, empty)],
    orderDiffersFromBytes: wanted.some(({ path }, at) => isBefore(path, wanted[at - 1]?.path)),
    generation,
    swappedAt,
  };
}

function* readAll(
  entries: Iterable<SourceEntry | undefined>,
  reserved: readonly string[],
): Steps<{ readings: EntryReading[]; ignored: string[] }> {
  const rule = schemaRule(reserved);
  const readings: EntryReading[] = [];
  const ignored: string[] = [];
  for (const entry of entries) {
    if (entry?.kind === 'ignored') ignored.push(entry.path);
    else if (entry !== undefined) {
      readings.push(readShortEntry(entry, rule) ?? (yield* readEntry(entry, rule)));
    }
    yield;
  }
  return { readings, ignored };
}

interface Parted {
  readonly migrations: Migration[];
  readonly refused: RefusedFile[];
  /** Those without a statement. */
  readonly empty: Set<Migration>;
}

/** Of several paths that name one migration the first, byte by byte, has it; whatever the order of the listing. */
function partTwins(readings: EntryReading[]): Parted {
  const parted: Parted = { migrations: [], refused: [], empty: new Set() };
  const pathOf = new Map<string, string>();
  readings.sort((a, b) => compareBytes(a.file.path, b.file.path));
  const mayClash = readings.some(
    ({ file }, at) => !isPlainKey(file) || file.path === readings[at - 1]?.file.path,
  );
  for (const reading of readings) {
    const { file } = reading;
    const name = mayClash ? file.key?.normalize('NFC') : undefined;
    const rival = name === undefined ? undefined : pathOf.get(name);
    if (name !== undefined && rival === undefined) pathOf.set(name, file.path);
    if (rival !== undefined) parted.refused.push(clash(file, rival));
    else if (reading.kind === 'refused') parted.refused.push(reading.file);
    else {
      parted.migrations.push(reading.file);
      if (reading.isEmpty) parted.empty.add(reading.file);
    }
  }
  return parted;
}

/** Where all are such, and no two paths are the same, no two keys are. */
function isPlainKey({ key, path }: Migration | RefusedFile): boolean {
  return key === null || (key === path && /^[\0-\x7f]*$/.test(key));
}

/** The key is the rival's, so the twin has none. */
function clash({ path, schema }: Migration | RefusedFile, rival: string): RefusedFile {
  const reason = `it names the same migration as ${rival}; rename one of them`;
  return { path, key: null, schema, reason, byteOffset: null };
}

function revisionOf(migrations: readonly Migration[], refused: readonly RefusedFile[]): string {
  const hash = new TextHash();
  for (const { key, checksum } of migrations) {
    hash.add(key);
    hash.add('\0');
    hash.add(checksum);
    hash.add('\n');
  }
  for (const { path, reason, byteOffset } of refused) {
    hash.add(`${path}\0!${reason}\0${byteOffset ?? ''}\n`);
  }
  return hash.digest();
}

function countBySchema(
  files: readonly { readonly schema: string | null }[],
): { schema: string; files: number }[] {
  const counts = new Map<string, number>();
  for (const { schema } of files) {
    if (schema !== null) counts.set(schema, (counts.get(schema) ?? 0) + 1);
  }
  return [...counts].map(([schema, count]) => ({ schema, files: count }));
}

function isBefore(path: string, other: string | undefined): boolean {
  return other !== undefined && compareBytes(path, other) < 0;
}

function numberTwins(ordered: readonly Migration[]): string[] {
  const warnings: string[] = [];
  let before: Migration | undefined;
  for (const migration of ordered) {
    const { key, schema, number } = migration;
    if (before?.schema === schema && compareNumbers(before.number, number) === 0) {
      warnings.push(`${before.key} and ${key} have the same number; they run by name`);
    }
    before = migration;
  }
  return warnings;
}

function emptyFiles(ordered: readonly Migration[], empty: ReadonlySet<Migration>): string[] {
  return ordered
    .filter((migration) => empty.has(migration))
    .map(({ key }) => `${key} holds no statement: it counts as applied and does nothing`);
}
