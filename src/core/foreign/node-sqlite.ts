import type { ForeignTool } from './foreign-tool.js';

/**
 * Bare words, as several small tools use them: `-- Up`, `-- [up]`, `-- +micrate Up`, `-- migration:up`, `-- Migration Up`.
 * A lone "-- down" may mean anything, so both are needed.
 */
export const nodeSqlite: ForeignTool = {
  name: 'node-sqlite',
  halves: {
    up: /^--[^\p{L}\p{N}]*(?:(?<=\+)\w+\s+|migrations?[^\p{L}\p{N}]*)?up[^\p{L}\p{N}]*$/iu,
    down: /^--[^\p{L}\p{N}]*(?:(?<=\+)\w+\s+|migrations?[^\p{L}\p{N}]*)?down[^\p{L}\p{N}]*$/iu,
    downAlone: /^(?!)/,
  },
};
