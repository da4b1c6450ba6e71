import type { ForeignTool } from './foreign-tool.js';
import { versionsIn } from './tool-history.js';

/**
 * Hasura has the same layout. Facts about its folder: diesel 2.2, migrations_internals: the version is the name up to
 * the first `_` without its dashes. About its table: diesel 2.2, setup_migration_table.sql: a row per version.
 */
export const diesel: ForeignTool = {
  name: 'Diesel and Hasura',
  undoFile: /(?:^|\/)\d[^/]*\/down\.sql$/,
  layout: {
    path: /(?:^|\/)\d[^/]*\/up\.sql$/,
    reason:
      'it is in the layout of Diesel and Hasura, with a directory for each migration: copy <number>_<name>/up.sql to <schema>/<number>_<name>.sql, and leave down.sql out; pgm import DIR does it for all',
  },
  folder: {
    word: 'diesel',
    homes: ['migrations'],
    evidence: [
      { path: /(?:^|\/)diesel\.toml$/ },
      { path: /(?:^|\/)Cargo\.toml$/, text: /^\s*diesel\b/m },
      { path: /^0{14}_diesel_initial_setup\/up\.sql$/ },
    ],
    forward: /^(?<number>\d[\d-]*)_(?<name>[^/]*)\/up\.sql$/,
    own: { path: /^\d[\d-]*_[^/]*\/up\.sql$/ },
    undo: /^\d[^/]*\/down\.sql$/,
    outside: {
      beside: {
        path: (path) => path.replace(/up\.sql$/, 'metadata.toml'),
        line: /^\s*run_in_transaction\s*=\s*false\b/,
        known: /^\s*(?:#.*|run_in_transaction\s*=\s*true\b.*)?$/,
      },
    },
    order: { by: 'version', once: true },
    numberOf: (number) => number.replaceAll('-', ''),
    versionOf: ({ number }) => number.replaceAll('-', ''),
    history: {
      table: '__diesel_schema_migrations',
      columns: ['version', 'run_on'],
      orderBy: ['version'],
      read: versionsIn,
    },
  },
};
