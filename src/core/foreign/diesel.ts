import type { ForeignTool } from './foreign-tool.js';

/** Hasura has the same layout. */
export const diesel: ForeignTool = {
  name: 'Diesel and Hasura',
  undoFile: /(?:^|\/)\d[^/]*\/down\.sql$/,
  layout: {
    path: /(?:^|\/)\d[^/]*\/up\.sql$/,
    reason:
      'it is in the layout of Diesel and Hasura, with a directory for each migration: copy <number>_<name>/up.sql to <schema>/<number>_<name>.sql, and leave down.sql out',
  },
};
