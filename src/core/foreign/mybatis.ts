import type { ForeignTool } from './foreign-tool.js';

const mark = /^--\s*\/\/\s*@undo\b/i;

export const mybatis: ForeignTool = {
  name: 'MyBatis Migrations',
  halves: { up: null, down: mark, downAlone: mark },
};
