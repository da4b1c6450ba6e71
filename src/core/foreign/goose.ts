import type { ForeignTool } from './foreign-tool.js';

export const goose: ForeignTool = {
  name: 'goose',
  halves: {
    up: /^--\s*\+\s*goose\s+up\b/i,
    down: /^--\s*\+\s*goose\s+down\b/i,
    downAlone: /^--\s*\+\s*goose\s+down\s*$/i,
  },
  special: {
    comment: /^--\s*\+\s*goose\s+envsub\s+on\b/i,
    what: 'from here on goose puts variables of the environment in place of ${…}, and pgm does not',
    advice: 'write the values into the file, and remove that line',
  },
};
