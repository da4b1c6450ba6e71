import type { ForeignTool } from './foreign-tool.js';
import { versionsIn } from './tool-history.js';

/** Facts about its folder and its table: Supabase CLI 2, pkg/migration and history.go: a row per version, deleted by repair. */
export const supabase: ForeignTool = {
  name: 'Supabase',
  folder: {
    word: 'supabase',
    homes: ['supabase/migrations'],
    evidence: [{ path: /^\.\.\/config\.toml$/, text: /^\s*project_id\s*=/m }],
    forward: /^(?<number>\d+)_(?<name>[^/]*)\.sql$/,
    beside: [
      {
        path: /^\d+_[^/]*\/[^/]+\.sql$/,
        what: 'a migration with a directory of its own, as newer versions of Supabase read it',
        advice: 'move its SQL to <number>_<name>.sql',
      },
      {
        path: /^\.\.\/seed\.sql$/,
        what: 'rows for development, which Supabase writes after a reset',
        advice: null,
      },
    ],
    order: { by: 'bytes', once: true },
    versionOf: ({ number }) => number,
    history: {
      table: 'schema_migrations',
      ownSchema: 'supabase_migrations',
      columns: ['version', 'statements', 'name'],
      orderBy: ['version'],
      read: versionsIn,
    },
  },
};
