import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: sqlx 0.8 and 0.9, sqlx-core/src/migrate/source.rs. */
export const sqlx: ForeignTool = {
  name: 'sqlx',
  folder: {
    word: 'sqlx',
    homes: ['migrations'],
    evidence: [
      { path: /(?:^|\/)Cargo\.toml$/, text: /^\s*sqlx\b/m },
      { path: /(?:^|\/)sqlx\.toml$/ },
    ],
    forward: /^(?<number>\d+)_(?<name>[^/]*?)(?:\.up)?(?<!\.down)\.sql$/,
    own: { path: /\.up\.sql$/ },
    undo: /^\d+_[^/]*\.down\.sql$/,
    outside: { line: /^-- no-transaction/, firstOnly: true },
    order: { by: 'number', once: true },
    history: {
      schema: null,
      table: '_sqlx_migrations',
      column: 'version',
      rows: 'each',
      applied: 'success',
    },
  },
};
