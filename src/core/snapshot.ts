import { hash } from 'node:crypto';
import type { Migration, RefusedFile, Snapshot, SourceEntry } from './migration.js';
import { parsePath } from './names.js';
import { compareBytes, compareMigrations, compareNumbers } from './order.js';
import { checksumOf, readText } from './text.js';

export interface SnapshotOptions {
  /** The only schemas wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Schema names that may not be used because they belong to pgm. */
  readonly reserved: readonly string[];
  readonly generation: string | null;
}

/** Makes the snapshot out of what lay under the names of a source. Pure: the disk is not touched again in the run. */
export function buildSnapshot(entries: readonly SourceEntry[], options: SnapshotOptions): Snapshot {
  const sorted = [...entries].sort((a, b) => compareBytes(a.path, b.path));
  const migrations: Migration[] = [];
  const refused: RefusedFile[] = [];
  const taken = new Map<string, string>();
  for (const entry of sorted) {
    if (entry.kind === 'ignored') continue;
    const read =
      entry.kind === 'refused' ? refusal(entry.path, entry.reason) : readEntry(entry, options);
    if ('reason' in read) {
      refused.push(read);
      continue;
    }
    const rival = taken.get(read.key.normalize('NFC'));
    if (rival !== undefined) {
      refused.push(
        refusal(entry.path, `it names the same migration as ${rival}; rename one of them`),
      );
      continue;
    }
    taken.set(read.key.normalize('NFC'), entry.path);
    migrations.push(read);
  }
  const inByteOrder = [...migrations].sort((a, b) => compareBytes(a.key, b.key));
  migrations.sort(compareMigrations);
  const wanted = migrations.filter(({ schema }) => options.schemas?.includes(schema) ?? true);
  return {
    revision: revisionOf(migrations, refused),
    migrations: wanted,
    refused,
    ignored: sorted.filter(({ kind }) => kind === 'ignored').map(({ path }) => path),
    leftOut: countBySchema(migrations.filter((migration) => !wanted.includes(migration))),
    warnings: [...numberTwins(wanted), ...emptyFiles(wanted)],
    orderDiffersFromBytes: migrations.some(({ key }, at) => inByteOrder[at]?.key !== key),
    generation: options.generation,
  };
}

function readEntry(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  { reserved }: SnapshotOptions,
): Migration | RefusedFile {
  const named = parsePath(path, reserved);
  if (named.kind === 'refused') return refusal(path, named.reason);
  const reading = readText(bytes);
  if (reading.kind === 'bad') return refusal(path, reading.reason, reading.byteOffset);
  const { schema, filename, number } = named;
  const checksum = checksumOf(reading.text);
  return {
    key: `${schema}/${filename}`,
    schema,
    filename,
    number,
    checksum,
    sql: reading.text,
    path,
  };
}

function refusal(path: string, reason: string, byteOffset: number | null = null): RefusedFile {
  return { path, reason, byteOffset };
}

function revisionOf(migrations: readonly Migration[], refused: readonly RefusedFile[]): string {
  const lines = [
    ...migrations.map(({ key, checksum }) => `${key}\0${checksum}\n`),
    ...refused.map(({ path, reason, byteOffset }) => `${path}\0!${reason}\0${byteOffset ?? ''}\n`),
  ];
  return hash('sha256', lines.join(''), 'hex');
}

function countBySchema(migrations: readonly Migration[]): { schema: string; files: number }[] {
  const counts = new Map<string, number>();
  for (const { schema } of migrations) counts.set(schema, (counts.get(schema) ?? 0) + 1);
  return [...counts].map(([schema, files]) => ({ schema, files }));
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

function emptyFiles(migrations: readonly Migration[]): string[] {
  return migrations
    .filter(({ sql }) => sql.trim() === '')
    .map(({ key }) => `${key} is empty: it counts as applied and does nothing`);
}
