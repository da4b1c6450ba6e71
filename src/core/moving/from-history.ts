import type { Migration, MigrationKey } from '../files/migration.js';
import type { FoundTable, Unsure } from '../foreign/tool-history.js';
import type { MigrationStatus } from '../run/compare.js';
import type { Account, AccountedFile } from './account.js';
import type { ToolTable } from './find-table.js';

/** A file, what the tool's table says about it, and whether pgm already counts it as applied. */
export interface ReportedFile extends Pick<AccountedFile, 'row' | 'says' | 'edited' | 'late'> {
  readonly key: MigrationKey;
  /** `mark`: to be marked as applied. `there`: pgm's own history says so already, or knows better. */
  readonly then: 'mark' | 'there' | 'leave';
}

/** What `pgm baseline --from-history` found in the table of another tool, and did, or would do. */
export interface FromHistory {
  readonly tool: string;
  readonly table: Pick<FoundTable, 'schema' | 'name'>;
  readonly files: readonly ReportedFile[];
  readonly strangers: Account['strangers'];
  /** Why nothing may be marked. */
  readonly problems: readonly Unsure[];
  readonly dryRun: boolean;
  /** What was marked, or would be; null if nothing may be. */
  readonly keys: readonly MigrationKey[] | null;
}

export interface SettleOptions {
  /** Files that were edited since the tool applied them count as applied in their current form. */
  readonly acceptEdited: boolean;
  readonly dryRun: boolean;
}

/** Decides what to mark, also using pgm's own history. */
export function settleAccount(
  account: Account,
  { tool, table }: ToolTable,
  statuses: readonly MigrationStatus[],
  { acceptEdited, dryRun }: SettleOptions,
): FromHistory {
  const known = new Map(statuses.map(({ key, state }) => [key, state]));
  const files = account.files.map(({ migration, row, says, edited, late }): ReportedFile => {
    const state = known.get(migration.key);
    const isThere = state === 'applied' || state === 'changed';
    const then = isThere ? 'there' : says === 'applied' ? 'mark' : 'leave';
    return { key: migration.key, row, says, edited, late, then };
  });
  const { word } = tool.folder;
  const edited = acceptEdited ? [] : files.filter((file) => file.edited && file.then === 'mark');
  const problems = [...account.problems, ...edited.map((file) => changedSince(file, word))];
  const keys = files.filter(({ then }) => then === 'mark').map(({ key }) => key);
  const { schema, name } = table;
  return {
    tool: word,
    table: { schema, name },
    files,
    strangers: account.strangers,
    problems,
    dryRun,
    keys: problems.length === 0 ? keys : null,
  };
}

function changedSince({ key, row }: ReportedFile, word: string): Unsure {
  return {
    what: `${key} was edited since ${word} applied it${row === null ? '' : ` as ${row}`}: its checksum differs`,
    advice:
      'put back what was applied, and edit it afterwards; or, if what is in it now is in the database, add --accept-edited',
  };
}

/** The files to mark, in the order in which they are applied. */
export function marksOf(
  { keys }: FromHistory,
  migrations: readonly Migration[],
): readonly Migration[] {
  const marked = new Set(keys ?? []);
  return migrations.filter(({ key }) => marked.has(key));
}

/** What `pgm baseline --from-history --json` prints. */
export function fromHistoryDocument(report: FromHistory): object {
  const { tool, table, files, strangers, problems, dryRun, keys } = report;
  return {
    tool,
    table: `${table.schema}.${table.name}`,
    dryRun,
    marked: keys === null || dryRun ? null : keys.length,
    files: files.map(({ key, row, says, edited, late, then }) => {
      return { key, row, says, edited, late, then };
    }),
    rowsWithoutFile: strangers,
    problems,
  };
}
