import type { ForeignTool } from './foreign-tool.js';

const mark = /^--[\s-]*!\s*downs\b/i;

export const play: ForeignTool = {
  name: 'Play evolutions',
  halves: { up: /^--[\s-]*!\s*ups\b/i, down: mark, downAlone: mark },
};
