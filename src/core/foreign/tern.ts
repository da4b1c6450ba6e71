import type { ForeignTool } from './foreign-tool.js';

const mark = /^--[\s-]*create\s+above\s*\/\s*drop\s+below[\s-]*$/i;

/** Facts about its folder: tern 2.3, migrate/migrate.go. */
export const tern: ForeignTool = {
  name: 'tern',
  halves: { up: null, down: mark, downAlone: mark },
  folder: {
    word: 'tern',
    homes: ['migrations', 'migrate', 'db/migrations'],
    evidence: [
      { path: /(?:^|\/)tern\.conf$/ },
      { path: /(?:^|\/)go\.mod$/, text: /github\.com\/jackc\/tern/ },
    ],
    forward: /^(?<number>\d+)_(?<name>[^/]+)\.sql$/,
    own: { text: /^---- create above \/ drop below ----/m },
    sections: {
      up: null,
      down: /^---- create above \/ drop below ----/,
      needed: false,
      again: false,
    },
    outside: { line: /^---- tern: disable-tx ----$/ },
    unlike: [
      {
        line: /\{\{/,
        what: 'a template of tern, in whose place it puts a value or another file',
        advice: 'write what it stands for into the file',
      },
    ],
    beside: [
      {
        path: /^[^/]+\/[^/]+\.sql$/,
        what: 'a template that migrations may include',
        advice: null,
      },
    ],
    order: { by: 'number', once: true },
    history: { schema: 'public', table: 'schema_version', column: 'version', rows: 'newest' },
  },
};
