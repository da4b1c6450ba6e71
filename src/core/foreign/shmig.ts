import type { ForeignTool } from './foreign-tool.js';

export const shmig: ForeignTool = {
  name: 'shmig',
  halves: {
    up: /^--\s*=+\s*up\s*=+\s*$/i,
    down: /^--\s*=+\s*down\s*=+\s*$/i,
    downAlone: /^--\s*=+\s*down\s*=+\s*$/i,
  },
};
