import type { ForeignTool } from './foreign-tool.js';

/**
 * sqlx has the same names, so what is refused carries both. Facts about its folder: golang-migrate 4.18, source/parse.go
 * and database/postgres: a file is sent whole, or statement by statement if the URL says x-multi-statement.
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
      schema: null,
      table: 'schema_migrations',
      column: 'version',
      rows: 'newest',
      applied: 'not dirty',
    },
  },
};
