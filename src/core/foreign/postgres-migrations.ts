import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: postgres-migrations 5.3, file-name-parser and run-migration. */
export const postgresMigrations: ForeignTool = {
  name: 'postgres-migrations',
  folder: {
    word: 'postgres-migrations',
    homes: ['migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"postgres-migrations"\s*:/ }],
    forward: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.sql$/i,
    own: { text: /-- postgres-migrations disable-transaction/ },
    program: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.js$/i,
    outside: { line: /-- postgres-migrations disable-transaction/ },
    order: { by: 'number', once: true },
    history: { schema: null, table: 'migrations', column: 'id', rows: 'each' },
  },
};
