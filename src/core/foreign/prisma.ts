import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: Prisma 6, schema-engine: the order is that of the names of the directories. */
export const prisma: ForeignTool = {
  name: 'Prisma',
  layout: {
    path: /(?:^|\/)\d[^/]*\/migration\.sql$/,
    reason:
      'it is in the layout of Prisma, with a directory for each migration: copy <number>_<name>/migration.sql to <schema>/<number>_<name>.sql; pgm import DIR does it for all',
  },
  folder: {
    word: 'prisma',
    homes: ['prisma/migrations'],
    evidence: [
      { path: /^migration_lock\.toml$/ },
      { path: /^\.\.\/schema\.prisma$/ },
      { path: /(?:^|\/)prisma\.config\.[cm]?[jt]s$/ },
    ],
    forward: /^(?<number>\d*)_?(?<name>[^/]*)\/migration\.sql$/,
    own: { path: /^\d+_[^/]*\/migration\.sql$/ },
    order: { by: 'bytes', once: false },
    versionOf: ({ path }) => path.replace(/\/migration\.sql$/, ''),
    history: {
      schema: null,
      table: '_prisma_migrations',
      column: 'migration_name',
      rows: 'each',
      applied: 'finished_at is not null and rolled_back_at is null',
    },
  },
};
