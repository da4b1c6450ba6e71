import type { ForeignTool } from './foreign-tool.js';

export const sqlMigrate: ForeignTool = {
  name: 'sql-migrate',
  halves: {
    up: /^--\s*\+\s*migrate\s+up\b/i,
    down: /^--\s*\+\s*migrate\s+down\b/i,
    downAlone: /^--\s*\+\s*migrate\s+down(?:\s+notransaction)?\s*$/i,
  },
};
