import type { ForeignTool } from './foreign-tool.js';

/** sqlx has the same names. */
export const golangMigrate: ForeignTool = {
  name: 'golang-migrate and sqlx',
  undoFile: /[^/]\.down\.sql$/i,
};
