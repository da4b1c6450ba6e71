import { digest } from './digests.js';
import type { ToolMigration } from './tool-folder.js';
import { rowOf, text, told, type ToldRow, type ToolRow } from './tool-history.js';

/**
 * Facts about its table: Liquibase 4.28, StandardChangeLogHistoryService, ChangeSet and AbstractSQLChange: a row per
 * change set, identified by id, author and file, deleted when it is rolled back. MARK_RAN counts: it will not run. The
 * checksum of version 9 is an MD5 of the MD5 of the SQL without blanks; older ones are not compared.
 */
export function readLiquibase(rows: readonly ToolRow[]) {
  return told(
    rows.map((row) => {
      const [id, author, path] = [text(row, 'id'), text(row, 'author'), text(row, 'filename')];
      const sum = text(row, 'md5sum');
      return rowOf(
        { kind: 'stems', shown: `${id}::${author}::${path}`, stems: namesOf({ id, author, path }) },
        { state: stateOf(text(row, 'exectype')), sum: sum.startsWith('9:') ? sum : null },
      );
    }),
  );
}

function stateOf(type: string): ToldRow['state'] {
  if (type === 'FAILED') return 'failed';
  return type === 'SKIPPED' ? 'undone' : 'applied';
}

/** Liquibase does not count lines that begin with `--comment` as SQL. */
export function sumsOfLiquibase(sql: string): readonly string[] {
  const uncommented = sql.replace(/^\s*--\s*comment:? .*$/gim, '');
  return [sql, uncommented].map((text) => {
    const inner = digest('md5', text.replace(/[ \n\r\t]/g, ''));
    return `9:${digest('md5', `9:${inner}:`)}`;
  });
}

interface ChangeSet {
  readonly id: string;
  readonly author: string;
  readonly path: string;
}

/** Possible file names for a change set: its id, and longer ones in case several have the same id. */
function namesOf({ id, author, path }: ChangeSet): readonly [string, string, string] {
  const stem = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  return [id, `${stem}_${id}`, `${stem}_${author}_${id}`];
}

/** Change sets with names by which their rows can be found: ids need not be unique. */
export function named(migrations: readonly ToolMigration[]): readonly ToolMigration[] {
  const names = migrations.map(({ name, version, path }) => {
    return namesOf({ id: name, author: version.split('::')[1] ?? '', path });
  });
  const counts = new Map<string, number>();
  for (const name of names.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return migrations.map((migration, at) => {
    const [id = '', ...longer] = names[at] ?? [];
    const name = [id, ...longer].find((each) => counts.get(each) === 1) ?? id;
    return { ...migration, name };
  });
}
