import type { ForeignTool } from './foreign-tool.js';
import { pathsIn } from './tool-history.js';

/**
 * SQL files as its documentation shows with a custom resolver, with names as its `create` makes them; users choose where
 * the history is. Facts about the usual table: umzug 3.8, storage/sequelize.js: a row per file name, deleted when it is
 * rolled back.
 */
export const umzug: ForeignTool = {
  name: 'umzug',
  folder: {
    word: 'umzug',
    homes: ['migrations', 'db/migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"umzug"\s*:/ }],
    givesWay: true,
    forward:
      /^(?<number>\d{4}\.\d\d\.\d\dT\d\d\.\d\d\.\d\d|\d+)[-_.]?(?<name>[^/]*?)(?:\.up)?(?<!\.down)\.sql$/,
    undo: /^\d+[^/]*\.down\.sql$/,
    program: /^(?<number>\d+)[-_.]?(?<name>[^/]*)\.[cm]?[jt]s$/,
    order: { by: 'bytes', once: false },
    numberOf: (number) => number.replace(/[.T]/g, ''),
    versionOf: ({ path }) => path,
    history: {
      table: 'SequelizeMeta',
      otherNames: ['umzug', 'umzug_migrations', 'migrations'],
      columns: ['name'],
      exact: true,
      orderBy: ['name'],
      read: (rows) => pathsIn(rows, 'name'),
    },
  },
};
