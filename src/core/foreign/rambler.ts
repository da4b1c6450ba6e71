import type { ForeignTool } from './foreign-tool.js';

export const rambler: ForeignTool = {
  name: 'rambler',
  halves: {
    up: /^--\s*rambler\s+up\b/i,
    down: /^--\s*rambler\s+down\b/i,
    downAlone: /^--\s*rambler\s+down\s*$/i,
  },
};
