import { createHash } from 'node:crypto';
import { foreignName, foreignSchemas, undoneBeside } from '../foreign/foreign-name.js';
import type { Migration, RefusedFile, Snapshot, SourceEntry } from './migration.js';
import { parsePath } from './names.js';
import { compareBytes, compareMigrations, compareNumbers } from './order.js';
import { type Steps, finish } from './steps.js';
import { checksumInSteps, decodeInSteps, findFault, isWithoutStatement } from './text.js';

export interface SnapshotOptions {
  /** The only schemas wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Schema names that may not be used because they belong to pgm. */
  readonly reserved: readonly string[];
  readonly generation: string | null;
  /** When it was swapped in, in milliseconds since 1970; null for a plain directory. */
  readonly swappedAt: number | null;
}

/** Builds the snapshot from the entries of a source. The disk is not read again in the run. */
export function buildSnapshot(entries: readonly SourceEntry[], options: SnapshotOptions): Snapshot {
  return finish(buildSnapshotInSteps(entries, options));
}

/**
 * `buildSnapshot` in steps, because with a large source doing it at once would delay the probes. The bytes of an entry
 * are read before the next entry is requested, and are not kept. `entries` may yield undefined while it works on the
 * next entry.
 */
export function* buildSnapshotInSteps(
  entries: Iterable<SourceEntry | undefined>,
  { schemas, reserved, generation, swappedAt }: SnapshotOptions,
): Steps<Snapshot> {
  const { readings, ignored } = yield* readAll(entries, reserved);
  const { migrations, refused, empty } = withoutForeign(partTwins(readings));
  migrations.sort(compareMigrations);
  // A file without a schema cannot be excluded by --schemas.
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
  const readings: EntryReading[] = [];
  const ignored: string[] = [];
  for (const entry of entries) {
    if (entry?.kind === 'ignored') ignored.push(entry.path);
    else if (entry !== undefined) readings.push(yield* readEntry(entry, reserved));
    yield;
  }
  return { readings, ignored };
}

interface Parted {
  readonly migrations: Migration[];
  readonly refused: RefusedFile[];
  /** Migrations without a statement. */
  readonly empty: Set<Migration>;
}

/** If several paths name the same migration, the first in byte order is used. */
function partTwins(readings: EntryReading[]): Parted {
  const parted: Parted = { migrations: [], refused: [], empty: new Set() };
  const pathOf = new Map<string, string>();
  readings.sort((a, b) => compareBytes(a.file.path, b.file.path));
  for (const reading of withoutUndoing(readings)) {
    const { file } = reading;
    const name = file.key?.normalize('NFC');
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

/** Refuses all files of a schema that is another tool's folder, with one reason; none of them is sent. */
function withoutForeign({ migrations, refused, empty }: Parted): Parted {
  const reasons = foreignSchemas(migrations);
  const kept = migrations.filter(({ path, key, schema }) => {
    const reason = reasons.get(schema);
    if (reason !== undefined) refused.push({ path, key, schema, reason, byteOffset: null });
    return reason === undefined;
  });
  return { migrations: kept, refused, empty };
}

/** Refuses files that undo another file of the source. */
function withoutUndoing(readings: readonly EntryReading[]): readonly EntryReading[] {
  const paths = new Set(readings.map(({ file }) => file.path.toLowerCase()));
  return readings.map((reading) => {
    if (reading.kind === 'refused') return reading;
    const { path, key, schema } = reading.file;
    const reason = undoneBeside(path, paths);
    if (reason === null) return reading;
    return { kind: 'refused', file: { path, key, schema, reason, byteOffset: null } };
  });
}

/** The key belongs to the rival, so this file gets none. */
function clash({ path, schema }: Migration | RefusedFile, rival: string): RefusedFile {
  const reason = `it names the same migration as ${rival}; rename one of them`;
  return { path, key: null, schema, reason, byteOffset: null };
}

function revisionOf(migrations: readonly Migration[], refused: readonly RefusedFile[]): string {
  const hash = createHash('sha256');
  for (const { key, checksum } of migrations) hash.update(`${key}\0${checksum}\n`);
  for (const { path, reason, byteOffset } of refused) {
    hash.update(`${path}\0!${reason}\0${byteOffset ?? ''}\n`);
  }
  return hash.digest('hex');
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

/** One warning, however many there are. */
function numberTwins(ordered: readonly Migration[]): string[] {
  const twins = ordered.filter(({ schema, number }, at) => {
    const before = ordered[at - 1];
    return before?.schema === schema && compareNumbers(before.number, number) === 0;
  });
  const [first] = twins;
  if (first === undefined) return [];
  const before = ordered[ordered.indexOf(first) - 1]?.key ?? '';
  const others = twins.length === 1 ? '' : ` (${twins.length - 1} more like them)`;
  return [
    `${before} and ${first.key} have the same number${others}; they are applied in the order of their names`,
  ];
}

function emptyFiles(ordered: readonly Migration[], empty: ReadonlySet<Migration>): string[] {
  return ordered
    .filter((migration) => empty.has(migration))
    .map(({ key }) => `${key} contains no statement: it counts as applied and changes nothing`);
}

/** An entry, interpreted. */
export type EntryReading =
  | { readonly kind: 'migration'; readonly file: Migration; readonly isEmpty: boolean }
  | { readonly kind: 'refused'; readonly file: RefusedFile };

/** Reads the name first, so that even a file that cannot be read has its key. `reserved`: see `schemaProblem`. */
export function* readEntry(
  entry: Exclude<SourceEntry, { kind: 'ignored' }>,
  reserved: readonly string[],
): Steps<EntryReading> {
  const { path } = entry;
  const named = parsePath(path, reserved);
  const foreign = foreignName(path);
  if (named.kind === 'refused') {
    const reason = entry.kind === 'refused' ? entry.reason : (foreign ?? named.reason);
    return { kind: 'refused', file: { path, key: null, schema: null, reason, byteOffset: null } };
  }
  const { schema, filename, number } = named;
  // In a tree the key is the path, and sharing the string saves memory.
  const key = path.includes('/') ? path : `${schema}/${filename}`;
  if (entry.kind === 'refused') {
    const { reason } = entry;
    return { kind: 'refused', file: { path, key, schema, reason, byteOffset: null } };
  }
  if (foreign !== null) {
    return { kind: 'refused', file: { path, key, schema, reason: foreign, byteOffset: null } };
  }
  const fault = findFault(entry.bytes);
  if (fault !== null) return { kind: 'refused', file: { path, key, schema, ...fault } };
  const sql = yield* decodeInSteps(entry.bytes);
  const checksum = yield* checksumInSteps(sql);
  const file = { key, schema, filename, number, checksum, sql, path };
  return { kind: 'migration', file, isEmpty: isWithoutStatement(sql) };
}
