import type { ForeignTool } from './foreign-tool.js';

export const prisma: ForeignTool = {
  name: 'Prisma',
  layout: {
    path: /(?:^|\/)\d[^/]*\/migration\.sql$/,
    reason:
      'it is in the layout of Prisma, with a directory for each migration: copy <number>_<name>/migration.sql to <schema>/<number>_<name>.sql',
  },
};
