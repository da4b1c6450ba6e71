import type { ForeignTool } from './foreign-tool.js';

export const yoyo: ForeignTool = {
  name: 'yoyo',
  undoFile: /[^/]\.(?:rollback|revert)\.sql$/i,
};
