import type { ForeignTool } from './foreign-tool.js';

export const nodePgMigrate: ForeignTool = {
  name: 'node-pg-migrate',
  halves: {
    up: /^--[\s-]*up\s+migration/i,
    down: /^--[\s-]*down\s+migration/i,
    downAlone: /^--[\s-]*down\s+migration[\s:.-]*$/i,
  },
};
