import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: goose 3.24, internal/sqlparser. It reads marks at the start of a line only. */
export const goose: ForeignTool = {
  name: 'goose',
  halves: {
    up: /^--\s*\+\s*goose\s+up\b/i,
    down: /^--\s*\+\s*goose\s+down\b/i,
    downAlone: /^--\s*\+\s*goose\s+down\s*$/i,
  },
  special: {
    comment: /^--\s*\+\s*goose\s+envsub\s+on\b/i,
    what: 'from here on goose puts variables of the environment in place of ${…}, and pgm does not',
    advice: 'write the values into the file, and remove that line',
  },
  folder: {
    word: 'goose',
    homes: ['migrations', 'db/migrations', 'sql/migrations'],
    evidence: [{ path: /(?:^|\/)go\.mod$/, text: /github\.com\/pressly\/goose/ }],
    forward: /^(?<number>\d+)_(?<name>[^/]*)\.sql$/,
    own: { text: /^--\s*\+goose\s+Up\s*$/im },
    program: /^(?<number>\d+)_(?<name>[^/]*(?<!_test))\.go$/,
    sections: {
      up: /^--\s*\+goose\s+Up\s*$/i,
      down: /^--\s*\+goose\s+Down\s*$/i,
      needed: true,
      again: false,
    },
    dropped: /^--\s*\+goose\s+Statement(?:Begin|End)\s*$/i,
    outside: { line: /^--\s*\+goose\s+NO\s+TRANSACTION\s*$/i },
    unlike: [
      {
        line: /^--\s*\+goose\s+ENVSUB(?:ST)?\s+ON\b/i,
        what: 'from here on goose puts variables of the environment in place of ${…}, and pgm does not',
        advice: 'write the values into the file, and remove that line',
      },
    ],
    order: { by: 'number', once: true },
    history: {
      schema: null,
      table: 'goose_db_version',
      column: 'version_id',
      rows: 'each',
      applied: 'is_applied',
    },
  },
};
