import type { ForeignTool } from './foreign-tool.js';
import { isTrue, text, told, type ToolRow, type ToldRow, versionRow } from './tool-history.js';

/**
 * Facts about its folder: goose 3.24, internal/sqlparser. It reads marks only at the start of a line. About its table:
 * goose 3.30, internal/dialects/postgres.go. A version that is rolled back loses its rows; before 3.0 it got another row,
 * with is_applied false, so the newest row of a version counts. Version 0 exists from the start.
 */
export const goose: ForeignTool = {
  name: 'goose',
  halves: {
    up: /^--\s*\+\s*goose\s+up\b/i,
    down: /^--\s*\+\s*goose\s+down\b/i,
    downAlone: /^--\s*\+\s*goose\s+down\s*$/i,
  },
  special: {
    comment: /^--\s*\+\s*goose\s+envsub\s+on\b/i,
    what: 'from here on goose replaces ${…} with environment variables, and pgm does not',
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
        what: 'from here on goose replaces ${…} with environment variables, and pgm does not',
        advice: 'write the values into the file, and remove that line',
      },
    ],
    order: { by: 'number', once: true },
    history: {
      table: 'goose_db_version',
      columns: ['version_id', 'is_applied'],
      orderBy: ['id'],
      read,
    },
  },
};

function read(rows: readonly ToolRow[]) {
  const newest = new Map<string, ToldRow>();
  for (const row of rows) {
    const version = text(row, 'version_id');
    const state = isTrue(row, 'is_applied') ? 'applied' : 'undone';
    if (version !== '0') newest.set(version, versionRow(version, { state }));
  }
  return told([...newest.values()]);
}
