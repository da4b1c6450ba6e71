import { createHash } from 'node:crypto';
import type { Migration, RefusedFile, Snapshot, SourceEntry } from './migration.js';
import { parsePath } from './names.js';
import { compareBytes, compareMigrations, compareNumbers } from './order.js';
import {
  checksumInSteps,
  finish,
  isWithoutStatement,
  readTextInSteps,
  type Steps,
} from './text.js';

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

/** `buildSnapshot` in steps, for sources so large that doing it at once would keep the probes waiting. */
export function* buildSnapshotInSteps(
  entries: readonly SourceEntry[],
  { schemas, reserved, generation, swappedAt }: SnapshotOptions,
): Steps<Snapshot> {
  const sorted = [...entries].sort((a, b) => compareBytes(a.path, b.path));
  const { migrations, refused } = yield* readAll(sorted, reserved);
  migrations.sort(compareMigrations);
  // What names no schema is nobody's to leave out.
  const isWanted = ({ schema }: { readonly schema: string | null }): boolean =>
    schema === null || (schemas?.includes(schema) ?? true);
  const wanted = migrations.filter(isWanted);
  return {
    revision: revisionOf(migrations, refused),
    migrations: wanted,
    refused: refused.filter(isWanted),
    ignored: sorted.filter(({ kind }) => kind === 'ignored').map(({ path }) => path),
    leftOut: countBySchema([...migrations, ...refused].filter((file) => !isWanted(file))),
    warnings: [...numberTwins(wanted), ...(yield* emptyFiles(wanted))],
    orderDiffersFromBytes: wanted.some(({ path }, at) => isBefore(path, wanted[at - 1]?.path)),
    generation,
    swappedAt,
  };
}

function* readAll(
  entries: readonly SourceEntry[],
  reserved: readonly string[],
): Steps<{ migrations: Migration[]; refused: RefusedFile[] }> {
  const migrations: Migration[] = [];
  const refused: RefusedFile[] = [];
  const pathOf = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind === 'ignored') continue;
    const read = yield* readEntry(entry, reserved);
    const name = read.key?.normalize('NFC');
    const rival = name === undefined ? undefined : pathOf.get(name);
    if (name !== undefined && rival === undefined) pathOf.set(name, entry.path);
    if (rival !== undefined) refused.push(clash(read, rival));
    else if ('reason' in read) refused.push(read);
    else migrations.push(read);
  }
  return { migrations, refused };
}

/** The key is the rival's, so the twin has none. */
function clash({ path, schema }: Migration | RefusedFile, rival: string): RefusedFile {
  const reason = `it names the same migration as ${rival}; rename one of them`;
  return { path, key: null, schema, reason, byteOffset: null };
}

/** Looks at the name first, so that even a file that cannot be read is known by its key. */
function* readEntry(
  entry: Exclude<SourceEntry, { kind: 'ignored' }>,
  reserved: readonly string[],
): Steps<Migration | RefusedFile> {
  const { path } = entry;
  const named = parsePath(path, reserved);
  if (named.kind === 'refused') {
    const reason = entry.kind === 'refused' ? entry.reason : named.reason;
    return { path, key: null, schema: null, reason, byteOffset: null };
  }
  const { schema, filename, number } = named;
  const key = `${schema}/${filename}`;
  if (entry.kind === 'refused')
    return { path, key, schema, reason: entry.reason, byteOffset: null };
  const reading = yield* readTextInSteps(entry.bytes);
  if (reading.kind === 'bad') {
    return { path, key, schema, reason: reading.reason, byteOffset: reading.byteOffset };
  }
  const { text: sql } = reading;
  return { key, schema, filename, number, checksum: yield* checksumInSteps(sql), sql, path };
}

function revisionOf(migrations: readonly Migration[], refused: readonly RefusedFile[]): string {
  const sum = createHash('sha256');
  for (const { key, checksum } of migrations) sum.update(`${key}\0${checksum}\n`);
  for (const { path, reason, byteOffset } of refused) {
    sum.update(`${path}\0!${reason}\0${byteOffset ?? ''}\n`);
  }
  return sum.digest('hex');
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
  return ordered.flatMap((migration, at) => {
    const before = ordered[at - 1];
    const twins =
      before?.schema === migration.schema && compareNumbers(before.number, migration.number) === 0;
    return twins
      ? [`${before.key} and ${migration.key} have the same number; they run by name`]
      : [];
  });
}

function* emptyFiles(migrations: readonly Migration[]): Steps<string[]> {
  const warnings: string[] = [];
  for (const { key, sql } of migrations) {
    if (yield* isWithoutStatement(sql)) {
      warnings.push(`${key} holds no statement: it counts as applied and does nothing`);
    }
    yield;
  }
  return warnings;
}
