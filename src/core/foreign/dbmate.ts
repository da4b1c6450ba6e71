import type { ForeignTool } from './foreign-tool.js';
import { versionsIn } from './tool-history.js';

/**
 * Facts about its folder: dbmate 2.36, pkg/dbmate/migration.go and db.go; about its table: pkg/driver/postgres/postgres.go
 * of 2.x: a row per version, deleted when it is rolled back.
 */
export const dbmate: ForeignTool = {
  name: 'dbmate',
  halves: {
    up: /^--\s*migrate:\s*up\b/i,
    down: /^--\s*migrate:\s*down\b/i,
    downAlone: /^--\s*migrate:\s*down(?:\s+\w+:\S+)*\s*$/i,
  },
  folder: {
    word: 'dbmate',
    homes: ['db/migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"dbmate"\s*:/ }],
    forward: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.sql$/,
    own: { text: /^--\s*migrate:up(?:\s|$)/m },
    sections: {
      up: /^--\s*migrate:up(?:\s|$)/,
      down: /^--\s*migrate:down(?:\s|$)/,
      needed: true,
      again: false,
    },
    outside: { line: /^--\s*migrate:up\b.*\stransaction:false(?:\s|$)/ },
    order: { by: 'bytes', once: true },
    versionOf: ({ number }) => number,
    history: {
      table: 'schema_migrations',
      columns: ['version'],
      exact: true,
      beside: { table: 'ar_internal_metadata', isThere: false },
      orderBy: ['version'],
      read: versionsIn,
    },
  },
};
