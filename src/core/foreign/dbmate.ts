import type { ForeignTool } from './foreign-tool.js';

export const dbmate: ForeignTool = {
  name: 'dbmate',
  halves: {
    up: /^--\s*migrate:\s*up\b/i,
    down: /^--\s*migrate:\s*down\b/i,
    downAlone: /^--\s*migrate:\s*down(?:\s+\w+:\S+)*\s*$/i,
  },
};
