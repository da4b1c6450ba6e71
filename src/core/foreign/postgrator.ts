import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: postgrator 8.0. */
export const postgrator: ForeignTool = {
  name: 'postgrator',
  undoFile: /[^/]\.undo(?:\.[^/]*)?\.sql$/i,
  folder: {
    word: 'postgrator',
    homes: ['migrations'],
    evidence: [
      { path: /(?:^|\/)\.postgratorrc(?:\.\w+)?$/ },
      { path: /(?:^|\/)package\.json$/, text: /"postgrator(?:-cli)?"\s*:/ },
    ],
    forward: /^(?<number>\d+)\.do(?:\.(?<name>[^/]*))?\.sql$/,
    own: { path: /^\d+\.do(?:\.[^/]*)?\.sql$/ },
    undo: /^\d+\.undo(?:\.[^/]*)?\.(?:sql|[cm]?js)$/,
    program: /^(?<number>\d+)\.do(?:\.(?<name>[^/]*))?\.[cm]?js$/,
    order: { by: 'number', once: true },
    history: { schema: 'public', table: 'schemaversion', column: 'version', rows: 'each' },
  },
};
