import type { ForeignTool } from './foreign-tool.js';
import { digest } from './digests.js';
import {
  type SummedFile,
  text,
  told,
  type ToldRow,
  type ToolRow,
  versionRow,
} from './tool-history.js';

/**
 * Facts about its folder: postgres-migrations 5.3, file-name-parser and run-migration; about its table: migrate,
 * migration-file: a row per id, where 0 is the table itself; the hash is SHA-1 of the file's name and its text.
 */
export const postgresMigrations: ForeignTool = {
  name: 'postgres-migrations',
  folder: {
    word: 'postgres-migrations',
    homes: ['migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"postgres-migrations"\s*:/ }],
    forward: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.sql$/i,
    own: { text: /-- postgres-migrations disable-transaction/ },
    program: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.js$/i,
    outside: {
      line: /-- postgres-migrations disable-transaction/,
      written: '-- postgres-migrations disable-transaction',
    },
    order: { by: 'number', once: true },
    history: {
      table: 'migrations',
      columns: ['id', 'name', 'hash', 'executed_at'],
      orderBy: ['id'],
      read,
      sums,
    },
  },
};

function read(rows: readonly ToolRow[]) {
  return told(
    rows
      .filter((row) => text(row, 'id') !== '0')
      .map((row) =>
        versionRow(text(row, 'id'), { sum: text(row, 'hash'), salt: text(row, 'name') }),
      ),
  );
}

function sums(content: string, { salt = '' }: ToldRow, { number }: SummedFile): readonly string[] {
  const names = ['_', '-', ''].map((dash) => `${number}${dash}${salt}.sql`);
  return [...names, salt].map((name) => digest('sha1', name + content));
}
