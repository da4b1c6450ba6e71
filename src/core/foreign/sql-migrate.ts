import type { ForeignTool } from './foreign-tool.js';
import { pathsIn } from './tool-history.js';

/**
 * Facts about its folder and its table: sql-migrate 1.8, sqlparse/sqlparse.go and migrate.go: a row per file name, deleted
 * when it is rolled back.
 */
export const sqlMigrate: ForeignTool = {
  name: 'sql-migrate',
  halves: {
    up: /^--\s*\+\s*migrate\s+up\b/i,
    down: /^--\s*\+\s*migrate\s+down\b/i,
    downAlone: /^--\s*\+\s*migrate\s+down(?:\s+notransaction)?\s*$/i,
  },
  folder: {
    word: 'sql-migrate',
    homes: ['migrations', 'db/migrations'],
    evidence: [
      { path: /(?:^|\/)dbconfig\.ya?ml$/ },
      { path: /(?:^|\/)go\.mod$/, text: /github\.com\/rubenv\/sql-migrate/ },
    ],
    forward: /^(?<number>\d*)[-_]?(?<name>[^/]*)\.sql$/,
    own: { text: /^-- \+migrate\s+Up(?:\s|$)/m },
    sections: {
      up: /^-- \+migrate\s+Up(?:\s|$)/,
      down: /^-- \+migrate\s+Down(?:\s|$)/,
      needed: true,
      again: true,
    },
    dropped: /^-- \+migrate\s+Statement(?:Begin|End)(?:\s|$)/,
    outside: { line: /^-- \+migrate\s+Up\b.*\snotransaction(?:\s|$)/ },
    order: { by: 'number', once: false },
    versionOf: ({ path }) => path,
    history: {
      table: 'gorp_migrations',
      columns: ['id', 'applied_at'],
      orderBy: ['applied_at', 'id'],
      read: (rows) => pathsIn(rows, 'id'),
    },
  },
};
