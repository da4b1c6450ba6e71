import { compareBytes, compareMigrations } from '../files/order.js';
import { printable, parsePath } from '../files/names.js';
import type { MigrationFailure } from '../failure/failure.js';
import type { Migration, MigrationKey, Snapshot } from '../files/migration.js';
import { short } from '../text/words.js';
import type { Base, LiveBase, UnknownContent } from './base.js';
import { deletedFinding } from './file-findings.js';
import { findingOf } from './findings.js';
import { type FileProof, type Finding, type LiveFacts, noProof } from './proof.js';

/** What a history contains; see `core/run`. */
interface LiveHistory {
  readonly layout: number | null;
  readonly rows: ReadonlyMap<MigrationKey, LiveRow>;
}

export interface LiveRow {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  readonly state: 'applied' | 'failed' | 'held';
  readonly checksum: string;
  readonly appliedChecksum: string | null;
  /** ISO 8601 in UTC, so that texts compare as times. */
  readonly appliedAt: string | null;
  readonly firstAppliedAt: string | null;
  readonly revision: string;
}

/** The answer of git. */
export interface FoundContents {
  /** The text of a file, by its checksum. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why git may have more than could be searched; null if it had its whole history. */
  readonly because: string | null;
  /** What to do about that; null if that is not sure. */
  readonly advice: string | null;
}

/** The rows of files with effects in the database, whatever became of a later try, in the order in which they got there. */
export function appliedRows(
  { rows }: LiveHistory,
  schemas: readonly string[] | null,
): readonly LiveRow[] {
  const isWanted = ({ schema }: LiveRow): boolean => schemas?.includes(schema) ?? true;
  const isThere = (row: LiveRow): boolean => row.appliedChecksum !== null && isWanted(row);
  const since = ({ firstAppliedAt }: LiveRow): string => firstAppliedAt ?? '';
  return [...rows.values()]
    .filter(isThere)
    .sort((a, b) => compareBytes(since(a), since(b)) || compareMigrations(named(a), named(b)));
}

/** The checksums of contents that no current file has. */
export function contentsToFind(rows: readonly LiveRow[], today: Snapshot): readonly string[] {
  const known = new Set(today.migrations.map(({ checksum }) => checksum));
  const wanted = rows.flatMap(({ appliedChecksum }) => appliedChecksum ?? []);
  return [...new Set(wanted)].filter((checksum) => !known.has(checksum));
}

/**
 * The files that a live database has, as far as their content is known. Where it is not, the file's current text takes
 * its place, with the checksum from the history: the file counts as edited, as it does there.
 */
export function liveBase(
  rows: readonly LiveRow[],
  today: Snapshot,
  { texts, because, advice }: FoundContents,
  facts: LiveFacts,
): Base {
  const own = new Map(today.migrations.map((migration) => [migration.key, migration]));
  const textOf = new Map([
    ...texts,
    ...today.migrations.map(({ checksum, sql }) => [checksum, sql] as const),
  ]);
  const migrations: Migration[] = [];
  const unknown = new Map<MigrationKey, UnknownContent>();
  for (const row of rows) {
    const checksum = row.appliedChecksum ?? row.checksum;
    const there = own.get(row.key);
    const known = textOf.get(checksum);
    if (known === undefined) unknown.set(row.key, { checksum, because, advice });
    const sql = known ?? there?.sql;
    if (sql === undefined) continue;
    const { schema, filename, number } = named(row);
    const path = there?.path ?? row.key;
    migrations.push({ key: row.key, schema, filename, number, checksum, sql, path });
  }
  return { name: facts.target, migrations, live: { facts, unknown } };
}

/** What the history says about them as a whole. */
export function liveFacts(
  target: string,
  { layout }: LiveHistory,
  rows: readonly LiveRow[],
): LiveFacts {
  const newest = rows
    .filter(({ state }) => state === 'applied')
    .toSorted((a, b) => compareBytes(b.appliedAt ?? '', a.appliedAt ?? ''))[0];
  return {
    target,
    hasHistory: layout !== null,
    applied: rows.length,
    revision: newest?.revision ?? null,
  };
}

function named({ schema, filename }: LiveRow): Pick<Migration, 'schema' | 'filename' | 'number'> {
  const path = parsePath(`${schema}/${filename}`);
  return { schema, filename, number: path.kind === 'migration' ? path.number : '' };
}

/** Adds to each file what is not known about it, and a row for each one that is not among them. */
export function withLiveFindings(
  files: readonly FileProof[],
  { facts: { target }, unknown }: LiveBase,
  failed: ReadonlyMap<MigrationKey, MigrationFailure>,
  today: Snapshot,
): readonly FileProof[] {
  const hasText = new Set(today.migrations.map(({ key }) => key));
  const found = new Map<MigrationKey, Finding>();
  for (const [key, content] of unknown) {
    found.set(key, unknownFinding(target, content, hasText.has(key)));
  }
  for (const [key, { message }] of failed) {
    if (!unknown.has(key)) found.set(key, failedFinding(target, message));
  }
  const known = new Set(files.map(({ key }) => key));
  const others = [...found].filter(([key]) => !known.has(key));
  return [
    ...files.map((file) => {
      const more = found.get(file.key);
      return more === undefined ? file : { ...file, findings: [...file.findings, more] };
    }),
    ...others.map(([key, finding]) => goneProof(key, finding)),
  ];
}

function goneProof(key: MigrationKey, finding: Finding): FileProof {
  const findings = [deletedFinding([]), finding];
  return { ...noProof, key, path: key, change: 'missing', verdict: 'missing', findings };
}

function unknownFinding(
  target: string,
  { checksum, because, advice }: UnknownContent,
  hasText: boolean,
): Finding {
  const instead = hasText
    ? "today's content was applied in its place, so running it over that one was not tested"
    : 'nothing was applied in its place, so what it made is missing here';
  const why = because === null ? '' : ` (${because})`;
  const message = `${target} has it applied with a content (checksum ${printable(short(checksum))}) that is neither in the source nor found in git${why}; ${instead}`;
  return { ...findingOf('unknown-content', message), advice };
}

function failedFinding(target: string, because: string): Finding {
  return findingOf(
    'fails-in-base',
    `${target} has it applied, but that content fails here after the files before it, so the others were checked without it: ${because}`,
  );
}
