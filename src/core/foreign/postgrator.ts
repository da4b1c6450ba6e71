import type { ForeignTool } from './foreign-tool.js';

export const postgrator: ForeignTool = {
  name: 'postgrator',
  undoFile: /[^/]\.undo(?:\.[^/]*)?\.sql$/i,
};
