import type { Migration } from '../files/migration.js';
import type { ToldRow, Told, UpTo, Unsure } from '../foreign/tool-history.js';
import type { ToolFolder } from '../foreign/tool-folder.js';
import { compareVersions } from './arrange.js';
import { assign } from './assign-rows.js';
import { type Matching, matchRows } from './match-rows.js';
import { sumsOf } from './sums.js';

/** What a tool's table says about a file. */
export interface AccountedFile {
  readonly migration: Migration;
  /** What the tool calls it; null if no row is about it. */
  readonly row: string | null;
  readonly says: ToldRow['state'] | 'not applied';
  /** Its content is not what the tool applied, by the tool's own checksum. */
  readonly edited: boolean;
  /** Not applied, although a later one is. */
  readonly late: boolean;
}

/** What a tool's table says about the files of an imported folder. */
export interface Account {
  /** In the order of the files. */
  readonly files: readonly AccountedFile[];
  /** Rows that no file belongs to. */
  readonly strangers: readonly Pick<AccountedFile, 'row' | 'says'>[];
  /** Why it cannot be relied on: nothing may be marked. */
  readonly problems: readonly Unsure[];
}

export function takeAccount(told: Told, files: readonly Migration[], folder: ToolFolder): Account {
  const { history, word } = folder;
  if (history.within !== undefined) return accountOfWhole(told, files, history.within);
  const { upTo, unsure } = told;
  if (unsure !== null && upTo === null) return { files: [], strangers: [], problems: [unsure] };
  const newest = upTo === null ? [] : [{ kind: 'version', ...named(upTo) } as const];
  const matched = matchRows(files, folder, [...told.rows.map(({ id }) => id), ...newest]);
  if (matched.kind === 'either') return unclear(matched.example, word);
  const { rowOf, strangers, problems } = assign(told.rows, matched, sumsOf(folder));
  const lost = newest.filter(
    (id) => upTo?.isMigration === true && matched.filesOf(id).length === 0,
  );
  const accounted = files.map((migration): Omit<AccountedFile, 'late'> => {
    const row = rowOf.get(migration) ?? null;
    if (row === null) return withoutRow(migration, matched, told);
    const edited = row.state === 'applied' && sumsOf(folder).differs(migration, row);
    return { migration, row: row.id.shown, says: row.state, edited };
  });
  return {
    files: withLate(accounted),
    strangers: [
      ...strangers.map(({ id, state }) => ({ row: id.shown, says: state })),
      ...lost.map(({ shown }) => ({ row: shown, says: stateOfNewest(told) })),
    ],
    problems: [...(unsure === null ? [] : [unsure]), ...failedOf(told, folder), ...problems],
  };
}

function named({ version }: UpTo) {
  return { shown: version, version };
}

/** A file without a row, judged by the newest version alone. */
function withoutRow(migration: Migration, { versionOf }: Matching, told: Told) {
  const version = versionOf(migration);
  const place =
    told.upTo === null || version === null ? 1 : compareVersions(version, told.upTo.version);
  if (version === null || place > 0) {
    return { migration, row: null, says: 'not applied' as const, edited: false };
  }
  const says = place === 0 ? stateOfNewest(told) : ('applied' as const);
  return { migration, row: version, says, edited: false };
}

/** A table with one number says only of that one that it is in doubt. */
function stateOfNewest({ unsure }: Told) {
  return unsure === null ? ('applied' as const) : ('failed' as const);
}

function withLate(files: readonly Omit<AccountedFile, 'late'>[]): readonly AccountedFile[] {
  const last = files.findLastIndex(({ says }) => says === 'applied');
  return files.map((file, at) => ({ ...file, late: at < last && file.says !== 'applied' }));
}

function failedOf({ rows }: Told, { history, word }: ToolFolder): readonly Unsure[] {
  return rows
    .filter(({ state }) => state === 'failed')
    .map(({ id }) => ({
      what: `${id.shown} failed, or was interrupted, according to the table of ${word}: nobody knows how much of it is in the database`,
      advice: history.repair ?? 'complete or undo it by hand, and correct the row',
    }));
}

function unclear([one, other]: readonly [string, string], word: string): Account {
  const what = `the versions of ${word} could be the numbers of these files or the ones after them: a row could mean ${one} or ${other}`;
  const advice = 'import the folder again, or mark the files with pgm baseline --to';
  return { files: [], strangers: [], problems: [{ what, advice }] };
}

/** A file that stands for many rows: it is applied if all of them are there. */
function accountOfWhole(
  { rows }: Told,
  files: readonly Migration[],
  within: (sql: string) => readonly string[],
): Account {
  const versions = new Set(rows.map(({ id }) => id.shown));
  const held = files.map((migration) => ({ migration, of: within(migration.sql) }));
  const known = new Set(held.flatMap(({ of }) => of));
  const accounted = held.map(({ migration, of }) => {
    const isApplied = of.length > 0 && of.every((version) => versions.has(version));
    const says = isApplied ? ('applied' as const) : ('not applied' as const);
    return { migration, row: isApplied ? (of.at(-1) ?? null) : null, says, edited: false };
  });
  return {
    files: withLate(accounted),
    strangers: [...versions]
      .filter((version) => !known.has(version))
      .map((row) => ({ row, says: 'applied' as const })),
    problems: held.flatMap(({ migration, of }) => partly(migration, of, versions)),
  };
}

function partly(
  { key }: Migration,
  versions: readonly string[],
  applied: ReadonlySet<string>,
): readonly Unsure[] {
  const missing = versions.filter((version) => !applied.has(version));
  if (missing.length === 0 || missing.length === versions.length) return [];
  const what = `${key} holds ${versions.length} versions, and ${missing.length} of them are not applied, such as ${missing[0] ?? ''}`;
  return [{ what, advice: 'apply them with the tool, or import a structure as it is here' }];
}
