import type { ForeignTool } from './foreign-tool.js';
import { isTrue, text, type Told, type ToolRow } from './tool-history.js';

/**
 * sqlx has the same names, so refusals name both tools. Facts about its folder: golang-migrate 4.18, source/parse.go
 * and database/postgres: a file is sent whole, or statement by statement if the URL says x-multi-statement. About its
 * table: 4.x, database/postgres/postgres.go. It has one row, or none: the version that the database is at. The version is
 * written as dirty before a file runs, up or down, and as clean after it.
 */
export const golangMigrate: ForeignTool = {
  name: 'golang-migrate and sqlx',
  undoFile: /[^/]\.down\.sql$/i,
  folder: {
    word: 'golang-migrate',
    homes: ['migrations', 'db/migrations', 'db/migration', 'migrate/migrations'],
    evidence: [{ path: /(?:^|\/)go\.mod$/, text: /github\.com\/golang-migrate\/migrate/ }],
    forward: /^(?<number>\d+)_(?<name>[^/]*)\.up\.sql$/,
    own: { path: /\.up\.sql$/ },
    undo: /^\d+_[^/]*\.down\.sql$/,
    program: /^(?<number>\d+)_(?<name>[^/]*)\.up\.(?!sql$)[^/]+$/,
    outside: { whereNeeded: true },
    order: { by: 'number', once: true },
    history: {
      table: 'schema_migrations',
      columns: ['version', 'dirty'],
      exact: true,
      notIn: 'hdb_catalog',
      orderBy: ['version'],
      read,
    },
  },
};

function read(rows: readonly ToolRow[]): Told {
  const [row, ...others] = rows;
  if (row === undefined) return { rows: [], upTo: null, unsure: null };
  if (others.length > 0) {
    const what = `its table has ${rows.length} rows, and golang-migrate writes one`;
    const advice = 'remove the rows that are not its own';
    return { rows: [], upTo: null, unsure: { what, advice } };
  }
  const version = text(row, 'version');
  // -1 is written on the way down from the first one.
  const upTo = version.startsWith('-') ? null : { version, isMigration: true };
  return { rows: [], upTo, unsure: isTrue(row, 'dirty') ? dirty(version) : null };
}

function dirty(version: string) {
  return {
    what: `version ${version} is dirty: it failed, or was interrupted, on its way up or down`,
    advice: `find out how much of it is in the database, complete or undo it by hand, and then let "migrate force VERSION" name the version that the database is at`,
  };
}
