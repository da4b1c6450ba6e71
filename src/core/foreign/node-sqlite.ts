import type { ForeignTool } from './foreign-tool.js';

/**
 * Bare words, as several small tools have them: `-- Up`, `-- [up]`, `-- +micrate Up`, `-- migration:up`, `-- Migration Up`.
 * A lone "-- down" may be anything, so it takes both.
 */
export const nodeSqlite: ForeignTool = {
  name: 'node-sqlite',
  halves: { up: bare('up'), down: bare('down'), downAlone: /^(?!)/ },
};

function bare(word: string): RegExp {
  const noLetter = '[^\\p{L}\\p{N}]*';
  return new RegExp(
    `^--${noLetter}(?:(?<=\\+)\\w+\\s+|migrations?${noLetter})?${word}${noLetter}$`,
    'iu',
  );
}
