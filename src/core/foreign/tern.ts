import type { ForeignTool } from './foreign-tool.js';
import { text, type Told, type ToolRow } from './tool-history.js';

const mark = /^--[\s-]*create\s+above\s*\/\s*drop\s+below[\s-]*$/i;

/**
 * Facts about its folder and its table: tern 2.3, migrate/migrate.go. Numbers start at 1 without gaps; the table has one
 * row, the number of the last migration applied, 0 before the first.
 */
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
        what: 'a template, which tern replaces with a value or another file',
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
    history: {
      table: 'schema_version',
      columns: ['version'],
      exact: true,
      orderBy: ['version'],
      read,
    },
  },
};

function read(rows: readonly ToolRow[]): Told {
  const [row, ...others] = rows;
  const version = row === undefined ? '' : text(row, 'version');
  if (row !== undefined && others.length === 0) {
    const upTo = version === '0' ? null : { version, isMigration: true };
    return { rows: [], upTo, unsure: null };
  }
  const what = `its table has ${rows.length === 0 ? 'no' : rows.length} rows, and tern keeps one`;
  return { rows: [], upTo: null, unsure: { what, advice: 'let tern status say what is applied' } };
}
