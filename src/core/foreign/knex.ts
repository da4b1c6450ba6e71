import type { ForeignTool } from './foreign-tool.js';
import { pathsIn } from './tool-history.js';

/**
 * Its own files are programs; SQL files need a migration source that the user writes. Facts about its table: knex 3.3,
 * table-creator.js and migration-list-resolver.js: a row per file name, deleted when it is rolled back.
 */
export const knex: ForeignTool = {
  name: 'knex',
  folder: {
    word: 'knex',
    homes: ['migrations', 'db/migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"knex"\s*:/ }],
    givesWay: true,
    forward: /^(?<number>\d+)[-_.]?(?<name>[^/]*?)(?:\.up)?(?<!\.down)\.sql$/,
    undo: /^\d+[^/]*\.down\.sql$/,
    program: /^(?<number>\d+)[-_.]?(?<name>[^/]*)\.[cm]?[jt]s$/,
    order: { by: 'bytes', once: false },
    versionOf: ({ path }) => path,
    history: {
      table: 'knex_migrations',
      others: ['knex_migrations_lock'],
      columns: ['id', 'name', 'batch', 'migration_time'],
      orderBy: ['id'],
      read: (rows) => pathsIn(rows, 'name'),
    },
  },
};
