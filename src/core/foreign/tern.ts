import type { ForeignTool } from './foreign-tool.js';

const mark = /^--[\s-]*create\s+above\s*\/\s*drop\s+below[\s-]*$/i;

export const tern: ForeignTool = {
  name: 'tern',
  halves: { up: null, down: mark, downAlone: mark },
};
