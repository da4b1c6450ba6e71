import type { ForeignTool } from './foreign-tool.js';

/** Bare words, as several small tools have them. A lone "-- down" may be anything, so it takes both. */
export const nodeSqlite: ForeignTool = {
  name: 'node-sqlite',
  halves: {
    up: /^--[\s@+#!-]*up[\s:-]*$/i,
    down: /^--[\s@+#!-]*down[\s:-]*$/i,
    downAlone: /^(?!)/,
  },
};
